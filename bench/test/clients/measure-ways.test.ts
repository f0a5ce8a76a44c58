import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { measureWays } from '../../src/clients/measure-ways.js'
import { way } from '../../src/clients/way.js'
import type { Kms } from '../../src/kms/kms.js'

const message = Buffer.from('Invoice 4711')
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const kms = { message: message.toString('base64') } as Kms

/** Ways that count what is done with them. */
function countedWays(signed = message) {
  const seen = { signed: 0, closed: [] as string[] }
  const waysTo = () =>
    ['first', 'second', 'third'].map((name) =>
      way({
        name,
        publicKey,
        async once() {
          seen.signed += 1
          return sign('sha256', signed, privateKey)
        },
        signatureOf: (signature) => signature,
        close: () => seen.closed.push(name),
      }),
    )
  return { seen, waysTo }
}

const AMOUNT = { kms, algorithm: 'RS256', concurrency: 2, count: 5, pairs: 3, warmup: 7 } as const

test('measures the ways that are named, each after a signature and a warm-up, and closes them', async () => {
  const { seen, waysTo } = countedWays()
  const samples = await measureWays({ ...AMOUNT, names: ['first', 'third'] }, waysTo)
  expect(Object.entries(samples).map(([name, each]) => [name, each.length])).toEqual([
    ['first', 3],
    ['third', 3],
  ])
  expect(seen).toEqual({ signed: 2 * (1 + 7 + 3 * 5), closed: ['first', 'third'] })
})

test('measures nobody who does not sign the message, and closes all', async () => {
  const { seen, waysTo } = countedWays(Buffer.from('Invoice 4712'))
  const measuring = measureWays({ ...AMOUNT, names: ['second', 'third'] }, waysTo)
  await expect(measuring).rejects.toThrow('second gave a signature that is not one of the message')
  expect(seen).toEqual({ signed: 1, closed: ['second', 'third'] })
})
