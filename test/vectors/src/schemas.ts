import type { EcdsaEncoding } from '@signport/core'
import type { Group } from './wycheproof.js'

/** How the signatures of a file are verified. */
export interface Schema {
  /** Signport's name of the algorithm of a group; undefined for a combination that it does not have. */
  algorithmOf(group: Group): string | undefined
  /** The layout of ECDSA signatures. */
  readonly encoding?: EcdsaEncoding
}

/** By curve and hash. */
const ECDSA = new Map([
  ['secp256r1 SHA-256', 'ES256'],
  ['secp384r1 SHA-384', 'ES384'],
  ['secp521r1 SHA-512', 'ES512'],
  ['secp256k1 SHA-256', 'ES256K'],
])

/** By hash. */
const PKCS1 = new Map([
  ['SHA-256', 'RS256'],
  ['SHA-384', 'RS384'],
  ['SHA-512', 'RS512'],
])

/** By hash and the length of the salt. */
const PSS = new Map([
  ['SHA-256 32', 'PS256'],
  ['SHA-384 48', 'PS384'],
  ['SHA-512 64', 'PS512'],
])

const ecdsa = ({ curve, hash }: Group) => ECDSA.get(`${curve} ${hash}`)

/** Every schema whose files are verified: a new kind of vectors is a row here. */
export const SCHEMAS: ReadonlyMap<string, Schema> = new Map<string, Schema>([
  ['ecdsa_verify_schema_v1.json', { algorithmOf: ecdsa, encoding: 'der' }],
  ['ecdsa_p1363_verify_schema_v1.json', { algorithmOf: ecdsa, encoding: 'ieee-p1363' }],
  ['rsassa_pkcs1_verify_schema_v1.json', { algorithmOf: ({ hash = '' }) => PKCS1.get(hash) }],
  [
    'rsassa_pss_verify_schema_v1.json',
    { algorithmOf: ({ hash, saltBytes }) => PSS.get(`${hash} ${saltBytes}`) },
  ],
  [
    'eddsa_verify_schema_v1.json',
    { algorithmOf: ({ curve }) => (curve === 'edwards25519' ? 'Ed25519' : undefined) },
  ],
])

/** The schemas whose files are not verified by this table, and why. */
export const NOT_VERIFIED: ReadonlyMap<string, string> = new Map([
  ['mldsa_verify_schema.json', 'has contexts and unreadable keys: wycheproof-ml-dsa.test.ts verifies it'],
  ['mldsa_sign_noseed_schema.json', 'is for signers: wycheproof-ml-dsa.test.ts signs with it'],
])

/** How each kind of case that implementations may decide is decided here, and why: by its flag. */
export const DECISIONS: ReadonlyMap<string, { readonly valid: boolean; readonly because: string }> = new Map([
  [
    'MissingNull',
    {
      valid: false,
      because:
        'RFC 8017 section 9.2 writes the parameters of DigestInfo, and only one encoding is compared with',
    },
  ],
])
