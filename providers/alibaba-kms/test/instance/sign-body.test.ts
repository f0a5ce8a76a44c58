import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { longestMessage, signBody } from '../../src/instance/sign-body.js'
import { fieldsOf } from '../support/protobuf.js'

const parameters = fc.record({
  keyId: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 261 }),
  algorithm: fc.constantFrom('ECDSA_SHA_256', 'RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256', 'SM2DSA'),
  messageType: fc.constantFrom('RAW' as const, 'DIGEST' as const),
})

test('the longest message fills the body exactly, and one byte more is too much', () => {
  fc.assert(
    fc.property(parameters, fc.integer({ min: 400, max: 100_000 }), (given, maxBodyBytes) => {
      const longest = longestMessage(given, maxBodyBytes)
      const length = signBody(given, new Uint8Array(longest)).length
      const next = signBody(given, new Uint8Array(longest + 1)).length
      expect(length).toBeLessThanOrEqual(maxBodyBytes)
      expect(next).toBeGreaterThan(maxBodyBytes)
      // One length cannot be met where the length itself takes a byte more.
      expect(maxBodyBytes - length).toBeLessThanOrEqual(next - length - 1)
    }),
    { numRuns: 300 },
  )
})

describe('the length is exact where the number of its own bytes changes', () => {
  const given = { keyId: 'k', algorithm: 'SM2DSA', messageType: 'RAW' } as const
  const others = signBody(given, new Uint8Array()).length
  test.each([
    [2, 0],
    [3, 1],
    [129, 127],
    [130, 127],
    [131, 128],
    [16_386, 16_383],
    [16_387, 16_383],
    [16_388, 16_384],
    [2_097_155, 2_097_151],
    [2_097_156, 2_097_151],
    [2_097_157, 2_097_152],
  ])('%d bytes for the message leave room for %d', (room, longest) => {
    expect(longestMessage(given, others + room)).toBe(longest)
    expect(signBody(given, new Uint8Array(longest)).length).toBeLessThanOrEqual(others + room)
    expect(signBody(given, new Uint8Array(longest + 1)).length).toBeGreaterThan(others + room)
  })
})

test('by default a message may fill three mebibytes', () => {
  const given = {
    keyId: 'key-hzz62f1cb66fa42qo5l1x',
    algorithm: 'RSA_PSS_SHA_256',
    messageType: 'RAW',
  } as const
  const limit = 3 * 1024 * 1024
  expect(signBody(given, new Uint8Array(longestMessage(given, limit)))).toHaveLength(limit)
})

test('every body is read by another reader as it was meant', () => {
  fc.assert(
    fc.property(parameters, fc.uint8Array({ minLength: 1, maxLength: 300 }), (given, message) => {
      const fields = fieldsOf(Buffer.from(signBody(given, message)))
      expect([...fields.keys()]).toEqual([1, 3, 4, 5])
      expect(fields.get(1)?.toString()).toBe(given.keyId)
      expect(fields.get(3)?.toString()).toBe(given.algorithm)
      expect(fields.get(4)).toEqual(Buffer.from(message))
      expect(fields.get(5)?.toString()).toBe(given.messageType)
    }),
  )
})
