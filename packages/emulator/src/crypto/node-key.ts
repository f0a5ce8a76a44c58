import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto'
import { KeyMaterialError } from './key-pair.js'

/** A key as node:crypto holds it, with its public half. */
export interface NodeKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly spki: Buffer
}

/** @throws KeyMaterialError */
export function readNodeKey(pem: string): NodeKey {
  try {
    const privateKey = createPrivateKey(pem)
    const publicKey = createPublicKey(privateKey)
    return { privateKey, publicKey, spki: publicKey.export({ type: 'spki', format: 'der' }) }
  } catch {
    // What OpenSSL says about it helps nobody, and might quote it.
    throw new KeyMaterialError('is malformed: it should be PKCS#8 in PEM, not encrypted')
  }
}

/** Signs in the thread pool of Node, so that other requests are answered meanwhile. */
export function signAside(
  hash: string | null,
  bytes: Uint8Array,
  key: KeyObject | SignKeyObjectInput,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(hash, bytes, key, (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}

/** Verifies in the thread pool of Node; false also for what cannot be read as a signature. */
export function verifyAside(
  hash: string | null,
  bytes: Uint8Array,
  key: KeyObject | VerifyKeyObjectInput,
  signature: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve) => {
    verify(hash, bytes, key, signature, (error, valid) => resolve(!error && valid))
  })
}
