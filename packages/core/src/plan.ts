import type { Algorithm, Digest, DigestKind } from './algorithm.js'
import { equalBytes } from './bytes.js'
import { SigningError } from './error.js'
import type { AlgorithmParameters } from './parameters.js'
import type { AlgorithmSupport, InputKind } from './provider.js'
import { DEFAULT_USER_ID } from './sm2.js'

/** What of a message is sent: the choice of Signport, the message itself, or a digest of it. */
export type MessageTypeChoice = (typeof MESSAGE_TYPES)[number]

export const MESSAGE_TYPES = ['auto', 'raw', 'digest'] as const

/** Whoever signs, in the words of an error message. */
interface Party {
  readonly algorithm: Algorithm
  readonly provider: string
  readonly support: AlgorithmSupport
  readonly parameters: AlgorithmParameters
}

export interface MessageQuestion extends Party {
  readonly messageType: MessageTypeChoice
  /** The message's length in bytes; undefined for a stream, whose length is known at its end. */
  readonly messageBytes: number | undefined
}

/**
 * Decides in which form a message goes to the provider: the one place where limits, algorithm and the caller's
 * choice meet. Pure, so that every case of it is a row of a table in the tests.
 *
 * @returns `digest`, `external-mu`: hash it; `raw`: the message itself, a stream first read into memory; `stream`:
 *   handed on
 * @throws SigningError `UnsupportedAlgorithm` for a form that algorithm or provider does not have,
 *   `MessageTooLarge` and `InvalidArgument` for a length outside the limits of a raw message
 */
export function planMessage(question: MessageQuestion): InputKind {
  const { messageType } = question
  assertContext(question)
  const kind = messageType === 'digest' ? digestInput(question) : chosenKind(question)
  if (kind === 'raw' && question.messageBytes !== undefined) assertRawLength(question, question.messageBytes)
  return kind
}

function chosenKind(question: MessageQuestion): InputKind {
  const { messageType, messageBytes, support } = question
  const kinds = possibleKinds(question)
  const isGood = (kind: InputKind) =>
    messageBytes === undefined
      ? kind !== 'raw'
      : kind !== 'stream' && (kind !== 'raw' || inLimits(support, messageBytes))
  const kind = kinds.find(isGood) ?? kinds.find((each) => each === 'stream') ?? kinds[0]
  if (kind) return kind
  const instead = messageType === 'raw' ? `messageType 'auto' sends what it takes` : 'it takes nothing else'
  throw unsupported(question, `the message itself; ${instead}`)
}

/** The forms that give the signature that is meant, in the provider's order. */
function possibleKinds({
  algorithm,
  support,
  messageType,
  parameters,
}: MessageQuestion): readonly InputKind[] {
  const { digest } = algorithm
  // An SM2 service that hashes takes the usual id; with another one the digest is made here.
  const hashesHere = parameters.userId && !support.userId && !equalBytes(parameters.userId, DEFAULT_USER_ID)
  const whole: InputKind[] = hashesHere ? [] : digest ? ['raw', 'stream'] : ['raw']
  const digested: InputKind[] = digest && messageType === 'auto' ? [digestInputOf(digest)] : []
  return support.inputs.filter((kind) => [...whole, ...digested].includes(kind))
}

const inLimits = ({ raw }: AlgorithmSupport, bytes: number) => bytes >= raw.minBytes && bytes <= raw.maxBytes

/** How a digest of the algorithm goes to a service. */
function digestInputOf({ kind }: Digest): 'digest' | 'external-mu' {
  return kind === 'ml-dsa-mu' ? 'external-mu' : 'digest'
}

function digestInput(party: Party): 'digest' | 'external-mu' {
  const input = digestInputOf(digestOrThrow(party.algorithm))
  if (!party.support.inputs.includes(input)) throw unsupported(party, 'a digest')
  return input
}

function assertContext(party: Party): void {
  if (party.parameters.context?.length && !party.support.context) throw unsupported(party, 'a context')
}

/** The error for a digest where the algorithm has none. */
export function takesNoDigest({ name }: Algorithm): SigningError {
  const why = 'it reads the message twice (RFC 8032 section 5.1.6)'
  return new SigningError(
    'UnsupportedAlgorithm',
    `${name} takes no digest: ${why}. Give it the message itself.`,
  )
}

function digestOrThrow(algorithm: Algorithm): Digest {
  if (!algorithm.digest) throw takesNoDigest(algorithm)
  return algorithm.digest
}

/**
 * Checks that a digest from a caller can be sent, and says how.
 *
 * @param digestKind what the caller says that the digest is
 * @throws SigningError `UnsupportedAlgorithm` when algorithm or provider takes none, `DigestLengthMismatch`,
 *   `InvalidArgument` when it is not of the algorithm's kind
 */
export function planDigest(
  party: Party,
  digestBytes: number,
  digestKind?: DigestKind,
): 'digest' | 'external-mu' {
  assertContext(party)
  const input = digestInput(party)
  assertDigestKind(party.algorithm, digestKind)
  assertDigestLength(party.algorithm, digestBytes)
  return input
}

const KINDS: Record<DigestKind, string> = {
  'sm2-za-message': 'SM3(Z ‖ M), not SM3(M)',
  'ml-dsa-mu': 'mu, not a hash of the message',
}

/** A length proves nothing: SM3(M) is as long as SM3(Z ‖ M), and SHA-512 as long as mu. */
function assertDigestKind(algorithm: Algorithm, given: DigestKind | undefined): void {
  const { kind } = digestOrThrow(algorithm)
  if (given === kind) return
  const what = kind
    ? `${KINDS[kind]}: say digestKind: '${kind}' if that is what it is`
    : 'a plain hash: leave digestKind out'
  throw new SigningError('InvalidArgument', `The digest of ${algorithm.name} is ${what}.`)
}

/** @throws SigningError `DigestLengthMismatch` unless the length is exactly the algorithm's */
export function assertDigestLength(algorithm: Algorithm, digestBytes: number): void {
  const { hash, bytes } = digestOrThrow(algorithm)
  if (digestBytes === bytes) return
  throw new SigningError(
    'DigestLengthMismatch',
    `${algorithm.name} signs a ${hash} digest of exactly ${bytes} bytes, but this one has ${digestBytes}.`,
  )
}

/** The error for a raw message of more bytes than the provider takes; `messageBytes` is undefined while a stream goes on. */
export function tooLarge({ algorithm, provider, support }: Party, messageBytes?: number): SigningError {
  const size = messageBytes === undefined ? '' : ` of ${messageBytes} bytes`
  const limit = `the ${support.raw.maxBytes} bytes that ${provider} takes`
  const message = `The message${size} is larger than ${limit}: ${insteadOfRaw(algorithm)}.`
  return new SigningError('MessageTooLarge', message)
}

/** Checks a message that is sent whole, once its length is known. */
export function assertRawLength(party: Party, messageBytes: number): void {
  const { minBytes, maxBytes } = party.support.raw
  if (messageBytes > maxBytes) throw tooLarge(party, messageBytes)
  if (messageBytes >= minBytes) return
  const least = `${minBytes} ${minBytes === 1 ? 'byte' : 'bytes'}`
  const what = `${party.provider} takes messages of at least ${least}, but this one has ${messageBytes}`
  throw new SigningError('InvalidArgument', `${what}: ${insteadOfRaw(party.algorithm)}.`)
}

function insteadOfRaw({ name, digest }: Algorithm): string {
  return digest
    ? `send its digest, with messageType 'auto'`
    : `${name} has no form that signs a digest instead`
}

function unsupported({ algorithm, provider }: Party, what: string): SigningError {
  return new SigningError('UnsupportedAlgorithm', `For ${algorithm.name}, ${provider} does not take ${what}.`)
}
