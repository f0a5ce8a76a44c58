import {
  constants,
  createHash,
  createPrivateKey,
  type KeyObject,
  privateEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { generateKeyPair } from '@signport/contract'
import type { AlgorithmName } from '@signport/core'
import { sm2 } from 'sm-crypto-v2'

/** A key of a service: its public half as PEM, and what signs and verifies with it. */
export interface ServiceKey {
  readonly id: string
  readonly publicKey: string
  /** Signs a message by the name that the service has for an algorithm. */
  sign(message: Uint8Array, algorithm: string): Uint8Array
  /** Signs what stands for a message. */
  signDigest(digest: Uint8Array, algorithm: string): Uint8Array
  /** What the service is sent in place of a message. */
  digest(message: Uint8Array): Buffer
  /** A verifier that is not ours. */
  verify(message: Uint8Array, signature: Uint8Array, algorithm: string): boolean
}

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()

/** Before a SHA-256 in a signature of PKCS#1 version 1.5 (RFC 8017 section 9.2). */
const SHA256_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')

/** EMSA-PSS with SHA-256 and a salt of 32 bytes, for 2048 bits (RFC 8017 section 9.1.1). */
function pss(digest: Uint8Array): Buffer {
  const salt = randomBytes(32)
  const hash = sha256(Buffer.alloc(8), digest, salt)
  const block = Buffer.concat([Buffer.alloc(190), Buffer.of(1), salt])
  const mask = [...Array(7).keys()].map((counter) => sha256(hash, Buffer.of(0, 0, 0, counter)))
  const masked = block.map((byte, index) => byte ^ (Buffer.concat(mask)[index] ?? 0))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, hash, Buffer.of(0xbc)])
}

/** How each algorithm that node:crypto knows is signed and verified, by the service's name for it. */
const NATIVE = new Map([
  [
    'RSA_PSS_SHA_256',
    {
      options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
      signDigest: (key: KeyObject, digest: Uint8Array) =>
        privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, pss(digest)),
    },
  ],
  [
    'RSA_PKCS1_SHA_256',
    {
      options: { padding: constants.RSA_PKCS1_PADDING },
      signDigest: (key: KeyObject, digest: Uint8Array) =>
        privateEncrypt(key, Buffer.concat([SHA256_INFO, digest])),
    },
  ],
  ['ECDSA_SHA_256', { options: {}, signDigest: ecdsa }],
])

function ecdsa(key: KeyObject, digest: Uint8Array): Uint8Array {
  const { crv, d = '' } = key.export({ format: 'jwk' })
  const curve = crv === 'P-256' ? p256 : secp256k1
  const options = { prehash: false, lowS: false, format: 'der' } as const
  return curve.sign(digest, Buffer.from(d, 'base64url'), options)
}

function nativeKey(id: string, algorithm: AlgorithmName): ServiceKey {
  const pair = generateKeyPair(algorithm)
  const privateKey = createPrivateKey(pair.privateKey)
  const by = (algorithm: string) => {
    const found = NATIVE.get(algorithm)
    if (!found) throw new Error(`no such algorithm: ${algorithm}`)
    return found
  }
  return {
    id,
    publicKey: pair.publicKey,
    sign: (message, algorithm) => sign('sha256', message, { key: privateKey, ...by(algorithm).options }),
    signDigest: (digest, algorithm) => by(algorithm).signDigest(privateKey, digest),
    digest: (message) => sha256(message),
    verify: (message, signature, algorithm) =>
      verify('sha256', message, { key: pair.publicKey, ...by(algorithm).options }, signature),
  }
}

/** SPKI of a point on the curve of SM2: id-ecPublicKey, 1.2.156.10197.1.301. */
const SM2_SPKI = '3059301306072a8648ce3d020106082a811ccf5501822d034200'

const SM2_OPTIONS = { der: true, userId: '1234567812345678' }

const hexOf = (hex: string) => Buffer.from(hex, 'hex')

function sm2Key(id: string): ServiceKey {
  const { privateKey, publicKey } = sm2.generateKeyPairHex()
  const der = Buffer.from(`${SM2_SPKI}${publicKey}`, 'hex').toString('base64')
  const lines = der.match(/.{1,64}/g) ?? []
  return {
    id,
    publicKey: `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`,
    sign: (message) => hexOf(sm2.doSignature(message, privateKey, { hash: true, publicKey, ...SM2_OPTIONS })),
    signDigest: (digest) => hexOf(sm2.doSignature(digest, privateKey, { hash: false, ...SM2_OPTIONS })),
    digest: (message) =>
      hexOf(sm2.getHash(Buffer.from(message).toString('hex'), publicKey, SM2_OPTIONS.userId)),
    verify: (message, signature) =>
      sm2.doVerifySignature(message, Buffer.from(signature).toString('hex'), publicKey, {
        hash: true,
        ...SM2_OPTIONS,
      }),
  }
}

/** A key for each kind that the service has. */
const RSA = nativeKey('key-rsa00000000000000001', 'RS256')
export const P256 = nativeKey('1234abcd-12ab-34cd-56ef-1234567890ab', 'ES256')
export const OTHER_P256 = nativeKey('key-ecp25600000000000002', 'ES256')
const SECP256K1 = nativeKey('key-ecp256k0000000000001', 'ES256K')
const SM2 = sm2Key('key-ecsm2000000000000001')

/** Every algorithm of the service. */
export const CASES: readonly [algorithm: AlgorithmName, wireName: string, key: ServiceKey][] = [
  ['RS256', 'RSA_PKCS1_SHA_256', RSA],
  ['PS256', 'RSA_PSS_SHA_256', RSA],
  ['ES256', 'ECDSA_SHA_256', P256],
  ['ES256K', 'ECDSA_SHA_256', SECP256K1],
  ['SM2', 'SM2DSA', SM2],
]
