import { getEventListeners } from 'node:events'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createSigner,
  type Signature,
  type SignInput,
  SigningError,
  type SignManyOptions,
  type SignManyResult,
  type SignOptions,
  signMany,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { bytesUsed } from './support/memory.js'
import { NodeProvider } from './support/node-provider.js'
import { strangerVerify } from './support/oracle.js'

// What nobody handles is reported in a turn of its own, and fails the test that is running then.
afterEach(() => turn())

const messageOf = (index: number) => Buffer.from(`message ${index}`)
const messages = (count: number) => Array.from({ length: count }, (_, index) => messageOf(index))

/** What a signer gives that makes no signatures: the message again. */
const signatureOf = (message: SignInput): Signature => ({
  bytes: message as Uint8Array,
  encoding: 'raw',
  algorithm: 'Ed25519',
  provider: 'clerk',
  keyId: 'k',
  messageType: 'raw',
})

/** A signer that signs when it is told to, and records what it was asked. */
class Clerk {
  readonly options: SignOptions[] = []
  readonly aborted: number[] = []
  underWay = 0
  most = 0
  begun = 0
  readonly #ends = new Map<number, { sign(): void; fail(error: unknown): void }>()

  sign(message: SignInput, options: SignOptions = {}): Promise<Signature> {
    const index = this.begun++
    this.options.push(options)
    this.underWay++
    this.most = Math.max(this.most, this.underWay)
    let abort = () => undefined as unknown
    return new Promise<Signature>((resolve, reject) => {
      abort = () => {
        this.aborted.push(index)
        reject(new SigningError('Aborted', 'The call was aborted.', { cause: options.signal?.reason }))
      }
      if (options.signal?.aborted) abort()
      options.signal?.addEventListener('abort', abort, { once: true })
      this.#ends.set(index, { sign: () => resolve(signatureOf(message)), fail: reject })
    }).finally(() => {
      options.signal?.removeEventListener('abort', abort)
      this.underWay--
    })
  }

  async end(index: number): Promise<void> {
    this.#ends.get(index)?.sign()
    await turn()
  }

  async fail(index: number, error: unknown): Promise<void> {
    this.#ends.get(index)?.fail(error)
    await turn()
  }
}

/** Signs at once. */
const swift = { sign: async (message: SignInput) => signatureOf(message) }

/** A source that counts what it is asked for. Without an end it is stuck after its messages. */
function sourceOf(count: number, { end = true, onStop = () => Promise.resolve() as Promise<unknown> } = {}) {
  const source = {
    asked: 0,
    stopped: 0,
    [Symbol.asyncIterator]: () => source,
    async next(): Promise<IteratorResult<Uint8Array, undefined>> {
      const index = source.asked++
      if (index < count) return { value: messageOf(index), done: false }
      return end ? { value: undefined, done: true } : new Promise(() => undefined)
    },
    async return(): Promise<IteratorResult<Uint8Array, undefined>> {
      source.stopped++
      await onStop()
      return { value: undefined, done: true }
    },
  }
  return source
}

interface Run {
  readonly results: SignManyResult[]
  readonly error: unknown
}

/** All results, and what was thrown after them. */
async function outcomeOf(generator: AsyncIterable<SignManyResult>): Promise<Run> {
  const results: SignManyResult[] = []
  try {
    for await (const result of generator) results.push(result)
    return { results, error: undefined }
  } catch (error) {
    return { results, error }
  }
}

const codesOf = (results: readonly SignManyResult[]) =>
  results.map(({ signature, error }) =>
    signature ? 'signed' : SigningError.is(error) ? error.code : 'other',
  )

const indicesOf = (results: readonly SignManyResult[]) => results.map(({ index }) => index)

/** A promise's outcome, if it has come about by now. */
async function settled<T>(promise: Promise<T>): Promise<T | 'pending'> {
  for (let count = 0; count < 5; count++) await turn()
  return Promise.race([promise, Promise.resolve('pending' as const)])
}

describe('real signatures', () => {
  // Jest stumbles over a module that is imported for the first time by many at once.
  beforeAll(() =>
    createSigner({ provider: new NodeProvider(keyPair('ES256')), keyId: 'k', algorithm: 'ES256' }).sign(
      messageOf(0),
    ),
  )

  test.each([true, false])(
    'of 300 messages are each the one of its message; ordered: %p',
    async (ordered) => {
      const provider = new NodeProvider(keyPair('ES256'))
      const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
      const { results, error } = await outcomeOf(signMany(signer, messages(300), { ordered }))
      expect(error).toBeUndefined()
      expect(results.filter((result) => result.error)).toEqual([])
      const indices = ordered ? indicesOf(results) : indicesOf(results).toSorted((a, b) => a - b)
      expect(indices).toEqual(Array.from({ length: 300 }, (_, index) => index))
      for (const { index, signature } of results)
        expect(
          strangerVerify(
            'ES256',
            keyPair('ES256').publicKey,
            messageOf(index),
            signature?.bytes ?? Buffer.of(),
          ),
        ).toBe(true)
      expect(provider.fetched).toBe(1)
      await signer.close()
      expect(provider.closed).toBe(1)
    },
  )

  test('are made as the options say', async () => {
    const signer = createSigner({
      provider: new NodeProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const options = { encoding: 'ieee-p1363', messageType: 'raw' } as const
    const { results } = await outcomeOf(signMany(signer, messages(3), options))
    for (const { signature } of results) {
      expect(signature).toMatchObject({ encoding: 'ieee-p1363', messageType: 'raw' })
      expect(signature?.bytes).toHaveLength(64)
    }
  })

  test('of messages in one buffer that is used again are those of what was in it', async () => {
    const signer = createSigner({ provider: new NodeProvider(keyPair('SM2')), keyId: 'k', algorithm: 'SM2' })
    function* reused() {
      const buffer = Buffer.alloc(9)
      for (let index = 0; index < 8; index++) {
        buffer.write(`message ${index}`)
        yield buffer
        buffer.fill(0xee)
      }
    }
    const { results } = await outcomeOf(signMany(signer, reused()))
    expect(results).toHaveLength(8)
    for (const { index, signature } of results)
      expect(
        strangerVerify('SM2', keyPair('SM2').publicKey, messageOf(index), signature?.bytes ?? Buffer.of()),
      ).toBe(true)
  })

  test('of streams: each message may be one', async () => {
    const signer = createSigner({
      provider: new NodeProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    async function* chunks(index: number) {
      yield messageOf(index).subarray(0, 3)
      yield messageOf(index).subarray(3)
    }
    const { results } = await outcomeOf(signMany(signer, [chunks(0), messageOf(1), chunks(2)]))
    for (const { index, signature } of results)
      expect(
        strangerVerify(
          'ES256',
          keyPair('ES256').publicKey,
          messageOf(index),
          signature?.bytes ?? Buffer.of(),
        ),
      ).toBe(true)
    expect(results).toHaveLength(3)
  })

  test('of what is no message: each says so, and the others are signed', async () => {
    const signer = createSigner({
      provider: new NodeProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const mixed = [messageOf(0), 'text', undefined, 7, {}, [messageOf(5)], messageOf(6)] as Uint8Array[]
    const { results, error } = await outcomeOf(signMany(signer, mixed))
    expect(error).toBeUndefined()
    expect(codesOf(results)).toEqual(['signed', 'other', 'other', 'other', 'other', 'other', 'signed'])
    for (const each of results.slice(1, 6)) expect(each.error).toBeInstanceOf(TypeError)
  })

  test('of messages that a plain list promises, as for await takes them', async () => {
    const signer = createSigner({
      provider: new NodeProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const promised = messages(3).map((each) => sleep(2, each)) as unknown as Uint8Array[]
    expect(codesOf((await outcomeOf(signMany(signer, promised))).results)).toEqual([
      'signed',
      'signed',
      'signed',
    ])
    const controller = new AbortController()
    const never = [messageOf(0), new Promise(() => undefined)] as Uint8Array[]
    const generator = signMany(signer, never, { signal: controller.signal })
    expect((await generator.next()).value).toMatchObject({ index: 0, signature: { algorithm: 'ES256' } })
    const next = generator.next()
    expect(await settled(next)).toBe('pending')
    controller.abort()
    await expect(next).rejects.toMatchObject({ code: 'Aborted' })
  })

  test('there are none of a signer that is closed, and each message says so', async () => {
    const signer = createSigner({
      provider: new NodeProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const generator = signMany(signer, messages(5), { concurrency: 2 })
    expect((await generator.next()).value).toMatchObject({ index: 0, signature: { algorithm: 'ES256' } })
    await signer.close()
    const { results, error } = await outcomeOf(generator)
    expect(error).toBeUndefined()
    expect(indicesOf(results)).toEqual([1, 2, 3, 4])
    expect(codesOf(results).slice(-2)).toEqual(['Closed', 'Closed'])
  })
})

describe('the order', () => {
  test('is that of the messages by default, whichever signature is ready first', async () => {
    const clerk = new Clerk()
    const generator = signMany(clerk, messages(3))
    const first = generator.next()
    await turn()
    await clerk.end(2)
    await clerk.fail(1, new SigningError('KeyDisabled', 'disabled'))
    expect(await settled(first)).toBe('pending')
    await clerk.end(0)
    expect((await first).value).toMatchObject({ index: 0 })
    const { results } = await outcomeOf(generator)
    expect(indicesOf(results)).toEqual([1, 2])
    expect(codesOf(results)).toEqual(['KeyDisabled', 'signed'])
    expect(Buffer.from(results[1]?.signature?.bytes ?? [])).toEqual(messageOf(2))
  })

  test('is that in which they are ready where it may be', async () => {
    const clerk = new Clerk()
    const running = outcomeOf(signMany(clerk, messages(3), { ordered: false }))
    await turn()
    for (const index of [2, 0, 1]) await clerk.end(index)
    const { results } = await running
    expect(indicesOf(results)).toEqual([2, 0, 1])
    for (const { index, signature } of results)
      expect(Buffer.from(signature?.bytes ?? [])).toEqual(messageOf(index))
  })
})

describe('back-pressure', () => {
  test('nothing is read before a result is asked for', async () => {
    const source = sourceOf(5)
    const generator = signMany(swift, source)
    await turn()
    expect(source.asked).toBe(0)
    await generator.return()
    expect(source.asked).toBe(0)
  })

  test.each([
    [1, true],
    [1, false],
    [3, true],
    [3, false],
    [64, true],
  ])('with %i at once, no more are read and not handed out; ordered: %p', async (concurrency, ordered) => {
    const source = sourceOf(200)
    const generator = signMany(swift, source, { concurrency, ordered })
    for (let taken = 1; taken <= 100; taken++) {
      await generator.next()
      if (taken % 20 === 0) await turn()
      expect(source.asked).toBeLessThan(taken + concurrency)
    }
    await turn()
    expect(source.asked).toBe(99 + concurrency)
    await generator.return()
  })

  test('a signature that takes long holds the others up only where they are to be in order', async () => {
    for (const ordered of [true, false]) {
      const clerk = new Clerk()
      const source = sourceOf(20)
      const running = outcomeOf(signMany(clerk, source, { concurrency: 4, ordered }))
      await turn()
      for (let index = 1; index < 20; index++) await clerk.end(index)
      expect(source.asked).toBe(ordered ? 4 : 21)
      await clerk.end(0)
      for (let index = 1; index < 20; index++) await clerk.end(index)
      expect(indicesOf((await running).results)).toHaveLength(20)
    }
  })

  test('as many are under way at once as were asked for: 64 by default', async () => {
    for (const [options, most] of [
      [{}, 64],
      [{ concurrency: 5 }, 5],
    ] as const) {
      const clerk = new Clerk()
      const running = outcomeOf(signMany(clerk, messages(100), options))
      await turn()
      expect(clerk.underWay).toBe(most)
      for (let index = 0; index < 100; index++) await clerk.end(index)
      expect((await running).results).toHaveLength(100)
      expect(clerk.most).toBe(most)
    }
  })
})

describe('a source that fails', () => {
  const broken = new Error('the disk is full')

  const SOURCES: [string, () => Iterable<Uint8Array> | AsyncIterable<Uint8Array>, number][] = [
    [
      'in a generator',
      function* () {
        yield* messages(3)
        throw broken
      },
      3,
    ],
    [
      'in an asynchronous one',
      async function* () {
        yield* messages(3)
        await turn()
        throw broken
      },
      3,
    ],
    [
      'when it is opened',
      () => ({
        [Symbol.iterator]() {
          throw broken
        },
      }),
      0,
    ],
  ]

  test.each(SOURCES)(
    '%s: what is under way is handed out, then its error is thrown',
    async (_, open, count) => {
      for (const ordered of [true, false]) {
        const slow = { sign: (message: SignInput) => sleep(5, signatureOf(message)) }
        const { results, error } = await outcomeOf(signMany(slow, open(), { ordered }))
        expect(error).toBe(broken)
        expect(codesOf(results)).toEqual(Array.from({ length: count }, () => 'signed'))
      }
    },
  )

  test('is not told to stop: it has', async () => {
    const source = Object.assign(sourceOf(0), { next: () => Promise.reject(broken) })
    expect((await outcomeOf(signMany(swift, source))).error).toBe(broken)
    expect(source.stopped).toBe(0)
  })

  test('and one that came to its end is not, either', async () => {
    const source = sourceOf(3)
    await outcomeOf(signMany(swift, source))
    expect([source.asked, source.stopped]).toEqual([4, 0])
  })
})

describe('an abort', () => {
  const reason = new Error('the user left')

  const isAbort = (error: unknown) => {
    expect(error).toMatchObject({ code: 'Aborted', name: 'AbortError', cause: reason })
    return true
  }

  test('before the start: nothing is signed, and it is thrown', async () => {
    const source = sourceOf(3)
    const { results, error } = await outcomeOf(signMany(swift, source, { signal: AbortSignal.abort(reason) }))
    expect(results).toEqual([])
    expect(isAbort(error)).toBe(true)
    expect(source.asked).toBe(0)
  })

  test.each([true, false])(
    'ends what is under way, each with its result, and then is thrown; ordered: %p',
    async (ordered) => {
      const [clerk, controller, source] = [new Clerk(), new AbortController(), sourceOf(100)]
      const running = outcomeOf(
        signMany(clerk, source, { concurrency: 5, ordered, signal: controller.signal }),
      )
      await turn()
      await clerk.end(3)
      controller.abort(reason)
      const { results, error } = await running
      expect(isAbort(error)).toBe(true)
      const sorted = results.toSorted((a, b) => a.index - b.index)
      const read = ordered ? 5 : 6
      expect(indicesOf(sorted)).toEqual(Array.from({ length: read }, (_, index) => index))
      for (const { index, error: own } of sorted)
        expect(index === 3 ? own === undefined : isAbort(own)).toBe(true)
      expect([source.asked, source.stopped, clerk.underWay]).toEqual([read, 1, 0])
    },
  )

  test.each([
    ['a source that is stuck', () => sourceOf(2, { end: false })],
    [
      'a source that is stuck when it is to stop, too',
      () => sourceOf(2, { end: false, onStop: () => new Promise(() => undefined) }),
    ],
    [
      'a source that fails to stop',
      () => sourceOf(2, { end: false, onStop: () => Promise.reject(new Error('no')) }),
    ],
  ])('ends %s', async (_, open) => {
    const [controller, source] = [new AbortController(), open()]
    const generator = signMany(swift, source, { signal: controller.signal })
    for (const index of [0, 1]) expect((await generator.next()).value).toMatchObject({ index })
    const next = generator.next()
    expect(await settled(next)).toBe('pending')
    controller.abort(reason)
    await expect(next).rejects.toMatchObject({ code: 'Aborted', cause: reason })
    expect(source.stopped).toBe(1)
    expect(await generator.next()).toEqual({ value: undefined, done: true })
  })

  test('is not kept waiting by a source that does not stop, with no room for more', async () => {
    const controller = new AbortController()
    const source = sourceOf(9, { onStop: () => new Promise(() => undefined) })
    const running = outcomeOf(signMany(new Clerk(), source, { concurrency: 2, signal: controller.signal }))
    await turn()
    controller.abort(reason)
    expect(codesOf((await running).results)).toEqual(['Aborted', 'Aborted'])
    expect(source.stopped).toBe(1)
  })

  test('while nobody asks for a result is thrown after those that are there', async () => {
    const controller = new AbortController()
    const generator = signMany(swift, messages(10), { concurrency: 3, signal: controller.signal })
    await generator.next()
    await turn()
    controller.abort(reason)
    const { results, error } = await outcomeOf(generator)
    expect(codesOf(results)).toEqual(['signed', 'signed'])
    expect(isAbort(error)).toBe(true)
  })

  test('when all messages were read is thrown, too', async () => {
    const [clerk, controller] = [new Clerk(), new AbortController()]
    const running = outcomeOf(signMany(clerk, messages(2), { signal: controller.signal }))
    await turn()
    controller.abort(reason)
    const { results, error } = await running
    expect(codesOf(results)).toEqual(['Aborted', 'Aborted'])
    expect(isAbort(error)).toBe(true)
  })

  test('leaves nothing at the signal, nor does an end without one', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
    const { signal } = new AbortController()
    await outcomeOf(signMany(signer, messages(50), { signal }))
    expect(getEventListeners(signal, 'abort')).toEqual([])
    for await (const _ of signMany(signer, messages(50), { signal })) break
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('of real calls ends them at once', async () => {
    class SilentProvider extends NodeProvider {
      override sign(): Promise<never> {
        return new Promise(() => undefined)
      }
    }
    const signer = createSigner({
      provider: new SilentProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const controller = new AbortController()
    const running = outcomeOf(signMany(signer, messages(100), { concurrency: 10, signal: controller.signal }))
    await turn()
    controller.abort(reason)
    const { results, error } = await running
    expect(results).toHaveLength(10)
    for (const each of results) expect(isAbort(each.error)).toBe(true)
    expect(isAbort(error)).toBe(true)
    await signer.close()
  })

  test('has the time of each signature beside it', async () => {
    class SilentProvider extends NodeProvider {
      override sign(): Promise<never> {
        return new Promise(() => undefined)
      }
    }
    const signer = createSigner({
      provider: new SilentProvider(keyPair('ES256')),
      keyId: 'k',
      algorithm: 'ES256',
    })
    const { results, error } = await outcomeOf(
      signMany(signer, messages(4), { concurrency: 2, timeoutMs: 20 }),
    )
    expect(codesOf(results)).toEqual(['Timeout', 'Timeout', 'Timeout', 'Timeout'])
    expect(error).toBeUndefined()
    await signer.close()
  })
})

describe('whoever stops early', () => {
  type Stop = (generator: ReturnType<typeof signMany>) => Promise<unknown>

  const WAYS: [string, Stop][] = [
    [
      'by break',
      async (generator) => {
        for await (const _ of generator) break
      },
    ],
    [
      'by an exception',
      async (generator) => {
        const loop = async () => {
          for await (const _ of generator) throw new Error('enough')
        }
        await expect(loop()).rejects.toThrow('enough')
      },
    ],
    ['by return', async (generator) => generator.next().then(() => generator.return())],
    [
      'by throw',
      async (generator) => {
        await generator.next()
        await expect(generator.throw(new Error('enough'))).rejects.toThrow('enough')
      },
    ],
    ['by disposal', async (generator) => generator.next().then(() => generator[Symbol.asyncDispose]())],
  ]

  test.each(WAYS)('%s ends what is under way, and waits for it and for the source', async (_, stop) => {
    for (const ordered of [true, false]) {
      const clerk = new Clerk()
      let stopped = false
      const onStop = async () => {
        await sleep(2)
        stopped = true
      }
      const source = sourceOf(100, { onStop })
      const generator = signMany(clerk, source, { concurrency: 4, ordered })
      const stopping = stop(generator)
      await turn()
      await clerk.end(0)
      await stopping
      expect([clerk.underWay, clerk.aborted.length, source.stopped, stopped]).toEqual([0, 3, 1, true])
      expect(source.asked).toBe(4)
      expect(await generator.next()).toEqual({ value: undefined, done: true })
    }
  })

  test('does not wait for a source that is stuck, even where a result is asked for', async () => {
    const source = sourceOf(1, { end: false })
    const generator = signMany(swift, source)
    await generator.next()
    const next = generator.next()
    expect(await settled(next)).toBe('pending')
    expect(await generator.return()).toEqual({ value: undefined, done: true })
    expect(await next).toEqual({ value: undefined, done: true })
    expect(source.stopped).toBe(1)
  })

  test('is not told how a source takes it', async () => {
    const source = sourceOf(9, { onStop: () => Promise.reject(new Error('the file is stuck')) })
    for await (const _ of signMany(swift, source)) break
    expect(source.stopped).toBe(1)
  })

  test('may have a source that cannot be told', async () => {
    const { return: _, ...source } = sourceOf(9)
    const untold = { ...source, [Symbol.asyncIterator]: () => source }
    for await (const { index } of signMany(swift, untold)) if (index === 3) break
    expect(untold.asked).toBe(0)
  })
})

describe('wrong arguments', () => {
  const WRONG: [string, unknown, unknown, unknown, string, string][] = [
    ['no signer', undefined, [], {}, 'TypeError', 'signMany needs a signer.'],
    ['a signer that cannot sign', {}, [], {}, 'TypeError', 'signMany needs a signer.'],
    [
      'one message of bytes',
      swift,
      Buffer.from('a'),
      {},
      'TypeError',
      'The messages must be an iterable or async iterable of them, not Buffer.',
    ],
    [
      'one message of text',
      swift,
      'abc',
      {},
      'TypeError',
      'The messages must be an iterable or async iterable of them, not string.',
    ],
    [
      'no messages',
      swift,
      undefined,
      {},
      'TypeError',
      'The messages must be an iterable or async iterable of them, not undefined.',
    ],
    [
      'what is no list',
      swift,
      {},
      {},
      'TypeError',
      'The messages must be an iterable or async iterable of them, not Object.',
    ],
    [
      'ordered as text',
      swift,
      [],
      { ordered: 'false' },
      'TypeError',
      'ordered must be true or false, not string.',
    ],
    [
      'a signal that is none',
      swift,
      [],
      { signal: {} },
      'TypeError',
      'The option signal must be an AbortSignal.',
    ],
    [
      'a time that is none',
      swift,
      [],
      { timeoutMs: 0 },
      'InvalidArgument',
      'timeoutMs must be a whole number from 1 to 2147483647, not 0.',
    ],
    [
      'an encoding that there is not',
      swift,
      [],
      { encoding: 'pem' },
      'InvalidArgument',
      'encoding must be der or ieee-p1363, not pem.',
    ],
    [
      'a message type that there is not',
      swift,
      [],
      { messageType: 'hash' },
      'InvalidArgument',
      'messageType must be auto, raw or digest, not hash.',
    ],
    ...[0, -1, 1.5, 10_001, Number.NaN, Number.POSITIVE_INFINITY, '5', null].map(
      (concurrency): (typeof WRONG)[number] => [
        `concurrency ${concurrency}`,
        swift,
        [],
        { concurrency },
        'InvalidArgument',
        `concurrency must be a whole number from 1 to 1000, not ${concurrency}.`,
      ],
    ),
  ]

  test.each(WRONG)('%s: an error at once', async (_, signer, list, options, code, message) => {
    const call = () => signMany(signer as typeof swift, list as Uint8Array[], options as SignManyOptions)
    if (code === 'TypeError') expect(call).toThrow(new TypeError(message))
    else expect((await failure(call, 'InvalidArgument')).message).toBe(message)
  })
})

test('a signer that throws, instead of rejecting, is taken as one that rejects', async () => {
  const signer = {
    sign(): never {
      throw new RangeError('not mine')
    },
  }
  const { results, error } = await outcomeOf(signMany(signer, messages(2)))
  expect(results.map((each) => each.error)).toEqual([new RangeError('not mine'), new RangeError('not mine')])
  expect(error).toBeUndefined()
})

test('each signature has the options of the call, and no other signal than the one that ends them all', async () => {
  const clerk = new Clerk()
  const running = outcomeOf(
    signMany(clerk, messages(2), { timeoutMs: 9, messageType: 'raw', concurrency: 2 }),
  )
  await turn()
  for (const index of [0, 1]) await clerk.end(index)
  await running
  const signal = clerk.options[0]?.signal
  expect(signal).toBeInstanceOf(AbortSignal)
  expect(clerk.options).toEqual([
    { timeoutMs: 9, messageType: 'raw', signal },
    { timeoutMs: 9, messageType: 'raw', signal },
  ])
})

/** One message: how many turns its source and its signature take, and whether it can be signed. */
const item = fc.record({ source: fc.nat(2), signing: fc.nat(4), fails: fc.boolean() })
const plan = fc.record({
  items: fc.array(item, { maxLength: 25 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  ordered: fc.boolean(),
  sourceFails: fc.boolean(),
  /** After how many results something happens, if it does. */
  stop: fc.option(fc.nat(25), { nil: undefined }),
  abort: fc.option(fc.nat(25), { nil: undefined }),
  consumer: fc.nat(2),
})
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never

const turns = async (count: number) => {
  for (let left = count; left > 0; left--) await turn()
}

async function live({ items, concurrency, ordered, sourceFails, stop, abort, consumer }: Plan) {
  const state = { read: 0, taken: 0, underWay: 0, most: 0, unread: 0, ended: false }
  const controller = new AbortController()
  async function* source() {
    try {
      for (const [index, each] of items.entries()) {
        await turns(each.source)
        state.read++
        state.unread = Math.max(state.unread, state.read - state.taken)
        yield Buffer.of(index)
      }
      if (sourceFails) throw new Error('the source')
    } finally {
      state.ended = true
    }
  }
  const signer = {
    async sign(message: SignInput, { signal }: SignOptions = {}) {
      const each = items[(message as Uint8Array)[0] ?? 0]
      state.most = Math.max(state.most, ++state.underWay)
      try {
        for (let left = each?.signing ?? 0; left > 0; left--) {
          await turn()
          if (signal?.aborted) throw new SigningError('Aborted', 'aborted')
        }
        if (each?.fails) throw new SigningError('Internal', 'fails')
        return signatureOf(message)
      } finally {
        state.underWay--
      }
    },
  }
  const results: SignManyResult[] = []
  let error: unknown
  try {
    for await (const result of signMany(signer, source(), {
      concurrency,
      ordered,
      signal: controller.signal,
    })) {
      results.push(result)
      state.taken++
      if (results.length === stop) break
      if (results.length === abort) controller.abort()
      await turns(consumer)
    }
  } catch (thrown) {
    error = thrown
  }
  const left = state.underWay
  // A source that was in the middle of something has its end after that.
  await turns(5)
  return { state, left, results, error, aborted: controller.signal.aborted }
}

test('whatever takes how long and whoever fails or stops: nothing is lost, twice, too much or left over', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      const { items, concurrency, ordered, sourceFails, stop } = given
      const { state, left, results, error, aborted } = await live(given)
      expect([state.most <= concurrency, state.unread <= concurrency, left]).toEqual([true, true, 0])
      expect(state.ended || state.read === 0).toBe(true)
      const indices = indicesOf(results)
      expect(new Set(indices).size).toBe(indices.length)
      if (ordered) expect(indices).toEqual(indices.map((_, place) => place))
      for (const { index, signature, error: own } of results) {
        if (signature) expect([signature.bytes[0], items[index]?.fails]).toEqual([index, false])
        else expect(items[index]?.fails || aborted ? SigningError.is(own) : false).toBe(true)
      }
      if (stop !== undefined && stop > 0 && results.length === stop) return
      // The one message that the source gives at the very moment of an abort has no result, because nobody took it.
      expect(state.read - results.length).toBeLessThanOrEqual(aborted ? 1 : 0)
      expect(error).toEqual(aborted ? expect.anything() : sourceFails ? new Error('the source') : undefined)
      if (!aborted) expect(results).toHaveLength(items.length)
    }),
    { numRuns: 200 },
  )
})

test('a hundred thousand messages need no more memory than a few', async () => {
  let before = 0
  let most = 0
  const source = sourceOf(100_000)
  for await (const { index } of signMany(swift, source)) {
    if (index % 5_000 === 0) await turn()
    if (index === 10_000) before = bytesUsed()
    if (index > 10_000 && index % 30_000 === 0) most = Math.max(most, bytesUsed())
  }
  expect(source.asked).toBe(100_001)
  // Their results alone would be several times as much.
  expect(most - before).toBeLessThan(4 * 1024 * 1024)
})
