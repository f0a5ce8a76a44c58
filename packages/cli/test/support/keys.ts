import { createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { generateKeyPair } from '@signport/contract'
import type { AlgorithmName } from '@signport/core'

/** The algorithms whose keys node:crypto does not have in every version: they come with 22. */
export type MlDsaName = Extract<AlgorithmName, `ML-DSA-${number}`>

const newKey = (algorithm: AlgorithmName) => createPrivateKey(generateKeyPair(algorithm).privateKey)
const rsa = newKey('RS256')
const ed25519 = newKey('Ed25519')
const pemOfKey = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** A private key for each algorithm whose keys node:crypto makes. */
export const KEYS: Record<Exclude<AlgorithmName, MlDsaName>, KeyObject> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: newKey('ES256'),
  ES384: newKey('ES384'),
  ES512: newKey('ES512'),
  ES256K: newKey('ES256K'),
  Ed25519: ed25519,
  Ed25519ph: ed25519,
  'Ed25519ph-SHA512': ed25519,
  SM2: newKey('SM2'),
}

/** The beginnings of PKCS#8 that holds a seed and of SPKI (RFC 9881 sections 4 and 6), byte by byte. */
const ML_DSA = {
  'ML-DSA-44': {
    noble: ml_dsa44,
    pkcs8: '3034020100300b060960864801650304031104228020',
    spki: '30820532300b06096086480165030403110382052100',
  },
  'ML-DSA-65': {
    noble: ml_dsa65,
    pkcs8: '3034020100300b060960864801650304031204228020',
    spki: '308207b2300b0609608648016503040312038207a100',
  },
  'ML-DSA-87': {
    noble: ml_dsa87,
    pkcs8: '3034020100300b060960864801650304031304228020',
    spki: '30820a32300b060960864801650304031303820a2100',
  },
}

const SEED = randomBytes(32)

/** A key for ML-DSA, as @noble/post-quantum has it. */
export function mlDsaKey(algorithm: MlDsaName) {
  const { noble } = ML_DSA[algorithm]
  return { noble, ...noble.keygen(SEED) }
}

/** All 17, in the order of the table. */
export const ALGORITHMS: readonly AlgorithmName[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'Ed25519',
  'Ed25519ph',
  'Ed25519ph-SHA512',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
  'SM2',
]

export const isMlDsa = (algorithm: AlgorithmName): algorithm is MlDsaName => algorithm in ML_DSA

export function privatePem(algorithm: AlgorithmName): string {
  if (!isMlDsa(algorithm)) return pemOfKey(KEYS[algorithm])
  return pem('PRIVATE KEY', Buffer.concat([Buffer.from(ML_DSA[algorithm].pkcs8, 'hex'), SEED]))
}

export function publicPem(algorithm: AlgorithmName): string {
  if (!isMlDsa(algorithm))
    return createPublicKey(KEYS[algorithm]).export({ type: 'spki', format: 'pem' }).toString()
  const { publicKey } = mlDsaKey(algorithm)
  return pem('PUBLIC KEY', Buffer.concat([Buffer.from(ML_DSA[algorithm].spki, 'hex'), publicKey]))
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
