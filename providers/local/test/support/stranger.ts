import { constants, createHash, createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName } from '@signport/core'
import { sm2 } from 'sm-crypto-v2'
import { derOf, type MlDsaName, pem } from './keys.js'

const PSS = constants.RSA_PKCS1_PSS_PADDING

/** What a signature may have besides key and message. */
export interface Parameters {
  readonly context?: Uint8Array
  readonly userId?: string
}

type Verify = (key: string, message: Uint8Array, signature: Uint8Array, parameters: Parameters) => boolean

/** By node:crypto: how it must be asked, written down here once more so that a mistake in Signport's table shows. */
const native =
  (hash?: string, options: object = {}): Verify =>
  (key, message, signature) =>
    verify(hash, message, { key: createPublicKey(key), ...options }, signature)

const prehashed =
  (messageOf: (message: Uint8Array) => Uint8Array): Verify =>
  (key, message, signature) =>
    ed25519ph.verify(signature, messageOf(message), rawPublicKey(key))

const sha512 = (message: Uint8Array) => createHash('sha512').update(message).digest()

const ML_DSA = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }

/** Whether node:crypto verifies ML-DSA, without a context, and whether it does everything. */
const [major = 0] = process.versions.node.split('.').map(Number)
export const readsMlDsa = major >= 22
export const signsMlDsa = major >= 24

/** By @noble/post-quantum from the message on, and by node:crypto where it can: both must say the same. */
const mlDsa =
  (name: MlDsaName): Verify =>
  (key, message, signature, { context = new Uint8Array() }) => {
    const valid = ML_DSA[name].verify(signature, message, rawMlDsaKey(name, key), { context })
    if (!readsMlDsa || (context.length > 0 && !signsMlDsa)) return valid
    const withContext = { key: createPublicKey(key), context }
    if (verify(undefined, message, withContext, signature) === valid) return valid
    throw new Error('@noble/post-quantum and node:crypto differ.')
  }

const sm2Verify: Verify = (key, message, signature, { userId = '1234567812345678' }) =>
  sm2.doVerifySignature(
    message,
    Buffer.from(signature).toString('hex'),
    Buffer.from(rawPublicKey(key)).toString('hex'),
    { der: true, hash: true, userId },
  )

const STRANGERS: Record<AlgorithmName, Verify> = {
  RS256: native('sha256'),
  RS384: native('sha384'),
  RS512: native('sha512'),
  PS256: native('sha256', { padding: PSS, saltLength: 32 }),
  PS384: native('sha384', { padding: PSS, saltLength: 48 }),
  PS512: native('sha512', { padding: PSS, saltLength: 64 }),
  ES256: native('sha256'),
  ES384: native('sha384'),
  ES512: native('sha512'),
  ES256K: native('sha256'),
  Ed25519: native(),
  Ed25519ph: prehashed((message) => message),
  'Ed25519ph-SHA512': prehashed(sha512),
  'ML-DSA-44': mlDsa('ML-DSA-44'),
  'ML-DSA-65': mlDsa('ML-DSA-65'),
  'ML-DSA-87': mlDsa('ML-DSA-87'),
  SM2: sm2Verify,
}

/** Verifies a signature, DER for ECDSA and SM2, without any code of Signport. */
export function strangerVerifies(
  algorithm: AlgorithmName,
  privateKey: KeyObject | string,
  message: Uint8Array,
  signature: Uint8Array,
  parameters: Parameters = {},
): boolean {
  const key = typeof privateKey === 'string' ? privateKey : pem(privateKey)
  return STRANGERS[algorithm](key, message, signature, parameters)
}

/** What is signed in place of the message, computed from the standards; undefined where nothing is. */
export function digestOf(
  algorithm: AlgorithmName,
  key: string,
  message: Uint8Array,
  { context = new Uint8Array() }: Parameters = {},
): Buffer | undefined {
  if (algorithm === 'Ed25519') return undefined
  if (algorithm === 'SM2')
    return Buffer.from(sm2.getHash(message, Buffer.from(rawPublicKey(key)).toString('hex')), 'hex')
  if (algorithm.startsWith('ML-DSA')) return muOf(rawMlDsaKey(algorithm as MlDsaName, key), message, context)
  const [, bits = '512'] = /(256|384|512)/.exec(algorithm) ?? []
  return createHash(`sha${bits}`).update(message).digest()
}

/** FIPS 204 algorithms 2 and 7. */
function muOf(publicKey: Uint8Array, message: Uint8Array, context: Uint8Array): Buffer {
  const hash = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return hash(hash(publicKey), Uint8Array.of(0, context.length), context, message)
}

/** The raw public key: of Ed25519 its 32 bytes, on a curve 04 ‖ x ‖ y. */
export function rawPublicKey(privateKey: string): Buffer {
  const spki = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' })
  // The last element is the key, after a byte that counts its unused bits.
  return spki.subarray(spki.length > 50 ? -65 : -32)
}

/** The raw public key of the seed that a PKCS#8 key ends with. */
export function rawMlDsaKey(name: MlDsaName, privateKey: string): Uint8Array {
  return ML_DSA[name].keygen(derOf(privateKey).subarray(-32)).publicKey
}
