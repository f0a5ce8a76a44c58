import { type AlgorithmName, algorithms } from '@signport/core'

/** Algorithms that a verifier does not have. */
export interface Absence {
  readonly algorithms: readonly AlgorithmName[]
  /** For whoever reads the matrix. */
  readonly reason: string
  /**
   * What is answered when it is asked nevertheless, and whatever else is answered is news. Where a verifier has nothing that
   * could be called, our program says what it has instead: the type of gmsm's key, the signature of a method in Python.
   */
  readonly says: RegExp
  /** The version from which on it has them: whoever has such a one installed sees it asked. */
  readonly since?: readonly [number, number]
}

/** A library or a command that somebody else wrote. */
export interface Verifier {
  readonly title: string
  /** Whose code it is: two verifiers that share it are one opinion. */
  readonly code: string
  readonly has: readonly AlgorithmName[]
  readonly lacks: readonly Absence[]
}

export type VerifierName = 'openssl' | 'cryptography' | 'Go' | 'circl' | 'decred' | 'gmsm'

const RSA: readonly AlgorithmName[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const NIST_CURVES: readonly AlgorithmName[] = ['ES256', 'ES384', 'ES512']
const PREHASHED: readonly AlgorithmName[] = ['Ed25519ph', 'Ed25519ph-SHA512']
const ML_DSA: readonly AlgorithmName[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

const allBut = (...names: readonly AlgorithmName[]) =>
  algorithms.map(({ name }) => name).filter((name) => !names.includes(name))

/** What each verifier can, in the versions of `parts` or in any that may be installed. */
export const VERIFIERS: Readonly<Record<VerifierName, Verifier>> = {
  openssl: {
    title: 'the command of OpenSSL 3',
    code: 'OpenSSL',
    has: [...RSA, ...NIST_CURVES, 'ES256K', 'Ed25519', 'SM2'],
    lacks: [
      {
        algorithms: PREHASHED,
        reason: 'OpenSSL has it from 3.2 on: where the command is newer, it is asked, too',
        says: /Can't set parameter "instance:Ed25519ph"/,
        since: [3, 2],
      },
      {
        algorithms: ML_DSA,
        reason: 'OpenSSL has it from 3.5 on: where the command is newer, it is asked, too',
        says: /unsupported/,
        since: [3, 5],
      },
    ],
  },
  cryptography: {
    title: '`cryptography`, for Python, with an OpenSSL of its own',
    code: 'OpenSSL',
    has: [...RSA, ...NIST_CURVES, 'ES256K', 'Ed25519', ...ML_DSA],
    lacks: [
      {
        algorithms: PREHASHED,
        reason: 'it has pure Ed25519 alone',
        says: /^verify\(signature, data\) is all of a key for Ed25519$/,
      },
      {
        algorithms: ['SM2'],
        reason: 'it does not have the curve',
        says: /^Curve 1\.2\.156\.10197\.1\.301 is not supported$/,
      },
    ],
  },
  Go: {
    title: "Go's standard library",
    code: 'Go',
    has: [...RSA, ...NIST_CURVES, 'Ed25519', ...PREHASHED],
    lacks: [
      {
        algorithms: ['ES256K', 'SM2'],
        reason: 'it does not have the curve',
        says: /unsupported elliptic curve/,
      },
      {
        algorithms: ML_DSA,
        reason: 'Go has it from 1.27 on, and the program is for older ones, too',
        says: /unknown public key algorithm|\*mldsa\.PublicKey/,
      },
    ],
  },
  circl: {
    title: "Cloudflare's `circl`, for Go",
    code: 'circl',
    has: ['Ed25519', ...PREHASHED, ...ML_DSA],
    lacks: [
      {
        algorithms: [...RSA, ...NIST_CURVES, 'ES256K', 'SM2'],
        reason: 'it has neither RSA nor ECDSA nor SM2',
        says: /unsupported public key algorithm/,
      },
    ],
  },
  decred: {
    title: "decred's `secp256k1`, for Go",
    code: 'decred',
    has: ['ES256K'],
    lacks: [
      {
        algorithms: allBut('ES256K'),
        reason: 'it has this one curve alone',
        says: /not on secp256k1 curve|malformed public key: invalid length/,
      },
    ],
  },
  gmsm: {
    title: '`gmsm`, for Go',
    code: 'gmsm',
    has: [...ML_DSA, 'SM2'],
    lacks: [
      {
        algorithms: [...RSA, ...NIST_CURVES, 'Ed25519', ...PREHASHED],
        reason: "it leaves them to Go's standard library",
        says: /^no scheme ".*" with a key for \S+, which is a (\*rsa|\*ecdsa|ed25519)\.PublicKey$/,
      },
      {
        algorithms: ['ES256K'],
        reason: 'it does not have the curve',
        says: /unsupported elliptic curve|invalid ECDSA parameters/,
      },
    ],
  },
}

export const VERIFIER_NAMES = Object.keys(VERIFIERS) as VerifierName[]

/** Why a verifier does not have an algorithm; undefined where it has. */
export function absenceOf(verifier: VerifierName, algorithm: AlgorithmName): Absence | undefined {
  return VERIFIERS[verifier].lacks.find((absence) => absence.algorithms.includes(algorithm))
}

/** Who has an algorithm, whatever versions are installed. */
export function verifiersOf(algorithm: AlgorithmName): readonly VerifierName[] {
  return VERIFIER_NAMES.filter((name) => VERIFIERS[name].has.includes(algorithm))
}
