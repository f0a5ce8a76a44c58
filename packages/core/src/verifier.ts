import type { Algorithm, AlgorithmName } from './algorithm.js'
import { assertBytes } from './bytes.js'
import { assertCallOptions, type CallOptions, withinTime } from './call.js'
import { assertOneOf } from './choice.js'
import { type CheckOptions, type Demands, readDemands } from './demands.js'
import { ECDSA_ENCODINGS, type EcdsaEncoding } from './ecdsa-signature.js'
import { type Evidence, evidenceOf } from './evidence.js'
import { isLowS } from './low-s.js'
import type { ParameterOptions } from './parameters.js'
import { type AlgorithmInput, parseAlgorithm } from './parse-algorithm.js'
import { assertDigestLength } from './plan.js'
import { PublicKey, type PublicKeyInput } from './public-key.js'
import { assertSignInput, type SignInput } from './sign-input.js'
import type { Signature, SignatureEncoding } from './signature.js'
import { decodeSignature, encodingOf, hasLength } from './signature-bytes.js'
import { verifyPrehashed } from './verify-digest.js'
import { verifyMessage } from './verify-message.js'

/** What one call of `verify` or `verifyDigest` may decide for itself. */
export interface VerifyOptions extends CallOptions {
  /** How the bytes of an ECDSA signature are laid out. By default as the signer or verifier is configured. */
  readonly encoding?: EcdsaEncoding
}

/** Verifies with a public key, in this process: nothing goes over a network. */
export interface Verifier {
  readonly algorithm: AlgorithmName
  readonly publicKey: PublicKey
  /**
   * Whether the signature is the key's over the message.
   *
   * @returns false for every signature that is not valid, malformed ones included
   */
  verify(message: SignInput, signature: Signature | Uint8Array, options?: VerifyOptions): Promise<boolean>
  /**
   * The same for a digest of the message, of exactly the algorithm's length.
   *
   * @throws SigningError `DigestLengthMismatch`; `UnsupportedAlgorithm` where there is no digest (Ed25519)
   */
  verifyDigest(
    digest: Uint8Array,
    signature: Signature | Uint8Array,
    options?: VerifyOptions,
  ): Promise<boolean>
}

/** What `createVerifier` is told: a public key and the algorithm; all else has a default. */
export interface VerifierOptions extends ParameterOptions, CheckOptions {
  readonly publicKey: PublicKeyInput
  /** An algorithm's name, such as `ES256`, or what a vendor calls it. */
  readonly algorithm: AlgorithmInput
  /** How the bytes of ECDSA signatures are laid out, where they do not come as a `Signature`. `der` by default. */
  readonly encoding?: EcdsaEncoding
}

/**
 * A verifier for one key and algorithm.
 *
 * @throws SigningError `UnknownAlgorithm`, `InvalidArgument` for the key, `InvalidKeyUsage` when they do not fit
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { encoding = 'der' } = options
  const publicKey = PublicKey.from(options.publicKey)
  const algorithm = parseAlgorithm(options.algorithm, { publicKey })
  assertOneOf('encoding', encoding, ECDSA_ENCODINGS)
  const common = { algorithm, demands: readDemands(options, algorithm), keyOf: async () => publicKey }
  return {
    algorithm: algorithm.name,
    publicKey,
    verify: (message, signature, options = {}) =>
      verifyInput({ ...common, signature, encoding: options.encoding ?? encoding, options }, message),
    verifyDigest: (digest, signature, options = {}) =>
      verifyDigest({ ...common, signature, encoding: options.encoding ?? encoding, options }, digest),
  }
}

/** One question to a verifier; the key is asked for only when the input has been read. */
export interface Verification {
  readonly algorithm: Algorithm
  readonly demands: Demands
  readonly keyOf: () => Promise<PublicKey>
  readonly signature: Signature | Uint8Array
  readonly encoding: EcdsaEncoding
  readonly options: CallOptions
}

export async function verifyInput(verification: Verification, message: SignInput): Promise<boolean> {
  assertSignInput(message)
  const given = readGiven(verification)
  const { algorithm, demands, keyOf, options } = verification
  const { parameters } = demands
  const evidence = evidenceOf({ algorithm, parameters, keyOf, signal: options.signal }, message)
  return verifyGiven(verification, given, await evidence)
}

export async function verifyDigest(verification: Verification, digest: Uint8Array): Promise<boolean> {
  assertBytes(digest, 'The digest')
  const given = readGiven(verification)
  assertDigestLength(verification.algorithm, digest.length)
  return verifyGiven(verification, given, { digest: Uint8Array.from(digest) })
}

/** Whether a signature in the one layout of core is the key's; of any length, since a key may have been replaced. */
export async function verifyEvidence(
  algorithm: Algorithm,
  key: PublicKey,
  evidence: Evidence,
  signature: Uint8Array,
  demands: Demands,
): Promise<boolean> {
  if (!hasLength(algorithm, key, signature)) return false
  if ('digest' in evidence && evidence.key && !evidence.key.equals(key)) return false
  if (demands.lowS && algorithm.scheme === 'ecdsa' && !isLowS(algorithm, signature)) return false
  return 'message' in evidence
    ? verifyMessage(algorithm, key, evidence.message, signature, demands)
    : verifyPrehashed(algorithm, key, evidence.digest, signature, demands.saltLength)
}

interface Given {
  readonly bytes: Uint8Array
  readonly encoding: SignatureEncoding
  readonly algorithm: AlgorithmName
}

function readGiven({ algorithm, signature, encoding, options }: Verification): Given {
  assertCallOptions(options)
  assertOneOf('encoding', encoding, ECDSA_ENCODINGS)
  const given = isSignature(signature) ? signature : undefined
  const bytes = given ? given.bytes : signature
  assertBytes(bytes, 'The signature')
  return {
    bytes: Uint8Array.from(bytes),
    encoding: given?.encoding ?? encodingOf(algorithm, encoding),
    algorithm: given?.algorithm ?? algorithm.name,
  }
}

/** Whether a signature comes with what is known about it. */
export function isSignature(value: Signature | Uint8Array): value is Signature {
  return typeof value === 'object' && value !== null && 'bytes' in value
}

async function verifyGiven(
  { algorithm, demands, keyOf, options }: Verification,
  given: Given,
  evidence: Evidence,
): Promise<boolean> {
  const key = await withinTime(options, keyOf)
  if (given.algorithm !== algorithm.name) return false
  const signature = decodeSignature(algorithm, given.bytes, given.encoding)
  return signature !== undefined && verifyEvidence(algorithm, key, evidence, signature, demands)
}
