import { SigningError } from './error.js'
import type { Redaction } from './redaction.js'
import { printable } from './text.js'
import { urlOf } from './url.js'

/** An answer that sends elsewhere. */
export interface Redirect {
  readonly provider: string
  /** Who redirects, with the port. */
  readonly host: string
  /** The header, if there is one. */
  readonly location: string | undefined
  /** What was sent in confidence: the new address may repeat it. */
  readonly secrets: readonly string[]
}

/**
 * The error for a redirect. None is followed: whoever is there would be told the message, and could answer in the place of the
 * service. Of the address, only the host is told.
 */
export function redirectError(
  { provider, host, location = '', secrets }: Redirect,
  redaction: Redaction,
): SigningError {
  const url = location === '' ? undefined : urlOf(location, `https://${host}`)
  const target = url ? `to ${redaction.redactHost(url.host, secrets)}` : 'somewhere'
  const message = `${printable(host)} redirects ${target}, which is not followed: check the endpoint.`
  return new SigningError('Configuration', message, { provider })
}
