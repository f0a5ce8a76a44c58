import { createHash, type KeyObject } from 'node:crypto'
import type { Signer } from '@signport/core'
import { type Way, way } from './way.js'

/** What is signed, and by whose key. */
interface Signed {
  readonly message: Uint8Array
  readonly key: KeyObject
  /** Whether the digest is made by the caller: then a signature is verified without the message. */
  readonly digest?: boolean
}

/** A signer of Signport, closed at the end. */
export function signerWay(name: string, signer: Signer, { message, key, digest = false }: Signed): Way {
  const sha256 = () => createHash('sha256').update(message).digest()
  return way({
    name,
    publicKey: key,
    once: digest ? () => signer.signDigest(sha256()) : () => signer.sign(message),
    signatureOf: ({ bytes }) => bytes,
    close: () => signer.close(),
  })
}
