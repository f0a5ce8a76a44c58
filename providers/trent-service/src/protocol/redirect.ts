import { SigningError } from '@signport/core'
import { printable, urlOf } from '@signport/core/kit'

/**
 * The error for a redirect, which is never followed: the signature holds the host, and the new one may be anybody's.
 * Of the address, only the host is told.
 *
 * @param host who redirects
 * @param location the header, if there is one
 */
export function redirectError(provider: string, host: string, location = ''): SigningError {
  const url = location === '' ? undefined : urlOf(location, `https://${host}`)
  const target = url ? `to ${printable(url.host)}` : 'somewhere'
  const message = `${printable(host)} redirects ${target}, which is not followed: check endpoint.`
  return new SigningError('Configuration', message, { provider })
}
