import { SigningError } from '@signport/core'
import { printable, readConnectionFailure } from '@signport/core/kit'
import { invalidAnswer, misconfigured, PROVIDER } from './failure.js'

/** What a code means here in particular. */
const MEANINGS = new Map([
  ['ENOTFOUND', 'its name is not known; that of an instance is known in its VPC only'],
])

/** Where a connection was to go, and how its private authority is named there. */
export interface Destination {
  readonly host: string
  readonly caAdvice: string
}

/** The error for a connection that failed before there was an answer. Only its code is told, and for whom. */
export function connectionFailure(code: string | undefined, { host, caAdvice }: Destination): SigningError {
  const { kind, what } = readConnectionFailure(code, MEANINGS)
  const server = printable(host)
  if (kind === 'untrusted')
    return misconfigured(
      `The server ${server} cannot be trusted, or speaks no TLS: ${what}. Check the endpoint; ${caAdvice}.`,
    )
  if (kind === 'unreadable')
    return invalidAnswer(`The answer of ${server} cannot be read: ${what}. Check the endpoint.`)
  return new SigningError('Unavailable', `There is no answer from ${server}: ${what}.`, {
    provider: PROVIDER,
  })
}
