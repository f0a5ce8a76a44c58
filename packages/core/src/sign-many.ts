import { setMaxListeners } from 'node:events'
import { raceAbort, throwIfAborted } from './abort.js'
import { assertCallOptions } from './call.js'
import { assertOneOf } from './choice.js'
import { ECDSA_ENCODINGS } from './ecdsa-signature.js'
import { SigningError } from './error.js'
import { MESSAGE_TYPES } from './plan.js'
import type { SignInput } from './sign-input.js'
import type { Signature } from './signature.js'
import type { Signer, SignOptions } from './signer.js'
import { printable, typeName } from './text.js'

/** How many messages are signed: many at once, and each with the options of one call of `sign`. */
export interface SignManyOptions extends SignOptions {
  /**
   * How many messages are read and not yet handed out as results, so that at most as many signatures are under way: 64 by
   * default, from 1 to 1,000. More than the connection bears (`maxConcurrency`) brings nothing, because the others wait there.
   */
  readonly concurrency?: number
  /** Whether the results come in the order of the messages, as they do by default, or as they are ready. */
  readonly ordered?: boolean
  /** Ends everything at once: nothing more is read, and what is under way has the code `Aborted`. */
  readonly signal?: AbortSignal
  /** The deadline of each signature, in milliseconds; it starts when its message has been read. By default the signer's. */
  readonly timeoutMs?: number
}

/** What became of one message: its place among the messages, from 0 on, and its signature or why there is none. */
export type SignManyResult =
  | { readonly index: number; readonly signature: Signature; readonly error?: undefined }
  | { readonly index: number; readonly error: unknown; readonly signature?: undefined }

type Messages = Iterable<SignInput> | AsyncIterable<SignInput>

/** All of them follow one signal, which takes the longer the more they are. */
const MAX_CONCURRENCY = 1_000

/**
 * Signs many messages, a number of them at once, and gives exactly one result for each message that was read. Messages are read
 * only as fast as results are taken, so that millions need no more memory than a few. A message that cannot be signed has its
 * error as its result, and the next one is signed: that a key is disabled or the signer closed, each of them says for itself.
 *
 * What it returns throws when no results are left: the abort, if `signal` has aborted, or what `messages` threw. Whoever stops
 * early ends what is under way; `messages` is told in each case.
 *
 * @param messages each is signed as `Signer.sign` does it: text is the error of its result. Bytes may be used again as soon as
 *   the next message is asked for
 * @throws TypeError, SigningError `InvalidArgument` for options that cannot be, before anything is read
 */
export function signMany(
  signer: Pick<Signer, 'sign'>,
  messages: Messages,
  options: SignManyOptions = {},
): AsyncGenerator<SignManyResult, void, undefined> & AsyncDisposable {
  if (typeof signer?.sign !== 'function') throw new TypeError('signMany needs a signer.')
  assertMessages(messages)
  const batch = new Batch(signer, readOptions(options))
  const results = batch.results(messages)
  // A generator puts `return` off until its `next` has an answer, which a source that is stuck never gives.
  return {
    next: () => results.next(),
    return(value) {
      batch.stop()
      return results.return(value)
    },
    throw(error) {
      batch.stop()
      return results.throw(error)
    },
    async [Symbol.asyncDispose]() {
      await this.return()
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** One message is iterable, too: as its bytes, its characters or its chunks. The first two are a mistake for certain. */
function assertMessages(messages: unknown): asserts messages is Messages {
  const iterable =
    typeof messages === 'object' &&
    messages !== null &&
    !ArrayBuffer.isView(messages) &&
    (Symbol.asyncIterator in messages || Symbol.iterator in messages)
  if (!iterable)
    throw new TypeError(
      `The messages must be an iterable or async iterable of them, not ${typeName(messages)}.`,
    )
}

interface Settings {
  readonly concurrency: number
  readonly ordered: boolean
  readonly signal: AbortSignal | undefined
  /** Of each signature, whose signal is another. */
  readonly each: Omit<SignOptions, 'signal'>
}

function readOptions(options: SignManyOptions): Settings {
  const { concurrency = 64, ordered = true, signal, timeoutMs, encoding, messageType } = options
  assertCallOptions(options)
  assertConcurrency(concurrency)
  if (typeof ordered !== 'boolean')
    throw new TypeError(`ordered must be true or false, not ${typeName(ordered)}.`)
  if (encoding !== undefined) assertOneOf('encoding', encoding, ECDSA_ENCODINGS)
  if (messageType !== undefined) assertOneOf('messageType', messageType, MESSAGE_TYPES)
  const each = {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(encoding !== undefined && { encoding }),
    ...(messageType !== undefined && { messageType }),
  }
  return { concurrency, ordered, signal, each }
}

function assertConcurrency(concurrency: unknown): void {
  if (Number.isInteger(concurrency) && Number(concurrency) >= 1 && Number(concurrency) <= MAX_CONCURRENCY)
    return
  const shown = printable(String(concurrency), 40)
  const message = `concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}, not ${shown}.`
  throw new SigningError('InvalidArgument', message)
}

/** One run over messages: what was read of them, what is under way, and what is ready to be taken. */
class Batch {
  readonly #signer: Pick<Signer, 'sign'>
  readonly #settings: Settings
  /** Ends what is under way: by the caller's signal, or because nobody takes results any more. */
  readonly #end = new AbortController()
  /** Where each result waits until it is taken: as many places as messages are read ahead, used again and again. */
  readonly #ready: (SignManyResult | undefined)[]
  /** How many have become ready. */
  #finished = 0
  #read = 0
  #taken = 0
  #underWay = 0
  #stopped = false
  /** Those who wait for a change: at most whoever reads and whoever takes results. */
  #waiting: (() => void)[] = []

  constructor(signer: Pick<Signer, 'sign'>, settings: Settings) {
    this.#signer = signer
    this.#settings = settings
    this.#ready = new Array(settings.concurrency)
    // Everything that is under way follows it, which is no leak.
    setMaxListeners(0, this.#end.signal)
  }

  async *results(messages: Messages): AsyncGenerator<SignManyResult, void, undefined> {
    const { signal } = this.#settings
    const follow = () => this.#abort(signal?.reason)
    if (signal?.aborted) follow()
    signal?.addEventListener('abort', follow, { once: true })
    let reads = true
    const reading = this.#readAll(messages).finally(() => {
      reads = false
      this.#changed()
    })
    // It is looked at when the last result has been taken.
    reading.catch(() => undefined)
    try {
      while (!this.#stopped) {
        const result = this.#take()
        if (result) {
          yield result
          // Not before: whoever still works on it is not given more to do.
          this.#taken++
          this.#changed()
        } else if (reads || this.#underWay > 0) await this.#change()
        else return throwIfAborted(await reading.then(() => signal))
      }
    } finally {
      signal?.removeEventListener('abort', follow)
      this.#abort()
      while (reads || this.#underWay > 0) await this.#change()
    }
  }

  /** Nobody takes results any more. */
  stop(): void {
    this.#stopped = true
    this.#abort()
  }

  #abort(reason?: unknown): void {
    this.#end.abort(reason)
    this.#changed()
  }

  /** Reads as long as there is room, and begins to sign each message before it asks for the next. */
  async #readAll(messages: Messages): Promise<void> {
    const { signal } = this.#end
    for await (const message of read(messages, signal, this.#settings.signal)) {
      this.#sign(this.#read++, message)
      while (this.#read - this.#taken >= this.#settings.concurrency && !signal.aborted) await this.#change()
      throwIfAborted(signal)
    }
  }

  async #sign(index: number, message: SignInput): Promise<void> {
    this.#underWay++
    try {
      const signature = await this.#signer.sign(message, { signal: this.#end.signal, ...this.#settings.each })
      this.#finish({ index, signature })
    } catch (error) {
      this.#finish({ index, error })
    }
    this.#underWay--
    this.#changed()
  }

  #finish(result: SignManyResult): void {
    const turn = this.#settings.ordered ? result.index : this.#finished
    this.#finished++
    this.#ready[this.#placeOf(turn)] = result
  }

  #take(): SignManyResult | undefined {
    const place = this.#placeOf(this.#taken)
    const result = this.#ready[place]
    this.#ready[place] = undefined
    return result
  }

  #placeOf(turn: number): number {
    return turn % this.#settings.concurrency
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #changed(): void {
    for (const look of this.#waiting.splice(0)) look()
  }
}

/**
 * The messages, until `signal` aborts, even while the source is waited for. A source that did not come to its end is told so;
 * that is waited for unless the source is stuck, or `impatient` has aborted. How it takes it is its own affair.
 */
async function* read(
  messages: Messages,
  signal: AbortSignal,
  impatient: AbortSignal | undefined,
): AsyncGenerator<SignInput, void> {
  throwIfAborted(signal)
  const source = iteratorOf(messages)
  let asked = false
  let over = false
  const next = async () => {
    asked = true
    try {
      const step = await source.next()
      if (Object(step) !== step) throw new TypeError(`The messages gave ${typeName(step)} for a step.`)
      const { done, value } = step
      asked = false
      over = done === true
      // As `for await` does it with promises in a plain list.
      return { done, value: await value }
    } catch (error) {
      over = asked
      throw error
    }
  }
  try {
    for (;;) {
      throwIfAborted(signal)
      const step = await raceAbort(next(), signal)
      if (step.done) return
      yield step.value
    }
  } finally {
    const told = over ? Promise.resolve() : tellToStop(source)
    if (!asked) await raceAbort(told, impatient).catch(() => undefined)
  }
}

function iteratorOf(messages: Messages): Iterator<SignInput> | AsyncIterator<SignInput> {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]()
}

async function tellToStop(source: Iterator<SignInput> | AsyncIterator<SignInput>): Promise<void> {
  try {
    await source.return?.()
  } catch {
    // The results say all that there is to be said.
  }
}
