import { constants, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'

const PSS = constants.RSA_PKCS1_PSS_PADDING

/** How node:crypto must be asked, written down here once more so that a mistake in Signport's table shows. */
const HOW: Record<AlgorithmName, { hash?: string; padding?: number; saltLength?: number }> = {
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
  PS256: { hash: 'sha256', padding: PSS, saltLength: 32 },
  PS384: { hash: 'sha384', padding: PSS, saltLength: 48 },
  PS512: { hash: 'sha512', padding: PSS, saltLength: 64 },
  ES256: { hash: 'sha256' },
  ES384: { hash: 'sha384' },
  ES512: { hash: 'sha512' },
  ES256K: { hash: 'sha256' },
  Ed25519: {},
}

/** Verifies a signature, DER for ECDSA, without any code of Signport. */
export function strangerVerifies(
  algorithm: AlgorithmName,
  privateKey: KeyObject,
  message: Uint8Array | Iterable<Uint8Array>,
  signature: Uint8Array,
): boolean {
  const { hash, ...options } = HOW[algorithm]
  const key = { key: createPublicKey(privateKey), ...options }
  if (message instanceof Uint8Array) return verify(hash, message, key, signature)
  const verifier = createVerify(hash ?? '')
  for (const chunk of message) verifier.update(chunk)
  return verifier.verify(key, signature)
}
