import { expect, test } from '@jest/globals'
import { createNonceMemory } from '../../../src/planes/alibaba-rpc/nonce-memory.js'

const at = (seconds: number) => new Date(seconds * 1000)

test('what was used is refused until its time is over', () => {
  const memory = createNonceMemory()
  expect(memory.use('a', at(900), at(0))).toBe(true)
  expect(memory.use('b', at(900), at(0))).toBe(true)
  expect(memory.use('a', at(1800), at(900))).toBe(false)
  expect(memory.use('a', at(1801), at(901))).toBe(true)
  expect(memory.use('a', at(2000), at(1801))).toBe(false)
})
