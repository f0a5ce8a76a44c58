import { constants, createHash, createPublicKey, createVerify, type KeyObject, verify } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'
import { verifyMlDsa } from './ml-dsa-key.js'
import { derOf } from './pem.js'

type Oracle = (key: string, message: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>

/** By OpenSSL. */
const native =
  (hash: string | null, options: object = {}): Oracle =>
  (key, message, signature) =>
    verify(hash, message, { key, ...options }, signature)

const pss = (hash: string, saltLength: number) =>
  native(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** By @noble/post-quantum, which Node has nothing in place of before version 24. */
const mlDsa =
  (name: string): Oracle =>
  (key, message, signature) =>
    verifyMlDsa(name, derOf(key), message, signature)

/** What the standards say (RFC 7518, 8812, 8032, FIPS 204, GB/T 32918), written down without a look at core. */
const ORACLES: Readonly<Partial<Record<AlgorithmName, Oracle>>> = {
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
  Ed25519: native(null),
  'Ed25519ph-SHA512': ed25519phOfDigest,
  'ML-DSA-44': mlDsa('ML-DSA-44'),
  'ML-DSA-65': mlDsa('ML-DSA-65'),
  'ML-DSA-87': mlDsa('ML-DSA-87'),
  SM2: verifySm2,
}

/**
 * Whether a signature is valid, according to code that is none of ours.
 *
 * @param publicKey SubjectPublicKeyInfo, PEM
 * @param signature DER for ECDSA and SM2
 */
export async function isValid(
  algorithm: AlgorithmName,
  publicKey: string,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const oracle = ORACLES[algorithm]
  if (!oracle) throw new TypeError(`Nobody here can say what a signature of ${algorithm} is.`)
  return oracle(publicKey, message, signature)
}

/** AWS's form: the hash of the message is what is signed as a message. */
async function ed25519phOfDigest(key: string, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { ed25519ph } = await import('@noble/curves/ed25519.js')
  const digest = createHash('sha512').update(message).digest()
  const point = derOf(key).subarray(-32)
  return ed25519ph.verify(Uint8Array.from(signature), Uint8Array.from(digest), Uint8Array.from(point))
}

function verifySm2(pem: string, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey(pem)
  return createVerify('sm3').update(userHash(key)).update(message).verify(key, signature)
}

/** What Z of SM2 (GB/T 32918.2 section 5.5) has before the key, with the usual id: its bits, the id, a, b, G. */
const BEFORE_KEY = [
  '0080',
  Buffer.from('1234567812345678').toString('hex'),
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
  '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
].join('')

function userHash(key: KeyObject): Buffer {
  const point = key.export({ format: 'der', type: 'spki' }).subarray(-64)
  return createHash('sm3').update(Buffer.from(BEFORE_KEY, 'hex')).update(point).digest()
}
