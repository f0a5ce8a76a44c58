import { inspect, types } from 'node:util'
import { SigningError } from '@signport/core'
import { type Parser, promise } from './parser.js'

/** What an engine says of code that did not look at what it was given. */
const BY_ACCIDENT =
  /^Cannot |is not (?:a function|a constructor|iterable|defined|an object)|undefined \(reading|^Invalid (?:array|string|value)|^Do not know how|^Method |called on incompatible|circular structure/

/** What moves a cursor, reorders a line or cannot be seen. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** More is no message but somebody's text. In characters. */
const LONGEST = 20_000

/** The members of an error that a log may show. */
const SHOWN = ['message', 'provider', 'providerCode', 'requestId', 'keyId'] as const

/**
 * What a parser may throw: one of our errors, fit to be shown, with nothing secret in it, and no error that the engine or
 * Node made because nobody had looked.
 *
 * @throws BrokenPromise
 */
export function assertRefusal(
  error: unknown,
  { ownError, severalLines }: Parser,
  secrets: readonly string[],
): void {
  const own = ownError !== undefined && error instanceof ownError
  promise(own || SigningError.is(error) || isTypeError(error), `it threw ${described(error)}`)
  const { message } = error as Error
  if (!SigningError.is(error) && !own) assertMeant(error as Error)
  for (const name of SHOWN) assertShown(name, (error as never)[name], severalLines === true)
  promise(message !== '', 'its error says nothing')
  assertSilent(error, secrets)
}

/** Of any realm. */
const isTypeError = (error: unknown): error is TypeError =>
  types.isNativeError(error) && error.name === 'TypeError'

const described = (error: unknown) =>
  types.isNativeError(error) ? `${error.name}: ${error.message}\n${error.stack}` : inspect(error)

function assertMeant(error: Error): void {
  promise(!('code' in error), `it threw an error of Node: ${described(error)}`)
  promise(!BY_ACCIDENT.test(error.message), `it threw by accident: ${described(error)}`)
}

function assertShown(name: string, text: unknown, severalLines: boolean): void {
  if (typeof text !== 'string') return
  const shown = severalLines && name === 'message' ? text.replaceAll('\n', ' ') : text
  promise(!UNPRINTABLE.test(shown), `its ${name} has what no terminal should get: ${JSON.stringify(text)}`)
  promise(text.length <= LONGEST, `its ${name} has ${text.length} characters`)
}

function assertSilent(error: unknown, secrets: readonly string[]): void {
  if (secrets.length === 0) return
  const told = `${inspect(error, { depth: 8 })}\n${JSON.stringify(error)}`
  for (const secret of secrets)
    promise(!told.includes(secret), `its error tells what is secret (${secret}): ${told}`)
}
