import { constants, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'
import { hashOf, mlDsaKey, prefixOf } from './oracle-digest.js'

/** Signatures in the layout in which the oracle reads them: DER for ECDSA and SM2, the only one there is for others. */
type Oracle = (key: KeyObject | Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING }
const pss = (saltLength: number) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** Written down from the standards, not taken from what is tested: RFC 7518, 8812, 8032, FIPS 204, GB/T 32918. */
const ORACLES: Record<AlgorithmName, Oracle> = {
  RS256: native('sha256', PKCS1),
  RS384: native('sha384', PKCS1),
  RS512: native('sha512', PKCS1),
  PS256: native('sha256', pss(32)),
  PS384: native('sha384', pss(48)),
  PS512: native('sha512', pss(64)),
  ES256: native('sha256'),
  ES384: native('sha384'),
  ES512: native('sha512'),
  ES256K: native('sha256'),
  Ed25519: native(null),
  Ed25519ph: ed25519ph((message) => message),
  // AWS takes the hash of the message for the message.
  'Ed25519ph-SHA512': ed25519ph((message) => hashOf('sha512', message)),
  'ML-DSA-44': mlDsa('ml_dsa44'),
  'ML-DSA-65': mlDsa('ml_dsa65'),
  'ML-DSA-87': mlDsa('ml_dsa87'),
  SM2: async (key, message, signature) =>
    createVerify('sm3')
      .update(prefixOf(nodeKey(key)))
      .update(message)
      .verify(nodeKey(key), signature),
}

/**
 * Whether a signature is a key's over a message, according to OpenSSL (node:crypto), or where that cannot say,
 * @noble/curves and @noble/post-quantum.
 *
 * @param publicKey SubjectPublicKeyInfo, PEM or DER
 * @param signature DER for ECDSA and SM2
 */
export async function oracleVerifies(
  algorithm: AlgorithmName,
  publicKey: string | Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = algorithm.startsWith('ML-DSA') ? spkiOf(publicKey) : readKey(publicKey)
  return ORACLES[algorithm](key, message, signature)
}

/** SubjectPublicKeyInfo as DER. */
export function spkiOf(publicKey: string | Uint8Array): Uint8Array {
  if (typeof publicKey !== 'string') return Uint8Array.from(publicKey)
  return Uint8Array.from(Buffer.from(publicKey.replace(/-----[A-Z ]+-----/g, ''), 'base64'))
}

function readKey(publicKey: string | Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(spkiOf(publicKey)), format: 'der', type: 'spki' })
}

function nodeKey(key: KeyObject | Uint8Array): KeyObject {
  if (key instanceof Uint8Array) throw new TypeError('node:crypto has no such key.')
  return key
}

function native(hash: string | null, options: object = {}): Oracle {
  return async (key, message, signature) =>
    verify(hash, message, { key: nodeKey(key), ...options }, signature)
}

function ed25519ph(messageOf: (message: Uint8Array) => Uint8Array): Oracle {
  return async (key, message, signature) => {
    const { ed25519ph } = await import('@noble/curves/ed25519.js')
    const raw = nodeKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
    return ed25519ph.verify(signature, Uint8Array.from(messageOf(message)), Uint8Array.from(raw))
  }
}

function mlDsa(name: 'ml_dsa44' | 'ml_dsa65' | 'ml_dsa87'): Oracle {
  return async (spki, message, signature) => {
    const native = nativeKey(spki as Uint8Array)
    if (native) return verify(null, message, native, signature)
    const { [name]: scheme } = await import('@noble/post-quantum/ml-dsa.js')
    return scheme.verify(signature, Uint8Array.from(message), mlDsaKey(spki as Uint8Array))
  }
}

/** Undefined where this node:crypto does not know the kind of key. */
function nativeKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return readKey(spki)
  } catch {
    return undefined
  }
}
