import { createHash } from 'node:crypto'
import { types } from 'node:util'
import type { Algorithm } from './algorithm.js'
import { SigningError } from './error.js'
import { type Evidence, evidenceOfBytes } from './evidence.js'
import { assertRawLength, type MessageQuestion, planMessage, tooLarge } from './plan.js'
import type { ProviderInput } from './provider.js'
import { bytesOfStream, chunksOf, digestOf, digestOfStream, type SignInput } from './sign-input.js'

/** What goes to the provider, and what its answer is verified against. */
export interface Prepared {
  readonly input: ProviderInput
  /**
   * To be called when the provider has answered; gives undefined when nothing is to be checked.
   *
   * @throws SigningError `InvalidResponse` when the provider has not read the whole of a stream
   */
  evidence(): Evidence | undefined
}

/** What must be known besides the message. */
export interface Preparation extends Omit<MessageQuestion, 'messageBytes'> {
  /** Whether evidence is kept: copying and hashing cost time, so nothing is kept that nobody checks. */
  readonly checked: boolean
}

/**
 * Carries a plan out: the only place that hashes for a service. Bytes in memory are hashed or copied before the
 * first await, so the caller may use them again at once.
 *
 * @throws SigningError as `planMessage` does
 */
export async function prepareMessage(
  preparation: Preparation,
  message: SignInput,
  signal?: AbortSignal,
): Promise<Prepared> {
  return types.isUint8Array(message)
    ? prepareBytes(preparation, message)
    : prepareStream(preparation, chunksOf(message, signal))
}

function prepareBytes(preparation: Preparation, message: Uint8Array): Prepared {
  const { algorithm, checked } = preparation
  const kind = planMessage({ ...preparation, messageBytes: message.length })
  if (kind === 'digest' && algorithm.digest) {
    const evidence = checked ? evidenceOfBytes(algorithm, message) : undefined
    return withEvidence({ kind, digest: digestOf(algorithm.digest, message) }, evidence)
  }
  const copy = Uint8Array.from(message)
  if (kind === 'stream') return prepareHandedOn(algorithm, oneChunk(copy), checked)
  return withEvidence({ kind: 'raw', message: copy }, checked ? { message: copy } : undefined)
}

/** For a provider that takes nothing but streams. */
async function* oneChunk(message: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield message
}

async function prepareStream(preparation: Preparation, chunks: AsyncIterable<Uint8Array>): Promise<Prepared> {
  const { algorithm, support, checked } = preparation
  const kind = planMessage({ ...preparation, messageBytes: undefined })
  if (kind === 'stream') return prepareHandedOn(algorithm, chunks, checked)
  if (kind === 'digest' && algorithm.digest)
    return prepareDigest(await digestOfStream(algorithm.digest, chunks), checked)
  const message = await bytesOfStream(chunks, support.raw.maxBytes, () => tooLarge(preparation))
  assertRawLength(preparation, message.length)
  return withEvidence({ kind: 'raw', message }, checked ? { message } : undefined)
}

/** A digest of the caller's own, or one that was just made. */
export function prepareDigest(digest: Uint8Array, checked: boolean): Prepared {
  return withEvidence({ kind: 'digest', digest }, checked ? { digest } : undefined)
}

/** A stream that the provider reads itself; hashed on its way when the answer will be checked. */
function prepareHandedOn(
  { digest }: Algorithm,
  chunks: AsyncIterable<Uint8Array>,
  checked: boolean,
): Prepared {
  const hasher = checked && digest ? createHash(digest.hash) : undefined
  let whole = false
  async function* watched() {
    for await (const chunk of chunks) {
      hasher?.update(chunk)
      yield chunk
    }
    whole = true
  }
  return {
    input: { kind: 'stream', chunks: watched() },
    evidence() {
      if (!whole) throw signedTooEarly()
      return hasher && { digest: hasher.digest() }
    },
  }
}

/** The signature may be a true one, of the beginning of the message. */
function signedTooEarly(): SigningError {
  return new SigningError('InvalidResponse', 'The provider signed before it had read the whole message.')
}

const withEvidence = (input: ProviderInput, evidence: Evidence | undefined): Prepared => ({
  input,
  evidence: () => evidence,
})
