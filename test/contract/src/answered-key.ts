import { createPublicKey, type JsonWebKey, KeyObject } from 'node:crypto'
import type { ProviderPublicKey } from '@signport/core'
import { spkiOf } from './oracle.js'

/** The SPKI of a key as a provider answers with it, in whichever form. */
export function answeredSpki({ publicKey }: ProviderPublicKey): Uint8Array {
  if (publicKey instanceof KeyObject) return derOf(publicKey)
  if (typeof publicKey === 'object' && 'toSpki' in publicKey && typeof publicKey.toSpki === 'function')
    return Uint8Array.from(publicKey.toSpki())
  if (typeof publicKey === 'string' || publicKey instanceof Uint8Array) return spkiOf(publicKey)
  return derOf(createPublicKey({ key: publicKey as JsonWebKey, format: 'jwk' }))
}

/** The SPKI of a key of node:crypto. */
export const derOf = (key: KeyObject) => Uint8Array.from(key.export({ format: 'der', type: 'spki' }))
