import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sharedReaders } from '../src/shared-readers.js'

/** Fills one buffer again and again, as the reading of a file does: who keeps a chunk sees it change. */
async function* reused(chunks: readonly Uint8Array[], read: number[] = []): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(64)
  for (const [index, chunk] of chunks.entries()) {
    read.push(index)
    buffer.set(chunk)
    yield buffer.subarray(0, chunk.length)
    buffer.fill(0xff)
  }
}

async function digestOf(chunks: AsyncIterable<Uint8Array>, pauses = 0): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) {
    for (let pause = 0; pause < pauses; pause += 1) await setImmediate()
    hash.update(chunk)
  }
  return hash.digest('hex')
}

const chunksOf = (count: number) => Array.from({ length: count }, (_, index) => Uint8Array.of(index, 1, 2))

test('each reader is given all of it, however fast it is', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 })
  const speeds = fc.array(fc.nat(3), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(chunks, speeds, async (chunks, speeds) => {
      const readers = sharedReaders(reused(chunks), speeds.length)
      const digests = await Promise.all(readers.map((reader, index) => digestOf(reader, speeds[index])))
      const expected = createHash('sha256').update(Buffer.concat(chunks)).digest('hex')
      expect(digests).toEqual(speeds.map(() => expected))
    }),
  )
})

test('nothing is read ahead of the slowest', async () => {
  const read: number[] = []
  const [fast, slow] = sharedReaders(reused(chunksOf(5), read), 2)
  await Promise.all([fast?.next(), slow?.next()])
  const waiting = fast?.next()
  await setImmediate()
  expect(read).toEqual([0])
  await Promise.all([waiting, slow?.next()])
  expect(read).toEqual([0, 1])
})

describe('who lets go', () => {
  const whole = digestOf(reused(chunksOf(4)))

  test('before the first chunk is not waited for', async () => {
    const [one, other] = sharedReaders(reused(chunksOf(4)), 2)
    const digest = one && digestOf(one)
    await setImmediate()
    await other?.return()
    expect(await digest).toBe(await whole)
  })

  test('in the middle is not waited for', async () => {
    const [one, other] = sharedReaders(reused(chunksOf(4)), 2)
    const digest = one && digestOf(one)
    for await (const chunk of other ?? []) if (chunk[0] === 1) break
    expect(await digest).toBe(await whole)
  })

  test('while it waits takes no chunk away from another one', async () => {
    const [one, other] = sharedReaders(reused(chunksOf(4)), 2)
    const waiting = other?.next()
    await other?.return()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await (one && digestOf(one))).toBe(await whole)
  })

  test('twice counts once', async () => {
    const readers = sharedReaders(reused(chunksOf(4)), 3)
    await readers[2]?.return()
    await readers[2]?.return()
    expect(await Promise.all(readers.slice(0, 2).map((reader) => digestOf(reader)))).toEqual([
      await whole,
      await whole,
    ])
  })
})

test('who asks again after the end is told so again', async () => {
  const [one, other] = sharedReaders(reused([]), 2)
  const end = { done: true, value: undefined }
  expect(await Promise.all([one?.next(), other?.next()])).toEqual([end, end])
  expect(await one?.next()).toEqual(end)
})

test('what cannot be read is told to all', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1)
    throw new Error('the disk is gone')
  }
  const outcomes = await Promise.allSettled(sharedReaders(broken(), 2).map((reader) => digestOf(reader)))
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.message)).toEqual([
    'the disk is gone',
    'the disk is gone',
  ])
})
