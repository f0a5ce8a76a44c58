import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { prefixedStream } from '../src/base64url-stream.js'

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk))
  return Buffer.concat(parts)
}

/** Chunks in one buffer that is overwritten when the next one is asked for, as files are read. */
async function* reusing(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  const buffer = new Uint8Array(Math.max(0, ...chunks.map(({ length }) => length)))
  for (const chunk of chunks) {
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
    buffer.fill(0xee)
  }
}

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })

test('the encoding does not depend on how the bytes come in chunks', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.uint8Array({ maxLength: 9 }), async (parts, prefix) => {
      const stream = await collected(prefixedStream(prefix, reusing(parts), true))
      const expected = Buffer.concat([prefix, Buffer.from(Buffer.concat(parts).toString('base64url'))])
      expect(stream).toEqual(expected)
    }),
  )
})

test('without the encoding the bytes come as they are', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, async (parts) => {
      const stream = await collected(prefixedStream(Buffer.from('p.'), reusing(parts), false))
      expect(stream).toEqual(Buffer.concat([Buffer.from('p.'), ...parts]))
    }),
  )
})

test.each([3 * 65_536 - 1, 3 * 65_536, 3 * 65_536 + 1, 1_000_003])(
  'one chunk of %i bytes comes in slices, after one byte more',
  async (length) => {
    const bytes = Buffer.alloc(length, 'abcdefg')
    const pieces: number[] = []
    const encoded: Uint8Array[] = []
    for await (const piece of prefixedStream(Buffer.alloc(0), reusing([Buffer.from('x'), bytes]), true)) {
      pieces.push(piece.length)
      encoded.push(piece)
    }
    expect(Math.max(...pieces)).toBeLessThanOrEqual(4 * 65_537)
    const expected = Buffer.concat([Buffer.from('x'), bytes]).toString('base64url')
    expect(Buffer.concat(encoded).toString() === expected).toBe(true)
  },
)

test('a source is told to stop once, and not after it has ended', async () => {
  let stopped = 0
  const source = {
    chunks: [Buffer.from('abc')],
    [Symbol.asyncIterator]: () => source,
    async next() {
      const value = source.chunks.shift()
      return value ? { value, done: false as const } : { value: undefined, done: true as const }
    },
    async return() {
      stopped++
      return { value: undefined, done: true as const }
    },
  }
  for await (const piece of prefixedStream(Buffer.from('p.'), source, true)) {
    expect(Buffer.from(piece).toString()).toBe('p.')
    break
  }
  expect(stopped).toBe(1)
  await collected(prefixedStream(Buffer.from('p.'), source, true))
  expect(stopped).toBe(1)
})

test('a source that has ended is asked for nothing more', async () => {
  const asked: string[] = []
  const source = {
    [Symbol.asyncIterator]: () => source,
    async next() {
      asked.push('next')
      return { value: undefined, done: true as const }
    },
    async return() {
      asked.push('return')
      return { value: undefined, done: true as const }
    },
  }
  const pieces = prefixedStream(Buffer.from('p.'), source, true)[Symbol.asyncIterator]()
  const steps = [await pieces.next(), await pieces.next(), await pieces.next(), await pieces.return?.()]
  expect(steps.map((step) => step?.done === true)).toEqual([false, true, true, true])
  expect(asked).toEqual(['next'])
})

test('the failure of a source is the failure of the stream', async () => {
  async function* failing() {
    yield Buffer.from('a')
    throw new Error('the disk has gone')
  }
  await expect(collected(prefixedStream(Buffer.from('p.'), failing(), true))).rejects.toThrow(
    'the disk has gone',
  )
})
