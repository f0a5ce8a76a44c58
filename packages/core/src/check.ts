import { checkHint } from './check-hint.js'
import { SigningError } from './error.js'
import type { Evidence } from './evidence.js'
import type { Finished } from './finish.js'
import type { KeySource } from './key-source.js'
import type { PublicKey } from './public-key.js'
import { hasLength } from './signature-bytes.js'
import type { SignerSettings } from './signer-options.js'
import { printable } from './text.js'
import { verifyEvidence } from './verifier.js'

/** What an answer is looked at with. */
export interface Circumstances {
  /** Undefined when nothing is to be checked. */
  readonly evidence: Evidence | undefined
  /** The key that went into the digest that was sent, if one did. */
  readonly madeWith: PublicKey | undefined
  /** The key that was known when the request went out. */
  readonly before: PublicKey | undefined
  /** What is left of the call, in milliseconds. */
  readonly leftMs?: (() => number) | undefined
}

/** Far more than a key has versions. */
const MAX_PROVED = 1_000

/** No names of a key and its version are longer, in characters. */
const MAX_IDENTITY_LENGTH = 4_096

/** The check before release: a signature leaves only if the key's public half says that it is right. */
export class SignatureCheck {
  readonly #settings: SignerSettings
  readonly #keys: KeySource
  /** What has proved itself, for the policy `first`: each resolved key id, version and public key. */
  readonly #proved = new Set<string>()

  constructor(settings: SignerSettings, keys: KeySource) {
    this.#settings = settings
    this.#keys = keys
  }

  /** Whether signatures are checked, so that evidence must be kept. */
  get wanted(): boolean {
    return this.#settings.check !== 'never'
  }

  /**
   * Starts to fetch the key, so that it comes while the service signs.
   *
   * @returns the key that is known by now
   */
  prepare(): PublicKey | undefined {
    if (this.wanted) this.#keys.prefetch()
    return this.#keys.known
  }

  /**
   * @throws SigningError `SignatureCheckFailed`, or `KeyMismatch` when the key is not the pinned one, nor the one that
   *   a digest was made with which nobody checks
   */
  async assert(finished: Finished, circumstances: Circumstances): Promise<void> {
    const { evidence, madeWith, leftMs } = circumstances
    if (!evidence) return this.#noticeSigner(finished, madeWith)
    const key = await this.#publicKey(leftMs)
    if (this.#hasProved(finished, key)) return
    const proved = (await this.#verifies(finished, evidence, key))
      ? key
      : await this.#secondLook(finished, { ...circumstances, evidence }, key)
    this.#remember(identity(finished, proved))
  }

  /** A service may name a new version with each answer: what is forgotten is verified once more. */
  #remember(proved: string): void {
    if (this.#settings.check !== 'first' || proved.length > MAX_IDENTITY_LENGTH) return
    if (this.#proved.size >= MAX_PROVED) this.#proved.clear()
    this.#proved.add(proved)
  }

  /** Where nothing is checked, the service's own name of the key still tells of another one. */
  #noticeSigner({ signature }: Finished, madeWith: PublicKey | undefined): void {
    const { keyId, provider } = this.#settings
    // A service that says nothing, or says again what it was asked for.
    if (signature.keyId === keyId) return
    this.#keys.noticeSigner(signature.keyId)
    if (!madeWith || this.#keys.isNamed(madeWith, signature.keyId)) return
    const message = `The key ${printable(keyId)} has become another one, but what was signed had been made with the key before: sign again.`
    throw new SigningError('KeyMismatch', message, { provider: provider.name, keyId, retryable: true })
  }

  #hasProved(finished: Finished, key: PublicKey): boolean {
    const { algorithm, check } = this.#settings
    if (check !== 'first' || !hasLength(algorithm, key, finished.bytes)) return false
    return this.#proved.has(identity(finished, key))
  }

  /** An alias may have been moved to another key since the public key was fetched: that is no failure. */
  async #secondLook(
    finished: Finished,
    { evidence, before, leftMs }: Circumstances & { readonly evidence: Evidence },
    key: PublicKey,
  ): Promise<PublicKey> {
    // Others have noticed meanwhile that the alias was moved; when this was signed, it was not yet.
    if (before && !before.equals(key) && (await this.#verifies(finished, evidence, before))) return before
    const fresh = await this.#keys.after(key, leftMs).catch((error) => this.#unreadable(error))
    if (fresh && !fresh.equals(key) && (await this.#verifies(finished, evidence, fresh))) return fresh
    const { provider, keyId, algorithm } = this.#settings
    const failure = `The signature from ${provider.name} is not one of the key ${printable(keyId)} with ${algorithm.name} over this message; it was not released.`
    const hint = await checkHint({ settings: this.#settings, finished, evidence, key: fresh ?? key })
    throw new SigningError('SignatureCheckFailed', `${failure}${hint}`, { provider: provider.name, keyId })
  }

  /** A key that is pinned itself is only looked at to say what is wrong: that it may not be read changes nothing. */
  #unreadable(error: unknown): undefined {
    if (!this.#keys.fixed || SigningError.is(error, 'KeyMismatch')) throw error
  }

  #verifies({ bytes }: Finished, evidence: Evidence, key: PublicKey): Promise<boolean> {
    const { algorithm, demands } = this.#settings
    return verifyEvidence(algorithm, key, evidence, bytes, demands)
  }

  async #publicKey(leftMs: (() => number) | undefined): Promise<PublicKey> {
    try {
      return await this.#keys.get(leftMs)
    } catch (cause) {
      if (!SigningError.is(cause, 'AccessDenied')) throw cause
      const ways = `permit reading the public key, pin it with publicKey, or set check to 'never'`
      const message = `The signature cannot be checked without the public key, which may not be read: ${ways}.`
      throw new SigningError('AccessDenied', message, { provider: this.#settings.provider.name, cause })
    }
  }
}

function identity({ signature: { keyId, keyVersion = '' } }: Finished, key: PublicKey): string {
  return [keyId, keyVersion, key.thumbprint].join('\n')
}
