import { inspect } from 'node:util'
import { SigningError } from '@signport/core'
import { isCode, isOfServers, type Outcome } from './outcome.js'
import { type Secrets, tells } from './secrets.js'

/** What became of a failed call, and what is wrong with how it says so. */
export interface ErrorReview {
  /** Undefined for what is no error of Signport's. */
  readonly outcome: Outcome | undefined
  readonly defects: readonly string[]
}

/** Longer messages are too long for a log, in characters: core cuts what comes from servers, and then escapes it. */
const LONGEST_MESSAGE = 3_000

/** The same of everything that is shown of an error, its causes included. */
const LONGEST_VIEW = 20_000

/** Control, format (bidirectional ones among them) and unpaired surrogate characters, and the separators of lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Everything, each list in one line. */
const ALL = {
  depth: 20,
  showHidden: true,
  maxStringLength: null,
  maxArrayLength: null,
  compact: true,
  breakLength: Number.POSITIVE_INFINITY,
} as const

/** Looks at what a call was rejected with, and at everything that a log could show of it. */
export function reviewError(error: unknown, ...secrets: readonly Secrets[]): ErrorReview {
  if (!SigningError.is(error))
    return { outcome: undefined, defects: [`an error that is none of Signport: ${inspect(error)}`] }
  const { code, message } = error
  const views = viewsOf(error)
  return {
    outcome: code,
    defects: [
      ...codeDefects(code),
      ...(message.length > LONGEST_MESSAGE ? [`a message of ${message.length} characters`] : []),
      ...views.flatMap(([name, text]) => textDefects(name, text, secrets)),
    ],
  }
}

function codeDefects(code: string): string[] {
  if (!isCode(code)) return [`the code ${code}, which is not one of the list`]
  return isOfServers(code) ? [] : [`the code ${code}, which no server can bring about`]
}

/** The views of an error; in the second, a line may end. */
function viewsOf(error: SigningError): (readonly [name: string, text: string])[] {
  const lines = [error.stack ?? '', inspect(error, ALL), ...causesOf(error)].join('\n')
  return [
    ['message', error.message],
    ['inspection', lines.replaceAll('\n', ' ')],
    ['JSON', JSON.stringify(error)],
  ]
}

function causesOf(error: unknown): string[] {
  const { cause } = Object(error) as { cause?: unknown }
  return cause === undefined ? [] : [String(cause), ...causesOf(cause)]
}

function textDefects(name: string, text: string, secrets: readonly Secrets[]): string[] {
  const unsafe = UNSAFE.exec(text)?.[0].codePointAt(0)
  return [
    ...(unsafe === undefined ? [] : [`the character U+${unsafe.toString(16)} in the ${name}`]),
    ...(text.length > LONGEST_VIEW ? [`${text.length} characters in the ${name}`] : []),
    ...(tells(text, ...secrets) ? [`a secret in the ${name}`] : []),
  ]
}
