import { type Algorithm, type AlgorithmName, algorithms } from './algorithm.js'

/** An algorithm as WebCrypto names it: an object (W3C Web Cryptography, WICG Secure Curves and Modern Algorithms). */
export interface WebCryptoAlgorithm {
  readonly name: string
  readonly hash?: string
  readonly namedCurve?: string
  /** In bytes. */
  readonly saltLength?: number
}

/** What others call an algorithm. A vendor that does not have it has no name for it: its list is empty. */
export interface AlgorithmNames {
  /** `alg` of JOSE and COSE (RFC 7518, 8812, 9864, 9964). */
  readonly jose: readonly string[]
  /** `SigningAlgorithm` of AWS KMS. */
  readonly aws: readonly string[]
  /** `Algorithm` of Alibaba Cloud KMS. */
  readonly alibaba: readonly string[]
  /** `CryptoKeyVersionAlgorithm` of Google Cloud KMS, which names the size of an RSA key too. */
  readonly google: readonly string[]
  /** `JsonWebKeySignatureAlgorithm` of Azure Key Vault. */
  readonly azure: readonly string[]
  /** Java's `Signature`: the JDK's names and those of BouncyCastle. */
  readonly jca: readonly string[]
  readonly webcrypto: readonly WebCryptoAlgorithm[]
  /** HTTP Message Signatures (RFC 9421 section 6.2.2). */
  readonly rfc9421: readonly string[]
}

const NONE: AlgorithmNames = {
  jose: [],
  aws: [],
  alibaba: [],
  google: [],
  azure: [],
  jca: [],
  webcrypto: [],
  rfc9421: [],
}

function rsaNames(bits: 256 | 384 | 512, padding: 'PKCS1' | 'PSS'): Partial<AlgorithmNames> {
  const jose = `${padding === 'PSS' ? 'PS' : 'RS'}${bits}`
  const pss = padding === 'PSS'
  return {
    jose: [jose],
    aws: [pss ? `RSASSA_PSS_SHA_${bits}` : `RSASSA_PKCS1_V1_5_SHA_${bits}`],
    alibaba: bits === 256 ? [`RSA_${padding}_SHA_256`] : [],
    google: googleSizes(bits).map((size) => `RSA_SIGN_${padding}_${size}_SHA${bits}`),
    azure: [jose],
    // The JDK's name of PSS leaves the hash to its parameters.
    jca: pss ? [`SHA${bits}withRSA/PSS`, `SHA${bits}withRSAandMGF1`, 'RSASSA-PSS'] : [`SHA${bits}withRSA`],
    webcrypto: [
      pss
        ? { name: 'RSA-PSS', hash: `SHA-${bits}`, saltLength: bits / 8 }
        : { name: 'RSASSA-PKCS1-v1_5', hash: `SHA-${bits}` },
    ],
  }
}

/** The pairs of modulus and hash that Google has. */
function googleSizes(bits: 256 | 384 | 512): readonly number[] {
  return { 256: [2048, 3072, 4096], 384: [], 512: [4096] }[bits]
}

function ecdsaNames(bits: 256 | 384 | 512, namedCurve: string): Partial<AlgorithmNames> {
  return {
    jose: [`ES${bits}`],
    aws: [`ECDSA_SHA_${bits}`],
    azure: [`ES${bits}`],
    jca: [`SHA${bits}withECDSA`, `SHA${bits}withECDSAinP1363Format`],
    webcrypto: [{ name: 'ECDSA', namedCurve, hash: `SHA-${bits}` }],
  }
}

function mlDsaNames(set: 44 | 65 | 87): Partial<AlgorithmNames> {
  const name = `ML-DSA-${set}`
  return {
    jose: [name],
    aws: ['ML_DSA_SHAKE_256'],
    google: [`PQ_SIGN_ML_DSA_${set}`, `PQ_SIGN_ML_DSA_${set}_EXTERNAL_MU`],
    jca: [name, 'ML-DSA'],
    webcrypto: [{ name }],
  }
}

const NAMES: Record<AlgorithmName, Partial<AlgorithmNames>> = {
  RS256: { ...rsaNames(256, 'PKCS1'), rfc9421: ['rsa-v1_5-sha256'] },
  RS384: rsaNames(384, 'PKCS1'),
  RS512: rsaNames(512, 'PKCS1'),
  PS256: rsaNames(256, 'PSS'),
  PS384: rsaNames(384, 'PSS'),
  PS512: { ...rsaNames(512, 'PSS'), rfc9421: ['rsa-pss-sha512'] },
  ES256: {
    ...ecdsaNames(256, 'P-256'),
    alibaba: ['ECDSA_SHA_256'],
    google: ['EC_SIGN_P256_SHA256'],
    rfc9421: ['ecdsa-p256-sha256'],
  },
  ES384: { ...ecdsaNames(384, 'P-384'), google: ['EC_SIGN_P384_SHA384'], rfc9421: ['ecdsa-p384-sha384'] },
  ES512: ecdsaNames(512, 'P-521'),
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
  // Of BouncyCastle's FIPS provider; the JDK has it by a parameter of Ed25519, and nobody else at all.
  Ed25519ph: { jca: ['Ed25519ph'] },
  'Ed25519ph-SHA512': { aws: ['ED25519_PH_SHA_512'] },
  'ML-DSA-44': mlDsaNames(44),
  'ML-DSA-65': mlDsaNames(65),
  'ML-DSA-87': mlDsaNames(87),
  SM2: { aws: ['SM2DSA'], alibaba: ['SM2DSA'], jca: ['SM3withSM2'] },
}

/** What each vendor and standard calls an algorithm; `parseAlgorithm` reads all of these names. */
export function algorithmNames({ name }: Algorithm): AlgorithmNames {
  return { ...NONE, ...NAMES[name] }
}

/** Letters in lower case, and no separators: nobody needs to remember whether it is a hyphen or an underscore. */
export function plainName(name: string): string {
  // Only ASCII: there are other letters whose lower case is one of it.
  return name.replace(/[-_]/g, '').replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** The rows that a name may mean; several where it leaves the curve or the parameter set open. */
export function rowsNamed(name: string): readonly Algorithm[] {
  return rowsByName.get(plainName(name)) ?? []
}

/** The length of the RSA modulus that a name asks for, in bits; undefined for all but those of Google Cloud KMS. */
export function modulusBitsNamed(name: string): number | undefined {
  const [, bits] = /^rsasign(?:pkcs1|pss)(\d{4})sha/.exec(plainName(name)) ?? []
  return bits === undefined ? undefined : Number(bits)
}

// A Map: a name such as `constructor` or `__proto__` finds nothing.
const rowsByName = indexed()

function indexed(): ReadonlyMap<string, readonly Algorithm[]> {
  const index = new Map<string, Algorithm[]>()
  for (const row of algorithms)
    for (const name of new Set(textNames(row).map(plainName)))
      index.set(name, [...(index.get(name) ?? []), row])
  return index
}

function textNames(row: Algorithm): string[] {
  const { webcrypto: _, ...texts } = algorithmNames(row)
  return [row.name, ...Object.values(texts).flat()]
}
