import { randomBytes } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SigningError } from '../src/index.js'
import { assertSignInput, bytesOfStream, chunksOf } from '../src/sign-input.js'
import { failure } from './support/failure.js'
import { collected, reusing, streamOf, stuckAfter } from './support/streams.js'

const tooLarge = () => new SigningError('MessageTooLarge', 'too large')
const ofHex = (...chunks: string[]) => chunks.map((chunk) => Buffer.from(chunk, 'hex'))

function readableStream(chunks: readonly unknown[]) {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

describe('assertSignInput takes', () => {
  test.each([
    ['bytes', new Uint8Array()],
    ['a Buffer', Buffer.from('x')],
    ['an async generator', streamOf()],
    ['a ReadableStream', readableStream([])],
    ['a Readable', Readable.from([])],
    ['an object with an async iterator', stuckAfter()],
  ])('%s', (_, input) => {
    expect(() => assertSignInput(input)).not.toThrow()
  })
})

describe('assertSignInput refuses', () => {
  test.each([
    ['text', 'text', 'new TextEncoder().encode(text)'],
    ['a String', new String('text'), 'not String'],
    ['an array of bytes', [1, 2, 3], 'not Array'],
    ['an array of chunks', [Buffer.from('x')], 'not Array'],
    ['a generator that is not async', (function* () {})(), 'not '],
    ['an ArrayBuffer', new ArrayBuffer(1), 'not ArrayBuffer'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'not DataView'],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(1)), 'shared memory'],
    ['a Blob', new Blob(['text']), 'not Blob'],
    ['an object', { message: 'text' }, 'not Object'],
    ['a function', () => streamOf(), 'not function'],
    ['a number', 1, 'not number'],
    ['null', null, 'not null'],
    ['undefined', undefined, 'not undefined'],
  ])('%s', (_, input, words) => {
    expect(() => assertSignInput(input)).toThrow(TypeError)
    expect(() => assertSignInput(input)).toThrow(words)
  })
})

describe('chunksOf', () => {
  test.each([
    ['a generator', () => streamOf(...ofHex('01', '', '0203'))],
    ['a ReadableStream', () => readableStream(ofHex('01', '', '0203'))],
    ['a Readable', () => Readable.from(ofHex('01', '', '0203'))],
  ])('gives the chunks of %s in their order', async (_, stream) => {
    const chunks: string[] = []
    for await (const chunk of chunksOf(stream())) chunks.push(Buffer.from(chunk).toString('hex'))
    expect(chunks).toEqual(['01', '', '0203'])
  })

  test('asks for a chunk only when the one before has been used', async () => {
    const source = stuckAfter(...ofHex('01', '02', '03'))
    const chunks = chunksOf(source)
    expect(source.asked).toBe(0)
    await chunks.next()
    expect(source.asked).toBe(1)
    await chunks.next()
    expect(source.asked).toBe(2)
    await chunks.return()
    expect(source).toMatchObject({ asked: 2, returned: 1 })
  })

  test.each([
    ['text'],
    [[1, 2]],
    [null],
    [undefined],
    [1],
    [new ArrayBuffer(1)],
    [new Uint8Array(new SharedArrayBuffer(1))],
  ])('a chunk that is %p is a TypeError, and the source is told to stop', async (chunk) => {
    for (const make of [() => stuckAfter(chunk as never), () => readableStream([chunk])]) {
      if (chunk === undefined || chunk === null) continue
      await expect(collected(chunksOf(make()))).rejects.toThrow(TypeError)
    }
    const source = Object.assign(stuckAfter(), { next: async () => ({ done: false, value: chunk as never }) })
    await expect(collected(chunksOf(source))).rejects.toThrow('Each chunk of the message must')
    expect(source.returned).toBe(1)
  })

  test('the source is told to stop when the reader stops early', async () => {
    const source = stuckAfter(...ofHex('01', '02'))
    for await (const _ of chunksOf(source)) break
    expect(source.returned).toBe(1)
  })

  test('the source is told to stop when the reader fails', async () => {
    const source = stuckAfter(...ofHex('01', '02'))
    const work = async () => {
      for await (const _ of chunksOf(source)) throw new Error('no more')
    }
    await expect(work()).rejects.toThrow('no more')
    expect(source.returned).toBe(1)
  })

  test('a source that has ended is not told to stop', async () => {
    const source = Object.assign(stuckAfter(), {
      next: async () => ({ done: true, value: undefined }) as const,
    })
    expect(await collected(chunksOf(source))).toHaveLength(0)
    expect(source.returned).toBe(0)
  })

  test('the error of a source is given on as it is', async () => {
    const why = new Error('the disk is gone')
    const source = Object.assign(stuckAfter(), { next: () => Promise.reject(why) })
    await expect(collected(chunksOf(source))).rejects.toBe(why)
    const stream = new ReadableStream({ pull: () => Promise.reject(why) })
    await expect(collected(chunksOf(stream))).rejects.toBe(why)
  })

  test('a source without return, or that fails in it, ends no other way', async () => {
    const why = new Error('no more')
    const failing = async (source: object) => {
      for await (const _ of chunksOf(source as AsyncIterable<Uint8Array>)) throw why
    }
    const source = () => stuckAfter(...ofHex('01'))
    const broken = () => {
      throw new Error('in return')
    }
    await expect(failing(Object.assign(source(), { return: undefined }))).rejects.toBe(why)
    await expect(failing(Object.assign(source(), { return: broken }))).rejects.toBe(why)
    await expect(failing(Object.assign(source(), { return: async () => broken() }))).rejects.toBe(why)
    await expect(failing(Object.assign(source(), { return: () => 'nothing' }))).rejects.toBe(why)
  })

  test('a ReadableStream is cancelled when the reader stops', async () => {
    let cancelled = false
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(Uint8Array.of(1)),
      cancel: () => {
        cancelled = true
      },
    })
    for await (const _ of chunksOf(stream)) break
    await new Promise(setImmediate)
    expect(cancelled).toBe(true)
  })

  test('a Readable is destroyed when the reader stops', async () => {
    const stream = Readable.from([Buffer.from('1'), Buffer.from('2')])
    for await (const _ of chunksOf(stream)) break
    await new Promise(setImmediate)
    expect(stream.destroyed).toBe(true)
  })

  test('a stream that another reader has is refused', async () => {
    const stream = readableStream([])
    stream.getReader()
    await expect(collected(chunksOf(stream))).rejects.toThrow(TypeError)
  })
})

describe('an abort', () => {
  test('ends the wait for a source that is stuck, at its first chunk or later', async () => {
    for (const given of [[], ofHex('01', '02')]) {
      const source = stuckAfter(...given)
      const controller = new AbortController()
      const work = collected(chunksOf(source, controller.signal))
      await new Promise(setImmediate)
      expect(source.asked).toBe(given.length + 1)
      controller.abort(new Error('enough'))
      expect((await failure(() => work, 'Aborted')).cause).toMatchObject({ message: 'enough' })
      expect(source.returned).toBe(1)
      expect(getEventListeners(controller.signal, 'abort')).toEqual([])
    }
  })

  test('ends a stuck ReadableStream, generator and Readable', async () => {
    async function* stuck() {
      yield Uint8Array.of(1)
      await new Promise(() => undefined)
    }
    const streams = [
      stuck(),
      new ReadableStream({ start: (controller) => controller.enqueue(Uint8Array.of(1)) }),
      new Readable({ read() {} }),
    ]
    for (const stream of streams) {
      const controller = new AbortController()
      const work = collected(chunksOf(stream, controller.signal))
      await new Promise(setImmediate)
      controller.abort()
      await failure(() => work, 'Aborted')
    }
  })

  test('before the first chunk ends it, too', async () => {
    const source = stuckAfter(...ofHex('01'))
    await failure(() => collected(chunksOf(source, AbortSignal.abort())), 'Aborted')
    expect(source.returned).toBe(1)
  })

  test('that never comes leaves no listener, however many chunks there were', async () => {
    const { signal } = new AbortController()
    const chunks = Array.from({ length: 1000 }, () => Uint8Array.of(1))
    expect(await collected(chunksOf(streamOf(...chunks), signal))).toHaveLength(1000)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('bytesOfStream', () => {
  test.each([
    [0, true],
    [9, true],
    [10, true],
    [11, false],
    [1000, false],
  ])('%i bytes of at most 10: kept %s', async (length, kept) => {
    const message = randomBytes(length)
    const work = () => bytesOfStream(chunksOf(reusing(message, 3)), 10, tooLarge)
    if (kept) expect(Buffer.from(await work())).toEqual(message)
    else await failure(work, 'MessageTooLarge')
  })

  test('reads no further than the limit and the chunk that exceeds it', async () => {
    const source = stuckAfter(...Array.from({ length: 100 }, () => new Uint8Array(4)))
    await failure(() => bytesOfStream(chunksOf(source), 10, tooLarge), 'MessageTooLarge')
    expect(source).toMatchObject({ asked: 3, returned: 1 })
  })

  test('keeps copies, whatever the source does with its buffer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.integer({ min: 1, max: 20 }), async (message, chunkBytes) => {
        const kept = await bytesOfStream(chunksOf(reusing(message, chunkBytes)), 1000, tooLarge)
        expect(Buffer.from(kept)).toEqual(Buffer.from(message))
      }),
    )
  })
})
