import { createPrivateKey, sign } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { spkiOf } from '@signport/contract'
import { type SigningProvider, signMany } from '@signport/core'
import { BATCHES, type Batch } from '../src/batch.js'
import { type BatchWork, runBatch, verifyBatch } from '../src/batch-run.js'
import { found, makeKeys } from '../src/chaos-key.js'
import { createRunClock, type RunClock } from '../src/run-clock.js'
import type { Setting } from '../src/sign-item.js'

const keys = makeKeys()
const { id, publicKey, entry } = found(keys, 'P-256')
const privateKey = createPrivateKey(entry.privateKey ?? '')

/** A service that signs messages as they are. */
const provider: SigningProvider = {
  name: 'house',
  support: () => ({ wireName: 'any', inputs: ['raw'], raw: { minBytes: 1, maxBytes: 1_000 } }),
  async sign({ input }) {
    if (input.kind !== 'raw') throw new TypeError('support() offers raw messages alone')
    return { bytes: Uint8Array.from(sign('sha256', input.message, privateKey)), keyId: id }
  },
  getPublicKey: async () => ({ publicKey: spkiOf(publicKey), keyId: id }),
}

let clock: RunClock
let work: BatchWork
beforeEach(() => {
  clock = createRunClock(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return { started: 0, underWay: 0 }
  })
  const setting = { seed: 1, keys, clock, connections: { usual: () => provider } }
  work = { setting: setting as unknown as Setting, secrets: [], count: 9 }
})
afterEach(() => clock.stop())

const batchOf = (part: Partial<Batch>): Batch => ({ ...(BATCHES[0] as Batch), ...part })

test.each<[string, Partial<Batch>]>([
  ['in order', { ordered: true }],
  ['as they come', { ordered: false }],
  ['with a look at the first alone', { check: 'first' }],
])('all messages are signed %s, and each signature is verified', async (_, part) => {
  const end = await runBatch(batchOf(part), work)
  expect(end).toMatchObject({ failed: 0, defects: [] })
  expect(end.signatures).toHaveLength(9)
  expect(await verifyBatch(end, work.setting, provider)).toEqual([])
})

test('one that is aborted half-way ends as such', async () => {
  const end = await runBatch(batchOf({ aborted: true }), work)
  expect(end.defects).toEqual([])
  expect(end.signatures.length).toBeGreaterThanOrEqual(5)
})

/** What becomes of the results of `signMany`. */
type Fate = (results: AsyncGenerator<unknown>) => AsyncGenerator<unknown>

const changed = (fate: Fate) =>
  ((...args: Parameters<typeof signMany>) => fate(signMany(...args))) as unknown as typeof signMany

test.each<[string, Fate, RegExp]>([
  [
    'loses a result',
    async function* (results) {
      for await (const result of results) if ((result as { index: number }).index !== 4) yield result
    },
    /lost the result of message 4$/,
  ],
  [
    'gives one twice',
    async function* (results) {
      for await (const result of results) {
        yield result
        if ((result as { index: number }).index === 4) yield result
      }
    },
    /has 2 results of message 4$/,
  ],
  [
    'never ends',
    async function* (results) {
      yield* results
      await new Promise(() => {})
    },
    /did not end$/,
  ],
  [
    'breaks off',
    async function* (results) {
      yield* results
      throw new Error('no more')
    },
    /broke off: Error: no more$/,
  ],
])('a signMany that %s is noticed', async (_, fate, defect) => {
  const { defects } = await runBatch(batchOf({ ordered: false }), { ...work, many: changed(fate) })
  expect(defects).toEqual([expect.stringMatching(defect)])
})

test('one that mixes the results up is noticed by their signatures, and by their places', async () => {
  const swapped: Fate = async function* (results) {
    for await (const result of results) {
      const { index, ...rest } = result as { index: number }
      yield { index: index === 3 ? 5 : index === 5 ? 3 : index, ...rest }
    }
  }
  const end = await runBatch(batchOf({ ordered: true }), { ...work, many: changed(swapped) })
  expect(end.defects).toHaveLength(2)
  expect(await verifyBatch(end, work.setting, provider)).toHaveLength(2)
})
