import { expect, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { generateKeyPair, ManualClock } from '../src/index.js'

test('calls back whoever waits for a time that is over, in the order of the times', () => {
  const clock = new ManualClock()
  const called: string[] = []
  const cancel = clock.after(30, () => called.push('never'))
  clock.after(30, () => called.push('third'))
  clock.after(10, () => called.push('first'))
  clock.after(20, () => {
    called.push('second')
    cancel()
    clock.after(0, () => called.push('of the next move'))
  })
  clock.after(31, () => called.push('too late'))
  clock.advance(9)
  expect([clock.now(), called]).toEqual([9, []])
  clock.advance(21)
  expect([clock.now(), called]).toEqual([30, ['first', 'second', 'third']])
  clock.advance(0)
  expect(called.at(-1)).toBe('of the next move')
})

test('one function waits as often as it was given', () => {
  const clock = new ManualClock()
  let calls = 0
  const call = () => void calls++
  const [cancel] = [clock.after(1, call), clock.after(1, call)]
  cancel()
  cancel()
  clock.advance(1)
  clock.advance(1)
  expect(calls).toBe(1)
})

test('is the time of a signer', async () => {
  const clock = new ManualClock()
  const provider = {
    ...createLocalProvider({ keys: { k: generateKeyPair('ES256').privateKey } }),
    sign: () => new Promise<never>(() => undefined),
  }
  const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256', clock, timeoutMs: 60_000 })
  const signing = expect(signer.sign(Buffer.from('a message'))).rejects.toMatchObject({ code: 'Timeout' })
  await new Promise((resolve) => setImmediate(resolve))
  clock.advance(60_000)
  await signing
})
