import type { Hash } from 'node:crypto'
import { types } from 'node:util'
import type { Algorithm, Digest } from './algorithm.js'
import { createHasher, digestOf, digestOfMessage, digestOfStream } from './digest.js'
import { SigningError } from './error.js'
import { type Evidence, evidenceOfBytes } from './evidence.js'
import { assertRawLength, type MessageQuestion, planMessage, tooLarge } from './plan.js'
import type { ProviderInput } from './provider.js'
import type { PublicKey } from './public-key.js'
import { bytesOfStream, chunksOf, type SignInput } from './sign-input.js'

/** What goes to the provider, and what its answer is verified against. */
export interface Prepared {
  readonly input: ProviderInput
  /**
   * To be called when the provider has answered; gives undefined when nothing is to be checked.
   *
   * @throws SigningError `InvalidResponse` when the provider has not read the whole of a stream
   */
  evidence(): Evidence | undefined
  /** The key that went into the digest. Absent where none does. */
  readonly madeWith?: PublicKey
  /** Resolves when the provider has read the message to its end. Present where it does so itself. */
  readonly whenRead?: Promise<void>
  /** Makes it anew from the same message. Present where a digest is one with the key, which may be another by then. */
  again?(): Promise<Prepared>
}

/** What must be known besides the message. */
export interface Preparation extends Omit<MessageQuestion, 'messageBytes'> {
  /** Whether evidence is kept: copying and hashing cost time, so nothing is kept that nobody checks. */
  readonly checked: boolean
  /** The public key, asked for only where a digest depends on it. */
  readonly keyOf: () => Promise<PublicKey>
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

async function prepareBytes(preparation: Preparation, message: Uint8Array): Promise<Prepared> {
  const { algorithm, checked } = preparation
  const kind = planMessage({ messageBytes: message.length, ...preparation })
  if (kind === 'digest' || kind === 'external-mu') {
    const digest = digestOrThrow(algorithm)
    if (digest.kind) return prepareKeyed(preparation, kind, new Uint8Array(message))
    const evidence = checked ? evidenceOfBytes(algorithm, message) : undefined
    return withEvidence({ kind, digest: digestOfMessage(digest, message) }, evidence)
  }
  const copy = new Uint8Array(message)
  if (kind === 'stream') return prepareHandedOn(preparation, oneChunk(copy))
  return withEvidence({ kind: 'raw', message: copy }, checked ? evidenceOfBytes(algorithm, copy) : undefined)
}

/** A digest that is one with the key, which may have to be waited for: so it is made of a copy of the message. */
async function prepareKeyed(
  preparation: Preparation,
  kind: 'digest' | 'external-mu',
  message: Uint8Array,
): Promise<Prepared> {
  const { hasher, key } = await hashing(preparation)
  const evidence = preparation.checked ? { message } : undefined
  return {
    ...withEvidence({ kind, digest: digestOf(hasher, message) }, evidence),
    ...(key && { madeWith: key }),
    again: () => prepareKeyed(preparation, kind, message),
  }
}

/** A hasher, and the key that went into it, if one did. */
interface Hashing {
  readonly hasher: Hash
  readonly key?: PublicKey
}

async function hashing({ algorithm, parameters, keyOf }: Preparation): Promise<Hashing> {
  const digest = digestOrThrow(algorithm)
  const key = digest.kind && (await keyOf())
  return { hasher: createHasher(digest, key, parameters), ...(key && { key }) }
}

function digestOrThrow({ digest, name }: Algorithm): Digest {
  if (!digest) throw new TypeError(`${name} has no digest to be planned for.`)
  return digest
}

/** For a provider that takes nothing but streams. */
async function* oneChunk(message: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield message
}

async function prepareStream(preparation: Preparation, chunks: AsyncIterable<Uint8Array>): Promise<Prepared> {
  const { support, checked } = preparation
  const kind = planMessage({ ...preparation, messageBytes: undefined })
  if (kind === 'stream') return prepareHandedOn(preparation, chunks)
  if (kind !== 'raw') {
    const { hasher, ...key } = await hashing(preparation)
    const digest = await digestOfStream(hasher, chunks)
    const prepared = withEvidence({ kind, digest }, checked ? { digest, ...key } : undefined)
    return { ...prepared, ...(key.key && { madeWith: key.key }) }
  }
  const message = await bytesOfStream(chunks, support.raw.maxBytes, () => tooLarge(preparation))
  assertRawLength(preparation, message.length)
  return withEvidence({ kind: 'raw', message }, checked ? { message } : undefined)
}

/** A digest of the caller's own. */
export function prepareDigest(
  kind: 'digest' | 'external-mu',
  digest: Uint8Array,
  checked: boolean,
): Prepared {
  return withEvidence({ kind, digest }, checked ? { digest } : undefined)
}

/** A stream that the provider reads itself; hashed on its way when the answer will be checked. */
function prepareHandedOn(preparation: Preparation, chunks: AsyncIterable<Uint8Array>): Prepared {
  let started: Hashing | undefined
  let whole = false
  let tellRead: () => void = () => undefined
  const whenRead = new Promise<void>((resolve) => {
    tellRead = resolve
  })
  async function* watched() {
    // Not before the provider reads: a key that it makes for this signature is there only then.
    if (preparation.checked) started = await hashing(preparation)
    for await (const chunk of chunks) {
      started?.hasher.update(chunk)
      yield chunk
    }
    whole = true
    tellRead()
  }
  return {
    input: { kind: 'stream', chunks: watched() },
    whenRead,
    evidence() {
      if (!whole) throw signedTooEarly()
      if (!started) return undefined
      const { hasher, ...key } = started
      return { digest: hasher.digest(), ...key }
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
