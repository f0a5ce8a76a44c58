import { SigningError } from './error.js'
import { oneOf, printable, typeName } from './text.js'

/** What a key must be for an algorithm: RSA of any permitted size, or the curve by its JWK name (RFC 7518, 8037, 8812). */
export type KeyKind = 'RSA' | 'P-256' | 'P-384' | 'P-521' | 'secp256k1' | 'Ed25519'

/** A hash function, by the name that node:crypto gives it, and the length of its digests. */
export interface Digest {
  readonly hash: 'sha256' | 'sha384' | 'sha512'
  readonly bytes: number
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

interface Row {
  readonly name: AlgorithmName
  readonly key: KeyKind
  /** Where the algorithm is specified. */
  readonly standard: string
}

export interface RsaPkcs1Algorithm extends Row {
  readonly scheme: 'rsassa-pkcs1-v1_5'
  readonly digest: Digest
}

export interface RsaPssAlgorithm extends Row {
  readonly scheme: 'rsassa-pss'
  readonly digest: Digest
  readonly saltBytes: number
}

export interface EcdsaAlgorithm extends Row {
  readonly scheme: 'ecdsa'
  readonly digest: Digest
  /** The length of r and of s, in bytes. */
  readonly scalarBytes: number
}

export interface EddsaAlgorithm extends Row {
  readonly scheme: 'eddsa'
  /** None: the algorithm reads the message twice, so it takes no digest. */
  readonly digest?: never
  readonly signatureBytes: number
}

/** One row of the table: everything that is known about an algorithm. */
export type Algorithm = RsaPkcs1Algorithm | RsaPssAlgorithm | EcdsaAlgorithm | EddsaAlgorithm

const SHA256: Digest = { hash: 'sha256', bytes: 32 }
const SHA384: Digest = { hash: 'sha384', bytes: 48 }
const SHA512: Digest = { hash: 'sha512', bytes: 64 }

const pkcs1 = (name: AlgorithmName, digest: Digest): RsaPkcs1Algorithm => ({
  name,
  key: 'RSA',
  scheme: 'rsassa-pkcs1-v1_5',
  digest,
  standard: 'RFC 7518 section 3.3',
})

const pss = (name: AlgorithmName, digest: Digest): RsaPssAlgorithm => ({
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
  digest: Digest,
  scalarBytes: number,
  standard = 'RFC 7518 section 3.4',
): EcdsaAlgorithm => ({ name, key, scheme: 'ecdsa', digest, scalarBytes, standard })

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
]

// A Map: a name such as `constructor` or `__proto__` finds nothing.
const byLowerCaseName = new Map(algorithms.map((row) => [row.name.toLowerCase(), row]))

/**
 * The row for a name, in any case.
 *
 * @throws TypeError when `name` is not a string
 * @throws SigningError `UnknownAlgorithm`, with the names that there are
 */
export function parseAlgorithm(name: string): Algorithm {
  if (typeof name !== 'string')
    throw new TypeError(`The algorithm must be a string such as 'ES256', not ${typeName(name)}.`)
  // ASCII alone: in Unicode the Kelvin sign, too, has k as its lower case.
  const row = byLowerCaseName.get(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()))
  if (row) return row
  const known = oneOf(algorithms.map((algorithm) => algorithm.name))
  throw new SigningError('UnknownAlgorithm', `Unknown algorithm '${printable(name)}'. Use ${known}.`)
}
