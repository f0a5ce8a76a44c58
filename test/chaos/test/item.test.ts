import { describe, expect, test } from '@jest/globals'
import { makeKeys } from '../src/chaos-key.js'
import { CONNECTIONS, planItem } from '../src/item.js'
import { messageOf } from '../src/message.js'

const COUNT = 20_000
const items = Array.from({ length: COUNT }, (_, index) => planItem(1, index))
const share = (chosen: readonly unknown[]) => chosen.length / COUNT

test('an item follows from the seed and its number', () => {
  expect(planItem(1, 4711)).toEqual(items[4711])
  const others = items.filter((item) => JSON.stringify(planItem(2, item.index)) !== JSON.stringify(item))
  expect(share(others)).toBeGreaterThan(0.9)
})

test('no two items use one name of a key', () => {
  expect(new Set(items.map(({ keyId }) => keyId)).size).toBe(COUNT)
})

test('every key signs, and every algorithm that the services have', () => {
  expect(new Set(items.map(({ key }) => key)).size).toBe(makeKeys().length)
  const algorithms = (start: string) =>
    new Set(items.filter(({ connection }) => connection.startsWith(start)).map(({ algorithm }) => algorithm))
  expect(algorithms('aws').size).toBe(16)
  expect(algorithms('trent').size).toBe(16)
  expect(algorithms('alibaba').size).toBe(5)
})

test.each([
  ['PSS, for the longest salt', 0.44, 0.48, items.filter(({ algorithm }) => algorithm.startsWith('PS'))],
  ['ECDSA, for the higher s', 0.44, 0.48, items.filter(({ algorithm }) => algorithm.startsWith('ES'))],
  ['connections that are refused', 0.01, 0.02, items.filter(({ refused }) => refused)],
  ['those that fetch the key first', 0.48, 0.52, items.filter(({ order }) => order === 'key first')],
  ['streams', 0.1, 0.3, items.filter(({ input }) => input === 'stream')],
  ['digests of the caller', 0.05, 0.15, items.filter(({ input }) => input === 'digest')],
  ['messages that go as they are', 0.1, 0.4, items.filter(({ messageType }) => messageType === 'raw')],
  ['those with a deadline that comes soon', 0.03, 0.05, items.filter(({ haste }) => haste === 'deadline')],
  ['those that are aborted', 0.03, 0.05, items.filter(({ haste }) => haste === 'abort')],
  ['keys that are pinned', 0.1, 0.4, items.filter(({ pin }) => pin !== 'none')],
])('there are enough of %s', (_, least, most, chosen) => {
  expect(share(chosen)).toBeGreaterThan(least)
  expect(share(chosen)).toBeLessThan(most)
})

test('each connection has a quarter of the items', () => {
  for (const name of CONNECTIONS)
    expect(items.filter(({ connection }) => connection === name)).toHaveLength(COUNT / 4)
})

test('whoever has little time knows the key', () => {
  const hasty = items.filter(({ haste }) => haste !== 'none')
  expect(hasty.filter(({ pin, refused }) => pin !== 'key' || refused)).toEqual([])
})

test('messages have from one byte to 100 kB, of their own', () => {
  const lengths = items.map(({ length }) => length)
  expect(Math.min(...lengths)).toBe(1)
  expect(Math.max(...lengths)).toBeGreaterThan(90_000)
  expect(Math.max(...lengths)).toBeLessThanOrEqual(100_000)
  const long = items.filter(({ length }) => length > 20).slice(0, 1000)
  expect(new Set(long.map((item) => Buffer.from(messageOf(1, item)).toString('hex'))).size).toBe(long.length)
  for (const item of long) expect(messageOf(1, item)).toHaveLength(item.length)
})

describe('what no service takes is not asked for', () => {
  const raw = items.filter(({ messageType }) => messageType === 'raw')

  test('a message as it is by OpenAPI, or a long one by the protocol of AWS', () => {
    const wrong = raw.filter(
      ({ connection, length }) =>
        connection === 'alibaba openapi' || (connection !== 'alibaba instance' && length > 4096),
    )
    expect(wrong).toEqual([])
  })

  test('a digest where there is none, or one that is a message', () => {
    expect(items.filter(({ algorithm, input }) => algorithm === 'Ed25519' && input === 'digest')).toEqual([])
    expect(raw.filter(({ input }) => input === 'digest')).toEqual([])
  })

  test('a digest with a key in it that may become another one', () => {
    const bound = items.filter(
      ({ algorithm, messageType }) => /^(?:SM2|ML-DSA)/.test(algorithm) && messageType === 'auto',
    )
    expect(bound.length).toBeGreaterThan(50)
    expect(bound.filter(({ pin, input }) => pin !== 'key' || input !== 'bytes')).toEqual([])
  })
})
