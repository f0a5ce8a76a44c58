import { readFileSync } from 'node:fs'

/** One signature of ML-DSA and what is to be thought of it. */
export interface MlDsaCase {
  readonly id: number
  readonly comment: string
  readonly flags: readonly string[]
  /** Absent where mu alone is given. */
  readonly message: Uint8Array | undefined
  readonly context: Uint8Array
  /** What is signed in place of the message. */
  readonly mu: Uint8Array | undefined
  /** The random bytes of a hedged signature; absent where it is deterministic. */
  readonly random: Uint8Array | undefined
  readonly signature: Uint8Array
  readonly valid: boolean
}

/** The cases of one key. */
export interface MlDsaGroup {
  /** Raw; undefined where there is none for the private key. */
  readonly publicKey: Uint8Array | undefined
  /** SubjectPublicKeyInfo, in files for verifiers. */
  readonly publicKeyDer: Uint8Array
  /** The expanded key, in files for signers. */
  readonly privateKey: Uint8Array
  readonly cases: readonly MlDsaCase[]
}

/** A file of Wycheproof with signatures of ML-DSA: `mldsa_verify_schema` or `mldsa_sign_noseed_schema`. */
export interface MlDsaFile {
  /** The parameter set, which is Signport's name of the algorithm. */
  readonly algorithm: string
  readonly numberOfCases: number
  readonly groups: readonly MlDsaGroup[]
}

interface JsonCase {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly msg?: string
  readonly ctx?: string
  readonly mu?: string
  readonly rnd?: string
  readonly sig: string
  readonly result: string
}

interface JsonGroup {
  readonly publicKey?: string | null
  readonly publicKeyDer?: string
  readonly privateKey?: string
  readonly tests: readonly JsonCase[]
}

/** Reads a file of Wycheproof's `testvectors_v1`. */
export function readMlDsaFile(path: string): MlDsaFile {
  const { algorithm, numberOfTests, testGroups } = JSON.parse(readFileSync(path, 'utf8'))
  return { algorithm, numberOfCases: numberOfTests, groups: testGroups.map(readGroup) }
}

function readGroup({ publicKey, publicKeyDer = '', privateKey = '', tests }: JsonGroup): MlDsaGroup {
  return {
    publicKey: typeof publicKey === 'string' ? hex(publicKey) : undefined,
    publicKeyDer: hex(publicKeyDer),
    privateKey: hex(privateKey),
    cases: tests.map(readCase),
  }
}

function readCase({ tcId, comment, flags, msg, ctx = '', mu, rnd, sig, result }: JsonCase): MlDsaCase {
  // Nothing is left open in these files: a result of a third kind must be thought about first.
  if (result !== 'valid' && result !== 'invalid') throw new Error(`Case ${tcId} is ${result}`)
  return {
    id: tcId,
    comment,
    flags,
    message: msg === undefined ? undefined : hex(msg),
    context: hex(ctx),
    mu: mu === undefined ? undefined : hex(mu),
    random: rnd === undefined ? undefined : hex(rnd),
    signature: hex(sig),
    valid: result === 'valid',
  }
}

function hex(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'hex')
  if (2 * bytes.length !== text.length) throw new Error(`Not hexadecimal: ${text}`)
  return bytes
}
