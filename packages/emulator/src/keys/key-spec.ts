import type { KeyFamily } from '../crypto/key-pair.js'
import { inTurn } from '../in-turn.js'
import type { SigningAlgorithmName } from './signing-algorithm.js'

/** What a key is for, as AWS calls it. */
export const KEY_USAGES = ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] as const

/** What a key is for. */
export type KeyUsage = (typeof KEY_USAGES)[number]

/** One kind of key. */
export interface KeySpecRow {
  /** What it may be used for, and with which algorithms. */
  readonly algorithms: Partial<Record<KeyUsage, readonly string[]>>
  /** What makes and opens its keys; a symmetric key has no use here, and so no key material. */
  readonly family?: () => Promise<KeyFamily>
  /** Whether AWS also names it as CustomerMasterKeySpec, which it no longer extends. */
  readonly legacy: boolean
}

const families = {
  rsa: inTurn(async () => (await import('../crypto/rsa.js')).rsa),
  ecdsa: inTurn(async () => (await import('../crypto/ecdsa.js')).ecdsa),
  ed25519: inTurn(async () => (await import('../crypto/ed25519.js')).ed25519),
  mlDsa: inTurn(async () => (await import('../crypto/ml-dsa.js')).mlDsa),
  sm2: inTurn(async () => (await import('../crypto/sm2.js')).sm2),
}

const SIGNS_RSA: readonly SigningAlgorithmName[] = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
]

const RSA: KeySpecRow = {
  algorithms: { SIGN_VERIFY: SIGNS_RSA, ENCRYPT_DECRYPT: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
  family: families.rsa,
  legacy: true,
}

function onCurve(algorithm: SigningAlgorithmName, agrees = true): KeySpecRow {
  const algorithms = { SIGN_VERIFY: [algorithm], ...(agrees && { KEY_AGREEMENT: ['ECDH'] }) }
  return { algorithms, family: families.ecdsa, legacy: true }
}

const ML_DSA: KeySpecRow = {
  algorithms: { SIGN_VERIFY: ['ML_DSA_SHAKE_256' satisfies SigningAlgorithmName] },
  family: families.mlDsa,
  legacy: false,
}

function mac(algorithm: string): KeySpecRow {
  return { algorithms: { GENERATE_VERIFY_MAC: [algorithm] }, legacy: true }
}

const SPECS = {
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: onCurve('ECDSA_SHA_256'),
  ECC_NIST_P384: onCurve('ECDSA_SHA_384'),
  ECC_NIST_P521: onCurve('ECDSA_SHA_512'),
  ECC_SECG_P256K1: onCurve('ECDSA_SHA_256', false),
  SYMMETRIC_DEFAULT: { algorithms: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] }, legacy: true },
  HMAC_224: mac('HMAC_SHA_224'),
  HMAC_256: mac('HMAC_SHA_256'),
  HMAC_384: mac('HMAC_SHA_384'),
  HMAC_512: mac('HMAC_SHA_512'),
  SM2: {
    algorithms: { SIGN_VERIFY: ['SM2DSA'], ENCRYPT_DECRYPT: ['SM2PKE'], KEY_AGREEMENT: ['ECDH'] },
    family: families.sm2,
    legacy: true,
  },
  ML_DSA_44: ML_DSA,
  ML_DSA_65: ML_DSA,
  ML_DSA_87: ML_DSA,
  ECC_NIST_EDWARDS25519: {
    algorithms: { SIGN_VERIFY: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'] },
    family: families.ed25519,
    legacy: false,
  },
} as const satisfies Record<string, KeySpecRow>

/** A kind of key by the name that AWS gives it. */
export type KeySpec = keyof typeof SPECS

/** The names, in the order in which AWS lists them. */
export const KEY_SPECS = Object.keys(SPECS) as KeySpec[]

/** The row of a name. */
export function keySpec(name: KeySpec): KeySpecRow {
  return SPECS[name]
}

/** The algorithms of a key for one use, as AWS lists them; undefined when it may not be used so. */
export function algorithmsOf(spec: KeySpec, usage: KeyUsage): readonly string[] | undefined {
  return keySpec(spec).algorithms[usage]
}

/** The use of a key for which none was named, where there is only one or where signing is one of several. */
export function usualUsage(spec: KeySpec): KeyUsage {
  const usages = Object.keys(keySpec(spec).algorithms) as KeyUsage[]
  return usages.find((usage) => usage === 'SIGN_VERIFY') ?? usages[0] ?? 'SIGN_VERIFY'
}
