import { SigningError } from './error.js'
import { assertKeyFits } from './key-fit.js'
import { PublicKey } from './public-key.js'
import type { SignerSettings } from './signer-options.js'
import { printable } from './text.js'

/** The public key of a signer: pinned, or fetched once for all who ask and then kept. */
export class KeySource {
  readonly #settings: SignerSettings
  #known: PublicKey | undefined
  #fetching: Promise<PublicKey> | undefined

  constructor(settings: SignerSettings) {
    this.#settings = settings
    this.#known = this.fixed
  }

  /** Whether somebody expects a certain key. */
  get pinned(): boolean {
    return this.#settings.pin !== undefined
  }

  /** The key, if it is pinned itself: every other may be replaced behind its name. */
  get fixed(): PublicKey | undefined {
    const { pin } = this.#settings
    return pin instanceof PublicKey ? pin : undefined
  }

  /** The key, fetched if need be. It outlives the caller who asked first, so it runs without anybody's signal. */
  async get(): Promise<PublicKey> {
    return this.#known ?? this.#fetchOnce()
  }

  /**
   * The key after one that turned out not to be the signature's: what others have found in the meantime, or else
   * what the provider gives now, in one request for all who ask.
   *
   * @throws SigningError as the provider does, and for a key that is not the expected one
   */
  async after(stale: PublicKey): Promise<PublicKey> {
    return this.#known && this.#known !== stale ? this.#known : this.#fetchOnce()
  }

  #fetchOnce(): Promise<PublicKey> {
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
    const { provider, keyId, algorithm } = this.#settings
    const answer = await provider.getPublicKey({ keyId, algorithm }, {})
    const key = PublicKey.from(answer.publicKey)
    this.#assertPinned(key)
    assertKeyFits(algorithm, key, `the key ${printable(keyId)}`)
    this.#known = key
    return key
  }

  #assertPinned(key: PublicKey): void {
    const { pin, provider, keyId } = this.#settings
    const expected = pin instanceof PublicKey ? pin.thumbprint : pin
    if (expected === undefined || expected === key.thumbprint || expected === key.fingerprint) return
    const actual = expected.startsWith('sha256:') ? key.fingerprint : key.thumbprint
    const message = `The key ${printable(keyId)} is not the pinned one: expected ${expected}, found ${actual}.`
    throw new SigningError('KeyMismatch', message, { provider: provider.name, keyId })
  }
}
