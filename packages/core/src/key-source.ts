import { SigningError } from './error.js'
import type { KeyIdentity } from './key-change.js'
import { assertKeyFits } from './key-fit.js'
import type { ProviderPublicKey } from './provider.js'
import { PublicKey } from './public-key.js'
import { request } from './request.js'
import type { SignerSettings } from './signer-options.js'
import { printable } from './text.js'

/** The public key of a signer: pinned, or fetched once for all who ask and then kept. */
export class KeySource {
  readonly #settings: SignerSettings
  #known: PublicKey | undefined
  /** What the service calls each key, as far as it says so. */
  readonly #names = new WeakMap<PublicKey, string>()
  /** What it called the key that signed last, where no signature is checked. */
  #signedBy: string | undefined
  #fetching: Promise<PublicKey> | undefined
  /** Ends the request under way. There are no others' signals in it: it may outlive the call that began it. */
  #request: AbortController | undefined
  /** Until when somebody waits for it, as far as is known. */
  #waitedUntil = 0

  constructor(settings: SignerSettings) {
    this.#settings = settings
    this.#known = this.fixed
  }

  /** Whether somebody expects a certain key. */
  get pinned(): boolean {
    return this.#settings.pin !== undefined
  }

  /** The key as far as it is known, without asking for it. */
  get known(): PublicKey | undefined {
    return this.#known
  }

  /** The key, if it is pinned itself: every other may be replaced behind its name. */
  get fixed(): PublicKey | undefined {
    const { pin } = this.#settings
    return pin instanceof PublicKey ? pin : undefined
  }

  /** Begins to fetch the key, if need be. Nobody waits for it yet, so that it is asked for once. */
  prefetch(): void {
    if (!this.#known) this.#fetchOnce(() => 0).catch(() => undefined)
  }

  /**
   * The key, fetched if need be. It outlives the caller who asked first, so it runs without anybody's signal.
   *
   * @param leftMs what is left of the call that waits for it
   */
  async get(leftMs?: () => number): Promise<PublicKey> {
    return this.#known ?? this.#fetchOnce(leftMs)
  }

  /**
   * The key after one that turned out not to be the signature's: what others have found in the meantime, or else
   * what the provider gives now, in one request for all who ask.
   *
   * @throws SigningError as the provider does, and for a key that is not the expected one
   */
  async after(stale: PublicKey, leftMs?: () => number): Promise<PublicKey> {
    return this.#known && this.#known !== stale ? this.#known : this.#fetchOnce(leftMs)
  }

  /**
   * Told which key signed, where no signature is checked: only its name shows then that it is another one than before.
   * The known key is forgotten with the old name.
   *
   * @throws SigningError `KeyMismatch` when it is another one although a certain one is expected
   */
  noticeSigner(keyId: string): void {
    const before = this.#signedBy ?? (this.#known && this.#names.get(this.#known)) ?? keyId
    if (isSameId(before, keyId)) {
      this.#signedBy = keyId
      return
    }
    if (this.pinned) throw this.#mismatch(`is not the pinned one any more: ${printable(keyId)} signed`)
    this.#signedBy = keyId
    this.#known = undefined
    this.#tell({ keyId: before }, { keyId })
  }

  /** Whether a key has this name, as far as is known: one without a name gets it. */
  isNamed(key: PublicKey, keyId: string): boolean {
    const name = this.#names.get(key)
    if (name === undefined) this.#names.set(key, keyId)
    return name === undefined || isSameId(name, keyId)
  }

  /** Ends the request under way, for which nobody waits any more. */
  abandon(): void {
    this.#request?.abort()
  }

  #fetchOnce(leftMs: (() => number) | undefined): Promise<PublicKey> {
    const { clock, timeoutMs = Number.POSITIVE_INFINITY } = this.#settings
    this.#waitedUntil = Math.max(this.#waitedUntil, clock.now() + (leftMs?.() ?? timeoutMs))
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  /**
   * The key as the provider gives it now; it replaces the known one.
   *
   * @throws SigningError `KeyMismatch` for another key than the pinned one, `InvalidKeyUsage` for one that does not
   *   fit the algorithm, and what the provider throws
   */
  async #fetch(): Promise<PublicKey> {
    const { keyId, algorithm, provider } = this.#settings
    const answer = await this.#ask()
    const key = PublicKey.from(answer.publicKey)
    this.#assertPinned(key)
    assertKeyFits(algorithm, key, `the key ${printable(keyId)}`, { provider: provider.name, keyId })
    const before = this.#known
    if (answer.keyId !== undefined) this.#names.set(key, answer.keyId)
    if (before && !before.equals(key)) this.#tell(this.#identityOf(before), this.#identityOf(key))
    this.#known = key
    return key
  }

  /** It takes as long as its attempts do: each caller's own deadline ends his waiting alone. */
  #ask(): Promise<ProviderPublicKey> {
    const { provider, keyId, algorithm, attemptTimeoutMs, clock } = this.#settings
    // A key in this process is not waited for: there is nothing to end.
    this.#request = attemptTimeoutMs === undefined ? undefined : new AbortController()
    const remaining = { ending: this.#request?.signal, leftMs: () => this.#waitedUntil - clock.now() }
    return request(this.#settings, remaining, (context) =>
      provider.getPublicKey({ keyId, algorithm }, context),
    )
  }

  #identityOf(key: PublicKey): KeyIdentity {
    const keyId = this.#names.get(key)
    return { thumbprint: key.thumbprint, ...(keyId !== undefined && { keyId }) }
  }

  #tell(from: KeyIdentity, to: KeyIdentity): void {
    const { provider, keyId, onKeyChange } = this.#settings
    const change = { provider: provider.name, keyId, from, to }
    // After the call that found it: what goes wrong in there is not the failure of a signature.
    queueMicrotask(() => onKeyChange(change))
  }

  #assertPinned(key: PublicKey): void {
    const { pin } = this.#settings
    const expected = pin instanceof PublicKey ? pin.thumbprint : pin
    if (expected === undefined || expected === key.thumbprint || expected === key.fingerprint) return
    const actual = expected.startsWith('sha256:') ? key.fingerprint : key.thumbprint
    throw this.#mismatch(`is not the pinned one: expected ${expected}, found ${actual}`)
  }

  #mismatch(what: string): SigningError {
    const { provider, keyId } = this.#settings
    const message = `The key ${printable(keyId)} ${what}.`
    return new SigningError('KeyMismatch', message, { provider: provider.name, keyId })
  }
}

/** Servers call a key by its id in one answer and by an ARN, whose last part is the id, in another. */
function isSameId(one: string, other: string): boolean {
  return one === other || one.endsWith(`/${other}`) || other.endsWith(`/${one}`)
}
