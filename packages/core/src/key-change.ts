import { printable } from './text.js'

/** A key as far as it is known: by its public half, by the service's own name, or by both. */
export interface KeyIdentity {
  /** RFC 7638, base64url. Absent where the public key was not read, because signatures are not checked. */
  readonly thumbprint?: string
  /** As the service reports it: an ARN, an id. */
  readonly keyId?: string
}

/** The name of a signer's key has come to stand for another key: signatures are by that one from now on. */
export interface KeyChange {
  /** The provider's name, as in `Signer.provider`. */
  readonly provider: string
  /** The name of the key, as configured. */
  readonly keyId: string
  readonly from: KeyIdentity
  readonly to: KeyIdentity
}

/** What happens where nobody wants to be told: whoever watches the process still learns of it. */
export function warnOfKeyChange({ provider, keyId, from, to }: KeyChange): void {
  const message = `The key ${printable(keyId)} of ${provider} is another one now: ${inWords(from)} before, ${inWords(to)} from now on.`
  process.emitWarning(message, { type: 'SignportKeyChange' })
}

function inWords({ thumbprint, keyId }: KeyIdentity): string {
  const parts = [
    keyId === undefined ? '' : printable(keyId),
    thumbprint && `with the thumbprint ${thumbprint}`,
  ]
  return parts.filter(Boolean).join(' ')
}
