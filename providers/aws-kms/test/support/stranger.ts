import { constants, createHash, createPublicKey, createVerify, verify } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName } from '@signport/core'

type Verify = (spki: Buffer, message: Uint8Array, signature: Uint8Array) => boolean

const keyOf = (spki: Buffer) => createPublicKey({ key: spki, format: 'der', type: 'spki' })

const native =
  (hash?: string, options: object = {}): Verify =>
  (spki, message, signature) =>
    verify(hash, message, { key: keyOf(spki), ...options }, signature)

const pss = (hash: string, saltLength: number) =>
  native(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** AWS signs SHA-512 of the message as if that were the message. */
const hashedTwice: Verify = (spki, message, signature) =>
  ed25519ph.verify(signature, createHash('sha512').update(message).digest(), spki.subarray(-32))

/** By node:crypto where that reads such a key, and by @noble/post-quantum elsewhere. */
const mlDsa =
  (library: typeof ml_dsa44, publicKeyBytes: number): Verify =>
  (spki, message, signature) =>
    nodeReads(spki)
      ? verify(undefined, message, keyOf(spki), signature)
      : library.verify(signature, message, spki.subarray(-publicKeyBytes))

function nodeReads(spki: Buffer): boolean {
  try {
    return keyOf(spki).asymmetricKeyType?.startsWith('ml-dsa') ?? false
  } catch {
    return false
  }
}

/** a, b and the generator of the curve of SM2 (GB/T 32918.5). */
const SM2_CURVE = Buffer.from(
  [
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  ].join(''),
  'hex',
)

/** node:crypto knows SM3 and the arithmetic; what SM2 hashes before the message it must be given. */
const sm2: Verify = (spki, message, signature) => {
  const id = Buffer.from('1234567812345678')
  const z = createHash('sm3')
    .update(Uint8Array.of(0, id.length * 8))
    .update(id)
    .update(SM2_CURVE)
    .update(spki.subarray(-64))
    .digest()
  return createVerify('sm3').update(z).update(message).verify(keyOf(spki), signature)
}

const STRANGERS: Partial<Record<AlgorithmName, Verify>> = {
  RS256: native('sha256'),
  RS384: native('sha384'),
  RS512: native('sha512'),
  PS256: pss('sha256', 32),
  PS384: pss('sha384', 48),
  PS512: pss('sha512', 64),
  ES256: native('sha256'),
  ES384: native('sha384'),
  ES512: native('sha512'),
  ES256K: native('sha256'),
  Ed25519: native(),
  'Ed25519ph-SHA512': hashedTwice,
  'ML-DSA-44': mlDsa(ml_dsa44, 1312),
  'ML-DSA-65': mlDsa(ml_dsa65, 1952),
  'ML-DSA-87': mlDsa(ml_dsa87, 2592),
  SM2: sm2,
}

/** Verifies a signature, DER for ECDSA and SM2, without any code of Signport. */
export function strangerVerifies(
  algorithm: AlgorithmName,
  spki: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const verifies = STRANGERS[algorithm]
  if (!verifies) throw new Error(`AWS KMS has no ${algorithm}`)
  return verifies(Buffer.from(spki), message, signature)
}
