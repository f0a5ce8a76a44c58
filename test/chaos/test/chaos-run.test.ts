import { createServer, type Server } from 'node:net'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { type Signature, SigningError } from '@signport/core'
import { type ChaosOptions, type ChaosResult, runChaos, type Sabotage } from '../src/chaos-run.js'
import { CONNECTIONS } from '../src/item.js'
import { messageOf } from '../src/message.js'
import { reportOf } from '../src/report.js'
import { signItem } from '../src/sign-item.js'

const USUAL: ChaosOptions = { count: 120, seed: 1, rate: 0.3, concurrency: 80 }

/** How long a run may take on a machine that has much else to do, in milliseconds: alone it takes less than a tenth. */
const BUSY_MACHINE_MS = 400_000

const outcomesOf = ({ items, ledger }: ChaosResult, count = items.length) =>
  items.slice(0, count).map((item) => ledger.outcomeOf(item))

describe('a thousand signatures, while almost a third of the answers are faulty', () => {
  const options = { ...USUAL, count: 1000 }
  let result: ChaosResult
  beforeAll(async () => {
    result = await runChaos(options)
  }, BUSY_MACHINE_MS)

  test('nothing is wrong', () => {
    expect(result.defects).toEqual([])
  })

  test('every kind of fault was seen, and every connection signed and failed', () => {
    expect(Object.entries(result.seen).filter(([, times]) => times === 0)).toEqual([])
    for (const name of CONNECTIONS) {
      const items = result.items.filter(({ connection }) => connection === name)
      const signed = items.filter((item) => result.ledger.outcomeOf(item) === 'signed')
      expect(signed.length).toBeGreaterThan(items.length / 2)
      expect(signed.length).toBeLessThan(items.length)
    }
  })

  test('every signature was verified by others', () => {
    const signed = outcomesOf(result).filter((outcome) => outcome === 'signed')
    expect(result.verified).toBe(signed.length)
  })

  test('the memory was looked at', () => {
    expect(result.memory?.first).toBeGreaterThan(0)
    expect(result.memory?.last).toBeGreaterThan(0)
  })

  test('some items were aborted, and some came to their deadline, when they should', () => {
    const ended = (haste: string) =>
      result.items.filter((item) => item.haste === haste).map((item) => result.ledger.outcomeOf(item))
    expect(ended('abort')).toContain('Aborted')
    expect(ended('deadline')).toContain('Timeout')
    expect(result.slowestMs).toBeLessThan(120_000)
  })

  test('a hundred messages were signed in batches, while the time of the server was off', () => {
    const { signed = 0, failed = 0, mistimed = 0 } = result.batches ?? {}
    expect(signed).toBeGreaterThan(20)
    expect(signed + failed).toBeGreaterThan(75)
    expect(mistimed).toBeGreaterThan(0)
  })

  test('the report says so', () => {
    const report = reportOf(options, result).join('\n')
    expect(report).toContain('Nothing was wrong.')
    expect(report).toContain(`sha256:${result.ledger.digest()}`)
    for (const kind of Object.keys(result.seen)) expect(report).toContain(kind)
  })

  test(
    'the same seed ends alike with another concurrency, and in a run that is shorter',
    async () => {
      const again = await runChaos({ ...USUAL, concurrency: 200 })
      expect(again.defects).toEqual([])
      expect(outcomesOf(again)).toEqual(outcomesOf(result, USUAL.count))
    },
    BUSY_MACHINE_MS,
  )
})

test('without faults everything is signed, but for what nobody listens to', async () => {
  const { items, ledger, defects } = await runChaos({ ...USUAL, count: 40, rate: 0 })
  expect(defects).toEqual([])
  for (const item of items) expect(ledger.outcomeOf(item)).toBe(item.refused ? 'Unavailable' : 'signed')
})

describe('a run notices a provider', () => {
  test('that turns a bit, where nobody checks', async () => {
    const disguise: Sabotage['disguise'] = (provider) => ({
      ...provider,
      async sign(request, context) {
        const answer = await provider.sign(request, context)
        const bytes = Uint8Array.from(answer.bytes)
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
        return { ...answer, bytes }
      },
    })
    const sabotage = { disguise, signerOptions: { check: 'never' } } as const
    const { defects, items } = await runChaos({ ...USUAL, count: 40, rate: 0, sabotage })
    const connected = items.filter(({ refused }) => !refused)
    expect(defects).toHaveLength(connected.length)
    expect(new Set(defects)).toEqual(
      new Set(connected.map(({ index }) => `item ${index} was given a signature that is not valid`)),
    )
  })
})

describe('a run notices', () => {
  let kept: Signature | undefined
  const servers: Server[] = []

  /** What goes wrong with some of the items. */
  const MISHAPS: Readonly<Record<number, Sabotage['sign']>> = {
    5: async () => {
      throw new TypeError('no error of ours')
    },
    6: async (item, setting) => {
      process.emitWarning('something is about to break')
      return signItem(item, setting)
    },
    7: async (item) => {
      const message = Buffer.from(messageOf(USUAL.seed, { ...item, length: 20 }))
      throw new SigningError('Internal', `of ${message.toString('hex')}`)
    },
    8: async (item, setting) => {
      kept ??= await signItem({ ...item, index: 9, keyId: 'alias/chaos/9', refused: false }, setting)
      return kept
    },
    10: async (item, setting) => {
      servers.push(createServer().listen(0, '127.0.0.1'))
      return signItem(item, setting)
    },
    17: () => new Promise(() => {}),
  }

  const sabotage: Sabotage = {
    sign: (item, setting) => (MISHAPS[item.index] ?? signItem)(item, setting),
    enter(ledger, item, outcome) {
      if (item.index !== 3) ledger.enter(item, outcome)
      if (item.index === 4) ledger.enter(item, outcome)
    },
  }

  let defects: readonly string[]
  beforeAll(async () => {
    ;({ defects } = await runChaos({ ...USUAL, count: 40, rate: 0, sabotage }))
    for (const server of servers) server.close()
  }, BUSY_MACHINE_MS)

  test.each([
    ['a result that is lost on its way', /^item 3 was lost: it has no result$/],
    ['a result that comes twice', /^item 4 has more than one result$/],
    ['an error that is none of ours', /^item 5: an error that is none of Signport: TypeError/],
    ['an item without a result, since its call failed with that', /^item 5 was lost/],
    ['a warning of the process', /^a warning: Warning: something is about to break$/],
    ['a message that gets into an error', /^item 7: a secret in the message$/],
    ['a signature over the message of another item', /^item 8 was given a signature that is not valid$/],
    ['a connection that nobody closes', /^1 connections that nobody has closed$/],
    ['a call that does not end', /^item 17 did not end$/],
    ['a result that never comes', /^item 17 was lost: it has no result$/],
  ])('%s', (_, defect) => {
    expect(defects.filter((each) => defect.test(each))).toHaveLength(1)
  })
})
