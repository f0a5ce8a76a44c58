import { SigningError } from '@signport/core'

/** Codes of OpenSSL and of Node for a server that is not who it should be, or that speaks no TLS. */
const TLS_FAILURE =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|EPROTO|ERROR_IN_|ERR_SSL_|ERR_TLS_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/

/** Whether a connection failed by its TLS: nothing that passes by itself. */
export function isTlsFailure(code: string): boolean {
  return TLS_FAILURE.test(code)
}

/**
 * To be called before TLS is used: Node can be told to leave out the check of certificates for the whole process.
 *
 * @param instead how a private authority is named, to end the sentence
 * @throws SigningError `Configuration` where it was
 */
export function assertTlsVerified(provider: string, instead: string): void {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return
  const message = `NODE_TLS_REJECT_UNAUTHORIZED is 0, which switches off the check of certificates, so that anybody could answer: unset it, and ${instead}.`
  throw new SigningError('Configuration', message, { provider })
}
