import { generateKeyPairSync } from 'node:crypto'
import { type AlgorithmName, createSigner, type Signer } from '@signport/core'
import { createLocalProvider } from '@signport/local'

/** A signer with a key of its own in memory. */
export function localSigner(keyId = 'reports', algorithm: AlgorithmName = 'Ed25519'): Signer {
  const { privateKey } = generateKeyPairSync('ed25519')
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  return createSigner({ provider: createLocalProvider({ keys: { [keyId]: key } }), keyId, algorithm })
}
