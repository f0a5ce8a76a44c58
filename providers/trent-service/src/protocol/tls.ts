import { SigningError } from '@signport/core'

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
