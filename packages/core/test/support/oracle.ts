import {
  constants,
  createHash,
  createPublicKey,
  createSign,
  createVerify,
  KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import type { AlgorithmName, AlgorithmParameters } from '../../src/index.js'
import { element, sequence, unsigned } from './asn1.js'
import { type KeyPair, type MlDsaName, spkiOf } from './keys.js'

/*
 * Signing and verifying without core: by node:crypto wherever every version of it knows the algorithm; else by @noble,
 * and SM2 by node:crypto with the Z of sm-crypto-v2.
 */

type PrivateKey = KeyPair['privateKey']
type PublicKey = KeyPair['publicKey']
type Layout = 'der' | 'ieee-p1363'

/** What node:crypto signs when it is given nothing but the message. */
type NativeName = Exclude<AlgorithmName, MlDsaName | 'SM2' | 'Ed25519ph' | 'Ed25519ph-SHA512'>

/** How node:crypto is asked for each algorithm, written down a second time. */
const SCHEMES: Record<NativeName, { hash?: string; padding?: number; saltLength?: number }> = {
  RS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PADDING },
  RS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PADDING },
  RS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PADDING },
  PS256: { hash: 'sha256', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
  PS384: { hash: 'sha384', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 },
  PS512: { hash: 'sha512', padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  ES256: { hash: 'sha256' },
  ES384: { hash: 'sha384' },
  ES512: { hash: 'sha512' },
  ES256K: { hash: 'sha256' },
  Ed25519: {},
}

/** How others sign what node:crypto does not, each from the message on. Signatures of SM2 are DER. */
interface Stranger {
  sign(key: PrivateKey, message: Uint8Array, parameters: AlgorithmParameters): Uint8Array
  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array, parameters: AlgorithmParameters): boolean
  digest(key: PublicKey, message: Uint8Array, parameters: AlgorithmParameters): Uint8Array
}

const STRANGERS: Record<Exclude<AlgorithmName, NativeName>, Stranger> = {
  Ed25519ph: prehashed((message) => message),
  // As AWS KMS signs: what it calls the message is the digest.
  'Ed25519ph-SHA512': prehashed(sha512),
  'ML-DSA-44': mlDsa(ml_dsa44),
  'ML-DSA-65': mlDsa(ml_dsa65),
  'ML-DSA-87': mlDsa(ml_dsa87),
  SM2: sm2(),
}

/** All 17, in the order of the table. */
export const names = [...Object.keys(SCHEMES), ...Object.keys(STRANGERS)] as AlgorithmName[]
export const ecdsaNames = ['ES256', 'ES384', 'ES512', 'ES256K'] as const
/** Those whose signatures are two numbers, so that there is DER. */
export const pairNames = [...ecdsaNames, 'SM2'] as const
/** Those that can sign a digest. */
export const digestNames: readonly AlgorithmName[] = names.filter((name) => name !== 'Ed25519')

const isNative = (name: AlgorithmName): name is NativeName => name in SCHEMES

export const isEcdsa = (name: AlgorithmName): name is (typeof ecdsaNames)[number] =>
  (ecdsaNames as readonly AlgorithmName[]).includes(name)
export const isPair = (name: AlgorithmName): name is (typeof pairNames)[number] =>
  (pairNames as readonly AlgorithmName[]).includes(name)

/** The hash of an algorithm that signs a plain hash of the message. */
export function hashOf(name: AlgorithmName): string | undefined {
  if (isNative(name)) return SCHEMES[name].hash
  return name.startsWith('Ed25519ph') ? 'sha512' : undefined
}

export function strangerSign(
  name: AlgorithmName,
  key: PrivateKey,
  message: Uint8Array,
  layout: Layout = 'der',
  parameters: AlgorithmParameters = {},
): Buffer {
  if (isNative(name)) return sign(hashOf(name), message, options(name, key, layout))
  const signature = Buffer.from(STRANGERS[name].sign(key, message, parameters))
  return name === 'SM2' && layout === 'ieee-p1363' ? flat(signature) : signature
}

export async function strangerSignStream(
  name: AlgorithmName,
  key: PrivateKey,
  chunks: AsyncIterable<Uint8Array>,
  parameters: AlgorithmParameters = {},
): Promise<Buffer> {
  const signer = isNative(name) ? createSign(hashOf(name) ?? '') : undefined
  const kept: Uint8Array[] = []
  for await (const chunk of chunks) {
    if (signer) signer.update(chunk)
    else kept.push(Uint8Array.from(chunk))
  }
  if (signer && isNative(name)) return signer.sign(options(name, key, 'der'))
  return strangerSign(name, key, Buffer.concat(kept), 'der', parameters)
}

/** The answer of strangers alone: nothing of core takes part in it. */
export function strangerVerify(
  name: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  layout: Layout = 'der',
  parameters: AlgorithmParameters = {},
): boolean {
  if (isNative(name)) return verify(hashOf(name), message, options(name, key, layout), signature)
  const bytes = name === 'SM2' && layout === 'ieee-p1363' ? unflat(signature) : signature
  return STRANGERS[name].verify(key, message, bytes, parameters)
}

/** What stands for a message: its hash, or what is hashed from key, parameters and message. */
export function strangerDigest(
  name: AlgorithmName,
  key: PublicKey,
  message: Uint8Array,
  parameters: AlgorithmParameters = {},
): Buffer {
  const hash = hashOf(name)
  if (hash) return createHash(hash).update(message).digest()
  if (isNative(name)) throw new Error(`${name} has no digest`)
  return Buffer.from(STRANGERS[name].digest(key, message, parameters))
}

/** What a digest must be called where it is no plain hash. */
export function kindOfDigest(name: AlgorithmName) {
  if (name === 'SM2') return { digestKind: 'sm2-za-message' } as const
  return name.startsWith('ML-DSA') ? ({ digestKind: 'ml-dsa-mu' } as const) : {}
}

function options(name: NativeName, key: KeyObject | Uint8Array, dsaEncoding: Layout) {
  const { hash: _, ...padding } = SCHEMES[name]
  // RSA-PSS keys refuse to be told the padding of another scheme; Ed25519 and EC keys ignore dsaEncoding or padding.
  return { key: nodeKey(key), dsaEncoding, ...padding }
}

function nodeKey(key: KeyObject | Uint8Array): KeyObject {
  if (key instanceof KeyObject) return key
  throw new Error('Not a key of node:crypto')
}

function sha512(message: Uint8Array): Buffer {
  return createHash('sha512').update(message).digest()
}

/** @noble/curves' own Ed25519ph, which hashes the message itself. */
function prehashed(messageOf: (message: Uint8Array) => Uint8Array): Stranger {
  return {
    sign: (key, message) => ed25519ph.sign(messageOf(message), seedOf(nodeKey(key))),
    verify: (key, message, signature) =>
      ed25519ph.verify(signature, messageOf(message), spkiOf(key).subarray(-32)),
    digest: (_, message) => sha512(message),
  }
}

/** The 32 bytes at the end of the PKCS#8 of Ed25519. */
export const seedOf = (key: KeyObject): Buffer => key.export({ type: 'pkcs8', format: 'der' }).subarray(-32)

function mlDsa(noble: typeof ml_dsa44): Stranger {
  const rawOf = (key: PublicKey) => spkiOf(key).subarray(-(noble.lengths.publicKey ?? 0))
  const shake = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return {
    sign(key, message, { context = new Uint8Array() }) {
      if (key instanceof KeyObject) throw new Error('Not the expanded key of ML-DSA')
      return noble.sign(message, key, { context })
    },
    verify: (key, message, signature, { context = new Uint8Array() }) =>
      noble.verify(signature, message, rawOf(key), { context }),
    // FIPS 204, algorithm 7, step 6, and algorithm 2, step 10.
    digest: (key, message, { context = new Uint8Array() }) =>
      shake(shake(rawOf(key)), Uint8Array.of(0, context.length), context, message),
  }
}

function sm2(): Stranger {
  // Ids are text here, and the usual one if there is none.
  const z = (key: PublicKey, { userId }: AlgorithmParameters) =>
    smCrypto.getZ(pointOf(key), userId && Buffer.from(userId).toString('utf8'))
  return {
    sign(key, message, parameters) {
      const prefix = z(createPublicKey(nodeKey(key)), parameters)
      return createSign('sm3').update(prefix).update(message).sign(nodeKey(key))
    },
    verify: (key, message, signature, parameters) =>
      createVerify('sm3').update(z(key, parameters)).update(message).verify(nodeKey(key), signature),
    digest: (key, message, parameters) =>
      createHash('sm3').update(z(key, parameters)).update(message).digest(),
  }
}

/** 04 ‖ x ‖ y of a curve of 256 bits, at the end of its SPKI, in hexadecimal. */
const pointOf = (key: PublicKey) => spkiOf(key).subarray(-65).toString('hex')

/** The numbers of DER, each in 32 bytes. */
function flat(der: Uint8Array): Buffer {
  const [, , , rBytes = 0] = der
  const numbers = [der.subarray(4, 4 + rBytes), der.subarray(6 + rBytes)]
  return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(32), number]).subarray(-32)))
}

function unflat(signature: Uint8Array): Buffer {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
  return sequence(integerOf(r), integerOf(s))
}

function integerOf(number: Uint8Array): Buffer {
  const start = number.findIndex((byte) => byte !== 0)
  return start < 0 ? element(0x02, Uint8Array.of(0)) : unsigned(number.subarray(start))
}
