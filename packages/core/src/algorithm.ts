import type { MlDsaKind } from './ml-dsa.js'

/** What a key must be for an algorithm: RSA of any permitted size, or the curve by its JWK name (RFC 7518, 8037, 8812). */
export type KeyKind = 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'secp256k1' | 'Ed25519' | 'SM2' | MlDsaKind

/**
 * What a digest is that depends on the key: SM3(Z ‖ M) of SM2, mu of ML-DSA. Its length does not tell it from a plain
 * hash of the message, so who hands one in must name it.
 */
export type DigestKind = 'sm2-za-message' | 'ml-dsa-mu'

/** What is signed in place of a message: a hash by the name that node:crypto gives it, and its length. */
export interface Digest {
  readonly hash: 'sha256' | 'sha384' | 'sha512' | 'sm3' | 'shake256'
  readonly bytes: number
  /** Absent for a plain hash of the message. */
  readonly kind?: DigestKind
}

/** A plain hash of the message. */
export interface PlainDigest extends Digest {
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly kind?: never
}

/** The canonical name of an algorithm: the fully specified JOSE name, because it names the curve too. */
export type AlgorithmName =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'ES256K'
  | 'Ed25519'
  | 'Ed25519ph'
  | 'Ed25519ph-SHA512'
  | MlDsaKind
  | 'SM2'

interface Row {
  readonly name: AlgorithmName
  readonly key: KeyKind
  /** Where the algorithm is specified. */
  readonly standard: string
}

/** RSA with the padding of PKCS#1 v1.5 (RFC 8017 section 8.2): RS256 and its longer kin. */
export interface RsaPkcs1Algorithm extends Row {
  readonly scheme: 'rsassa-pkcs1-v1_5'
  readonly digest: PlainDigest
}

/** RSA with the padding of PSS, its mask by the hash of the message (RFC 8017 section 8.1): PS256 and its longer kin. */
export interface RsaPssAlgorithm extends Row {
  readonly scheme: 'rsassa-pss'
  readonly digest: PlainDigest
  /** The length of the salt in bytes: that of the digest. */
  readonly saltBytes: number
}

/** ECDSA (FIPS 186-5 section 6) on one curve with one hash: ES256 and its kin. */
export interface EcdsaAlgorithm extends Row {
  readonly scheme: 'ecdsa'
  readonly digest: PlainDigest
  /** The length of r and of s, in bytes. */
  readonly scalarBytes: number
}

/** Ed25519 of the message itself (RFC 8032 section 5.1). */
export interface EddsaAlgorithm extends Row {
  readonly scheme: 'eddsa'
  /** None: the algorithm reads the message twice, so it takes no digest. */
  readonly digest?: never
  readonly signatureBytes: number
}

/** Ed25519 of a hash of the message (RFC 8032 section 5.1, Ed25519ph), as the RFC has it or as AWS KMS has it. */
export interface Ed25519phAlgorithm extends Row {
  readonly scheme: 'ed25519ph'
  readonly digest: PlainDigest
  readonly signatureBytes: number
  /** Whether the digest is hashed once more inside, as AWS KMS does: its message is the digest. */
  readonly rehashed: boolean
}

/** ML-DSA with one of its parameter sets (FIPS 204), of the message or of mu. */
export interface MlDsaAlgorithm extends Row {
  readonly scheme: 'ml-dsa'
  readonly key: MlDsaKind
  readonly digest: Digest
  readonly signatureBytes: number
}

/** SM2 with SM3 on its recommended curve (GB/T 32918.2-2016). Its signatures are DER, r and s as ECDSA's. */
export interface Sm2Algorithm extends Row {
  readonly scheme: 'sm2'
  readonly digest: Digest
  /** The length of r and of s, in bytes. */
  readonly scalarBytes: number
}

/** One row of the table: everything that is known about an algorithm. */
export type Algorithm =
  | RsaPkcs1Algorithm
  | RsaPssAlgorithm
  | EcdsaAlgorithm
  | EddsaAlgorithm
  | Ed25519phAlgorithm
  | MlDsaAlgorithm
  | Sm2Algorithm

const SHA256: PlainDigest = { hash: 'sha256', bytes: 32 }
const SHA384: PlainDigest = { hash: 'sha384', bytes: 48 }
const SHA512: PlainDigest = { hash: 'sha512', bytes: 64 }

const pkcs1 = (name: AlgorithmName, digest: PlainDigest): RsaPkcs1Algorithm => ({
  name,
  key: 'RSA',
  scheme: 'rsassa-pkcs1-v1_5',
  digest,
  standard: 'RFC 7518 section 3.3',
})

const pss = (name: AlgorithmName, digest: PlainDigest): RsaPssAlgorithm => ({
  name,
  key: 'RSA',
  scheme: 'rsassa-pss',
  digest,
  saltBytes: digest.bytes,
  standard: 'RFC 7518 section 3.5',
})

const ecdsa = (
  name: AlgorithmName,
  key: KeyKind,
  digest: PlainDigest,
  scalarBytes: number,
  standard = 'RFC 7518 section 3.4',
): EcdsaAlgorithm => ({ name, key, scheme: 'ecdsa', digest, scalarBytes, standard })

const ed25519ph = (name: AlgorithmName, rehashed: boolean, standard: string): Ed25519phAlgorithm => ({
  name,
  key: 'Ed25519',
  scheme: 'ed25519ph',
  digest: SHA512,
  signatureBytes: 64,
  rehashed,
  standard,
})

const mlDsa = (name: MlDsaKind, signatureBytes: number): MlDsaAlgorithm => ({
  name,
  key: name,
  scheme: 'ml-dsa',
  digest: { hash: 'shake256', bytes: 64, kind: 'ml-dsa-mu' },
  signatureBytes,
  standard: 'FIPS 204 section 5.2',
})

/** Every algorithm that Signport knows, in the order of the documentation. */
export const algorithms: readonly Algorithm[] = [
  pkcs1('RS256', SHA256),
  pkcs1('RS384', SHA384),
  pkcs1('RS512', SHA512),
  pss('PS256', SHA256),
  pss('PS384', SHA384),
  pss('PS512', SHA512),
  ecdsa('ES256', 'P-256', SHA256, 32),
  ecdsa('ES384', 'P-384', SHA384, 48),
  ecdsa('ES512', 'P-521', SHA512, 66),
  ecdsa('ES256K', 'secp256k1', SHA256, 32, 'RFC 8812 section 3.2'),
  { name: 'Ed25519', key: 'Ed25519', scheme: 'eddsa', signatureBytes: 64, standard: 'RFC 8032 section 5.1' },
  ed25519ph('Ed25519ph', false, 'RFC 8032 section 5.1'),
  ed25519ph('Ed25519ph-SHA512', true, 'RFC 8032 section 5.1, over the digest as AWS KMS does'),
  mlDsa('ML-DSA-44', 2420),
  mlDsa('ML-DSA-65', 3309),
  mlDsa('ML-DSA-87', 4627),
  {
    name: 'SM2',
    key: 'SM2',
    scheme: 'sm2',
    digest: { hash: 'sm3', bytes: 32, kind: 'sm2-za-message' },
    scalarBytes: 32,
    standard: 'GB/T 32918.2-2016',
  },
]
