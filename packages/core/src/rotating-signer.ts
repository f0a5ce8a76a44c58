import { types } from 'node:util'
import type { AlgorithmName } from './algorithm.js'
import { assertBytes } from './bytes.js'
import { assertCallOptions, type CallOptions, withinTime } from './call.js'
import { SigningError } from './error.js'
import type { AlgorithmParameters } from './parameters.js'
import { parseAlgorithm } from './parse-algorithm.js'
import { assertDigestLength } from './plan.js'
import type { PublicKey } from './public-key.js'
import type { KeyHolder, PublishedKey, RotatingSigner, RotationOptions, RotationStep } from './rotation.js'
import { knownSignerAt, publishedKeysAt, signerAt, stepsAt } from './rotation-keys.js'
import { type RotationSettings, readRotationOptions } from './rotation-settings.js'
import { assertSignInput, type SignInput } from './sign-input.js'
import type { Signature } from './signature.js'
import type { ProbeResult, SignDigestOptions, Signer, SignOptions } from './signer.js'
import { isSignature, type VerifyOptions } from './verifier.js'
import { WorkUnderWay } from './work-under-way.js'

/**
 * A signer for keys that follow one another. It signs with the active key, and refuses to while verifiers may not know it;
 * it keeps a retired key published until the last token that it signed has expired. All it goes by are these options and
 * the clock, so that any number of processes agree. Closing it closes the signers that it was given.
 *
 * @throws SigningError `InvalidArgument` for times that cannot go together, and for a signer or a `kid` that is given twice
 * @throws TypeError for an option that there is not, for what is no signer and for what is no time
 */
export function createRotatingSigner(options: RotationOptions): RotatingSigner {
  return new KeyRotation(readRotationOptions(options))
}

/** Each call reads the clock once: a key that takes over in the middle of one does not get mixed up with the other. */
class KeyRotation implements RotatingSigner {
  readonly tokenLifetimeMs: number
  readonly cacheLifetimeMs: number
  readonly #settings: RotationSettings
  readonly #work: WorkUnderWay

  constructor(settings: RotationSettings) {
    this.tokenLifetimeMs = settings.tokenLifetimeMs
    this.cacheLifetimeMs = settings.cacheLifetimeMs
    this.#settings = settings
    this.#work = new WorkUnderWay({ close: () => closeAll(settings) }, () => undefined)
  }

  get provider(): string {
    return this.#signing.provider
  }

  get keyId(): string {
    return this.#signing.keyId
  }

  get kid(): string | undefined {
    return this.#signing.kid
  }

  get algorithm(): AlgorithmName {
    return this.#signing.algorithm
  }

  get parameters(): AlgorithmParameters | undefined {
    return this.#signing.parameters
  }

  current(): Signer {
    return knownSignerAt(this.#settings, this.#settings.now())
  }

  publishedKeys(): readonly PublishedKey[] {
    return publishedKeysAt(this.#settings, this.#settings.now())
  }

  steps(): readonly RotationStep[] {
    return stepsAt(this.#settings, this.#settings.now())
  }

  sign(message: SignInput, options?: SignOptions): Promise<Signature> {
    return this.#work.run(async () => this.current().sign(message, options))
  }

  signDigest(digest: Uint8Array, options?: SignDigestOptions): Promise<Signature> {
    return this.#work.run(async () => this.current().signDigest(digest, options))
  }

  verify(
    message: SignInput,
    signature: Signature | Uint8Array,
    options: VerifyOptions = {},
  ): Promise<boolean> {
    return this.#work.run(async () => {
      assertSignInput(message)
      if (!types.isUint8Array(message)) throw readOnce()
      const [bytes, given] = [Uint8Array.from(message), copyOf(signature)]
      return verifiesAny(this.#published, options, (signer, bounds) => signer.verify(bytes, given, bounds))
    })
  }

  verifyDigest(
    digest: Uint8Array,
    signature: Signature | Uint8Array,
    options: VerifyOptions = {},
  ): Promise<boolean> {
    return this.#work.run(async () => {
      assertBytes(digest, 'The digest')
      const [bytes, given] = [Uint8Array.from(digest), copyOf(signature)]
      const signers = thoseWithDigest(this.#published, bytes.length)
      return verifiesAny(signers, options, (signer, bounds) => signer.verifyDigest(bytes, given, bounds))
    })
  }

  publicKey(options?: CallOptions): Promise<PublicKey> {
    return this.#work.run(async () => this.#signing.publicKey(options))
  }

  probe(options?: CallOptions): Promise<ProbeResult> {
    return this.#work.run(async () => {
      const now = this.#settings.now()
      const signer = knownSignerAt(this.#settings, now)
      return { ...(await signer.probe(options)), rotation: stepsAt(this.#settings, now) }
    })
  }

  close(): Promise<void> {
    return this.#work.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #signing(): Signer {
    return signerAt(this.#settings, this.#settings.now())
  }

  get #published(): readonly KeyHolder[] {
    return this.publishedKeys().map(({ signer }) => signer)
  }
}

/** All are closed, even if one of them fails to. */
async function closeAll({ active, next, retired }: RotationSettings): Promise<void> {
  const signers: (KeyHolder | undefined)[] = [
    active.signer,
    next?.signer,
    ...retired.map(({ signer }) => signer),
  ]
  const outcomes = await Promise.allSettled(signers.map(async (signer) => signer?.close?.()))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

/**
 * Which key has signed, the bytes do not say. One that cannot be asked for says nothing about the others; but where none
 * of these has signed, it may have been that one.
 */
async function verifiesAny(
  signers: readonly KeyHolder[],
  options: VerifyOptions,
  verify: (signer: KeyHolder, options: VerifyOptions) => Promise<boolean>,
): Promise<boolean> {
  assertCallOptions(options)
  return withinTime(options, async (signal) => {
    const bounds = { ...options, ...(signal && { signal }) }
    // All at once: a key that must be waited for does not keep the others waiting.
    const verdicts = signers.map(
      async (signer) => (await verify(signer, bounds)) || Promise.reject(NOT_VALID),
    )
    return Promise.any(verdicts).catch(({ errors }: AggregateError) => {
      const failures = errors.filter((error) => error !== NOT_VALID)
      if (failures.length > 0) throw failures[0]
      return false
    })
  })
}

/** What is no failure, but does not end the search either. */
const NOT_VALID = Symbol('not valid')

/**
 * A digest for one algorithm may be none for another one.
 *
 * @throws SigningError as the first key would, if it is none for any of them
 */
function thoseWithDigest(signers: readonly KeyHolder[], digestBytes: number): readonly KeyHolder[] {
  const rowOf = ({ algorithm }: KeyHolder) => parseAlgorithm(algorithm)
  const those = signers.filter((signer) => rowOf(signer).digest?.bytes === digestBytes)
  const [first] = signers
  if (those.length === 0 && first) assertDigestLength(rowOf(first), digestBytes)
  return those
}

/** What the first key is verified with, and the last one after waiting, must be the same. */
function copyOf(signature: Signature | Uint8Array): Signature | Uint8Array {
  const bytes = isSignature(signature) ? signature.bytes : signature
  assertBytes(bytes, 'The signature')
  const copy = Uint8Array.from(bytes)
  return isSignature(signature) ? { ...signature, bytes: copy } : copy
}

function readOnce(): SigningError {
  return new SigningError(
    'InvalidArgument',
    'A rotation verifies with several keys, and a stream can be read once: take bytes, or the signer of one of its publishedKeys.',
  )
}
