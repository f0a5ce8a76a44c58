import type { AlgorithmName, AlgorithmNames } from '../../src/index.js'

/*
 * The table of algorithms, written down a second time, from the standards and the vendors' pages: nothing of it is
 * computed, and nothing comes from core.
 */

/** What is known about an algorithm. Lengths in bytes. */
export interface Facts {
  readonly name: AlgorithmName
  readonly key: string
  readonly scheme: string
  readonly digest?: { readonly hash: string; readonly bytes: number; readonly kind?: string }
  readonly saltBytes?: number
  readonly scalarBytes?: number
  readonly signatureBytes?: number
  readonly rehashed?: boolean
  readonly standard: string
}

const sha256 = { hash: 'sha256', bytes: 32 }
const sha384 = { hash: 'sha384', bytes: 48 }
const sha512 = { hash: 'sha512', bytes: 64 }
const mu = { hash: 'shake256', bytes: 64, kind: 'ml-dsa-mu' }
const za = { hash: 'sm3', bytes: 32, kind: 'sm2-za-message' }

const pkcs1 = { key: 'RSA', scheme: 'rsassa-pkcs1-v1_5', standard: 'RFC 7518 section 3.3' }
const pss = { key: 'RSA', scheme: 'rsassa-pss', standard: 'RFC 7518 section 3.5' }
const ecdsa = { scheme: 'ecdsa', standard: 'RFC 7518 section 3.4' }
const ed25519 = { key: 'Ed25519', signatureBytes: 64 }
const mlDsa = { scheme: 'ml-dsa', digest: mu, standard: 'FIPS 204 section 5.2' }

export const FACTS: readonly Facts[] = [
  { name: 'RS256', ...pkcs1, digest: sha256 },
  { name: 'RS384', ...pkcs1, digest: sha384 },
  { name: 'RS512', ...pkcs1, digest: sha512 },
  { name: 'PS256', ...pss, digest: sha256, saltBytes: 32 },
  { name: 'PS384', ...pss, digest: sha384, saltBytes: 48 },
  { name: 'PS512', ...pss, digest: sha512, saltBytes: 64 },
  { name: 'ES256', ...ecdsa, key: 'P-256', digest: sha256, scalarBytes: 32 },
  { name: 'ES384', ...ecdsa, key: 'P-384', digest: sha384, scalarBytes: 48 },
  { name: 'ES512', ...ecdsa, key: 'P-521', digest: sha512, scalarBytes: 66 },
  {
    name: 'ES256K',
    ...ecdsa,
    key: 'secp256k1',
    digest: sha256,
    scalarBytes: 32,
    standard: 'RFC 8812 section 3.2',
  },
  { name: 'Ed25519', ...ed25519, scheme: 'eddsa', standard: 'RFC 8032 section 5.1' },
  {
    name: 'Ed25519ph',
    ...ed25519,
    scheme: 'ed25519ph',
    digest: sha512,
    rehashed: false,
    standard: 'RFC 8032 section 5.1',
  },
  {
    name: 'Ed25519ph-SHA512',
    ...ed25519,
    scheme: 'ed25519ph',
    digest: sha512,
    rehashed: true,
    standard: 'RFC 8032 section 5.1, over the digest as AWS KMS does',
  },
  { name: 'ML-DSA-44', key: 'ML-DSA-44', ...mlDsa, signatureBytes: 2420 },
  { name: 'ML-DSA-65', key: 'ML-DSA-65', ...mlDsa, signatureBytes: 3309 },
  { name: 'ML-DSA-87', key: 'ML-DSA-87', ...mlDsa, signatureBytes: 4627 },
  { name: 'SM2', key: 'SM2', scheme: 'sm2', digest: za, scalarBytes: 32, standard: 'GB/T 32918.2-2016' },
]

/** The names of each algorithm elsewhere; what is not here does not exist there. */
export const NAMES: Record<AlgorithmName, Partial<AlgorithmNames>> = {
  RS256: {
    jose: ['RS256'],
    aws: ['RSASSA_PKCS1_V1_5_SHA_256'],
    alibaba: ['RSA_PKCS1_SHA_256'],
    google: ['RSA_SIGN_PKCS1_2048_SHA256', 'RSA_SIGN_PKCS1_3072_SHA256', 'RSA_SIGN_PKCS1_4096_SHA256'],
    azure: ['RS256'],
    jca: ['SHA256withRSA'],
    webcrypto: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }],
    rfc9421: ['rsa-v1_5-sha256'],
  },
  RS384: {
    jose: ['RS384'],
    aws: ['RSASSA_PKCS1_V1_5_SHA_384'],
    azure: ['RS384'],
    jca: ['SHA384withRSA'],
    webcrypto: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384' }],
  },
  RS512: {
    jose: ['RS512'],
    aws: ['RSASSA_PKCS1_V1_5_SHA_512'],
    google: ['RSA_SIGN_PKCS1_4096_SHA512'],
    azure: ['RS512'],
    jca: ['SHA512withRSA'],
    webcrypto: [{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512' }],
  },
  PS256: {
    jose: ['PS256'],
    aws: ['RSASSA_PSS_SHA_256'],
    alibaba: ['RSA_PSS_SHA_256'],
    google: ['RSA_SIGN_PSS_2048_SHA256', 'RSA_SIGN_PSS_3072_SHA256', 'RSA_SIGN_PSS_4096_SHA256'],
    azure: ['PS256'],
    jca: ['SHA256withRSA/PSS', 'SHA256withRSAandMGF1', 'RSASSA-PSS'],
    webcrypto: [{ name: 'RSA-PSS', hash: 'SHA-256', saltLength: 32 }],
  },
  PS384: {
    jose: ['PS384'],
    aws: ['RSASSA_PSS_SHA_384'],
    azure: ['PS384'],
    jca: ['SHA384withRSA/PSS', 'SHA384withRSAandMGF1', 'RSASSA-PSS'],
    webcrypto: [{ name: 'RSA-PSS', hash: 'SHA-384', saltLength: 48 }],
  },
  PS512: {
    jose: ['PS512'],
    aws: ['RSASSA_PSS_SHA_512'],
    google: ['RSA_SIGN_PSS_4096_SHA512'],
    azure: ['PS512'],
    jca: ['SHA512withRSA/PSS', 'SHA512withRSAandMGF1', 'RSASSA-PSS'],
    webcrypto: [{ name: 'RSA-PSS', hash: 'SHA-512', saltLength: 64 }],
    rfc9421: ['rsa-pss-sha512'],
  },
  ES256: {
    jose: ['ES256'],
    aws: ['ECDSA_SHA_256'],
    alibaba: ['ECDSA_SHA_256'],
    google: ['EC_SIGN_P256_SHA256'],
    azure: ['ES256'],
    jca: ['SHA256withECDSA', 'SHA256withECDSAinP1363Format'],
    webcrypto: [{ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
    rfc9421: ['ecdsa-p256-sha256'],
  },
  ES384: {
    jose: ['ES384'],
    aws: ['ECDSA_SHA_384'],
    google: ['EC_SIGN_P384_SHA384'],
    azure: ['ES384'],
    jca: ['SHA384withECDSA', 'SHA384withECDSAinP1363Format'],
    webcrypto: [{ name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
    rfc9421: ['ecdsa-p384-sha384'],
  },
  ES512: {
    jose: ['ES512'],
    aws: ['ECDSA_SHA_512'],
    azure: ['ES512'],
    jca: ['SHA512withECDSA', 'SHA512withECDSAinP1363Format'],
    webcrypto: [{ name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
  },
  ES256K: {
    jose: ['ES256K'],
    aws: ['ECDSA_SHA_256'],
    alibaba: ['ECDSA_SHA_256'],
    google: ['EC_SIGN_SECP256K1_SHA256'],
    azure: ['ES256K'],
    jca: ['SHA256withECDSA', 'SHA256withECDSAinP1363Format'],
  },
  Ed25519: {
    jose: ['Ed25519', 'EdDSA'],
    aws: ['ED25519_SHA_512'],
    google: ['EC_SIGN_ED25519'],
    jca: ['Ed25519', 'EdDSA'],
    webcrypto: [{ name: 'Ed25519' }],
    rfc9421: ['ed25519'],
  },
  Ed25519ph: { jca: ['Ed25519ph'] },
  'Ed25519ph-SHA512': { aws: ['ED25519_PH_SHA_512'] },
  'ML-DSA-44': {
    jose: ['ML-DSA-44'],
    aws: ['ML_DSA_SHAKE_256'],
    google: ['PQ_SIGN_ML_DSA_44', 'PQ_SIGN_ML_DSA_44_EXTERNAL_MU'],
    jca: ['ML-DSA-44', 'ML-DSA'],
    webcrypto: [{ name: 'ML-DSA-44' }],
  },
  'ML-DSA-65': {
    jose: ['ML-DSA-65'],
    aws: ['ML_DSA_SHAKE_256'],
    google: ['PQ_SIGN_ML_DSA_65', 'PQ_SIGN_ML_DSA_65_EXTERNAL_MU'],
    jca: ['ML-DSA-65', 'ML-DSA'],
    webcrypto: [{ name: 'ML-DSA-65' }],
  },
  'ML-DSA-87': {
    jose: ['ML-DSA-87'],
    aws: ['ML_DSA_SHAKE_256'],
    google: ['PQ_SIGN_ML_DSA_87', 'PQ_SIGN_ML_DSA_87_EXTERNAL_MU'],
    jca: ['ML-DSA-87', 'ML-DSA'],
    webcrypto: [{ name: 'ML-DSA-87' }],
  },
  SM2: { aws: ['SM2DSA'], alibaba: ['SM2DSA'], jca: ['SM3withSM2'] },
}

/** The lists that every algorithm has, if only empty ones. */
export const VENDORS = ['jose', 'aws', 'alibaba', 'google', 'azure', 'jca', 'webcrypto', 'rfc9421'] as const

/** The names that leave the algorithm open, and which algorithms they may mean: these, and no others. */
export const AMBIGUOUS: Record<string, readonly AlgorithmName[]> = {
  ECDSA_SHA_256: ['ES256', 'ES256K'],
  SHA256withECDSA: ['ES256', 'ES256K'],
  SHA256withECDSAinP1363Format: ['ES256', 'ES256K'],
  'RSASSA-PSS': ['PS256', 'PS384', 'PS512'],
  ML_DSA_SHAKE_256: ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'],
  'ML-DSA': ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'],
}

/** The lengths of ML-DSA's keys (FIPS 204 table 2), and the object identifiers of its kinds (RFC 9881). */
export const ML_DSA_FACTS = {
  'ML-DSA-44': { oid: '608648016503040311', publicKeyBytes: 1312, expandedKeyBytes: 2560 },
  'ML-DSA-65': { oid: '608648016503040312', publicKeyBytes: 1952, expandedKeyBytes: 4032 },
  'ML-DSA-87': { oid: '608648016503040313', publicKeyBytes: 2592, expandedKeyBytes: 4896 },
}
