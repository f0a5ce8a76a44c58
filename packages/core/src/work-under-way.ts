import { SigningError } from './error.js'
import type { SigningProvider } from './provider.js'

/** What is closed with its last signer: a provider, or what stands in its place. */
type Closable = Pick<SigningProvider, 'close'>

/** How many open signers share each provider: it is closed with the last of them. */
const signersOf = new WeakMap<Closable, number>()

/** The calls of one signer that have not ended, so that closing can wait for them. */
export class WorkUnderWay {
  readonly #provider: Closable
  readonly #abandon: () => void
  #count = 0
  #closed: Promise<void> | undefined
  #drained: (() => void) | undefined

  /** @param abandon ends what goes on without a caller, once the last call has ended */
  constructor(provider: Closable, abandon: () => void) {
    this.#provider = provider
    this.#abandon = abandon
    signersOf.set(provider, (signersOf.get(provider) ?? 0) + 1)
  }

  /** @throws SigningError `Closed` once `close` has been called */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new SigningError('Closed', 'This signer has been closed: make a new one.')
    this.#count++
    try {
      return await work()
    } finally {
      if (--this.#count === 0) this.#drained?.()
    }
  }

  /** Refuses new work, waits for what is under way, and releases the provider. The second call waits like the first. */
  close(): Promise<void> {
    this.#closed ??= this.#finish()
    return this.#closed
  }

  async #finish(): Promise<void> {
    if (this.#count > 0)
      await new Promise<void>((resolve) => {
        this.#drained = resolve
      })
    this.#abandon()
    const others = (signersOf.get(this.#provider) ?? 1) - 1
    signersOf.set(this.#provider, others)
    if (others === 0) await this.#provider.close?.()
  }
}
