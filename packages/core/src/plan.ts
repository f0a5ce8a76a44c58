import type { Algorithm, Digest } from './algorithm.js'
import { SigningError } from './error.js'
import type { AlgorithmSupport, InputKind } from './provider.js'

/** What of a message is sent: the choice of Signport, the message itself, or a digest of it. */
export type MessageTypeChoice = (typeof MESSAGE_TYPES)[number]

export const MESSAGE_TYPES = ['auto', 'raw', 'digest'] as const

/** Whoever signs, in the words of an error message. */
interface Party {
  readonly algorithm: Algorithm
  readonly provider: string
  readonly support: AlgorithmSupport
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
 * @returns `digest`: hash it; `raw`: the message itself, a stream first read into memory; `stream`: handed on
 * @throws SigningError `UnsupportedAlgorithm` for a form that algorithm or provider does not have,
 *   `MessageTooLarge` and `InvalidArgument` for a length outside the limits of a raw message
 */
export function planMessage(question: MessageQuestion): InputKind {
  const { algorithm, support, messageType, messageBytes } = question
  const kinds = support.inputs.filter((kind) => kind === 'raw' || algorithm.digest)
  const kind =
    messageType === 'digest'
      ? digestKind(question, kinds)
      : bestKind(messageType === 'raw' ? kinds.filter((each) => each !== 'digest') : kinds, messageBytes)
  if (!kind)
    throw unsupported(question, `a message whole; send its digest, with messageType 'digest' or 'auto'`)
  if (kind === 'raw' && messageBytes !== undefined) assertRawLength(question, messageBytes)
  return kind
}

/** In memory `stream` is no gain; of a stream, whatever does not need all of it in memory comes first. */
function bestKind(kinds: readonly InputKind[], messageBytes: number | undefined): InputKind | undefined {
  const avoided: InputKind = messageBytes === undefined ? 'raw' : 'stream'
  return kinds.find((kind) => kind !== avoided) ?? kinds[0]
}

function digestKind(party: Party, kinds: readonly InputKind[]): InputKind {
  digestOrThrow(party.algorithm)
  if (!kinds.includes('digest')) throw unsupported(party, 'a digest')
  return 'digest'
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
 * Checks that a digest from a caller can be sent.
 *
 * @throws SigningError `UnsupportedAlgorithm` when algorithm or provider takes none, `DigestLengthMismatch`
 */
export function planDigest(party: Party, digestBytes: number): void {
  digestKind(party, party.support.inputs)
  assertDigestLength(party.algorithm, digestBytes)
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
