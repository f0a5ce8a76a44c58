import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { evidenceOf, evidenceOfBytes } from '../src/evidence.js'
import { parseAlgorithm } from '../src/index.js'
import { failure } from './support/failure.js'
import { reusing, stuckAfter } from './support/streams.js'

const MIB = 1024 * 1024
const ES384 = parseAlgorithm('ES384')
const ED25519 = parseAlgorithm('Ed25519')
const sha384 = (message: Uint8Array) => createHash('sha384').update(message).digest()

describe('of bytes in memory', () => {
  test.each([
    [0, 'message'],
    [100, 'message'],
    [MIB, 'message'],
    [MIB + 1, 'digest'],
    [3 * MIB, 'digest'],
  ])('%i of them: the %s', (length, kind) => {
    const message = randomBytes(length)
    const expected = kind === 'message' ? Buffer.from(message) : sha384(message)
    const evidence = evidenceOfBytes(ES384, message)
    message.fill(0)
    expect(Object.keys(evidence)).toEqual([kind])
    expect(expected.equals('message' in evidence ? evidence.message : evidence.digest)).toBe(true)
  })

  test('an algorithm without a digest has the message, however long', () => {
    const message = randomBytes(2 * MIB)
    const evidence = evidenceOfBytes(ED25519, message)
    expect('message' in evidence && message.equals(evidence.message)).toBe(true)
  })

  test.each([10, 2 * MIB])('%i of them may be used again when the call has returned', async (length) => {
    const message = randomBytes(length)
    const expected = sha384(message)
    const evidence = evidenceOf(ES384, message)
    message.fill(0)
    const given = await evidence
    expect('digest' in given ? given.digest : sha384(given.message)).toEqual(expected)
  })
})

describe('of a stream', () => {
  test('the digest, where the algorithm has one', async () => {
    const message = randomBytes(10_000)
    expect(await evidenceOf(ES384, reusing(message, 999))).toEqual({ digest: sha384(message) })
  })

  test('the message, where it has none', async () => {
    const message = randomBytes(10_000)
    const evidence = await evidenceOf(ED25519, reusing(message, 999))
    expect('message' in evidence && Buffer.from(evidence.message)).toEqual(message)
  })

  test('and at most 64 MiB of it', async () => {
    async function* chunks(count: number) {
      const chunk = new Uint8Array(MIB)
      for (let index = 0; index < count; index++) yield chunk
    }
    const evidence = await evidenceOf(ED25519, chunks(64))
    expect('message' in evidence && evidence.message.length).toBe(64 * MIB)
    const error = await failure(() => evidenceOf(ED25519, chunks(65)), 'MessageTooLarge')
    expect(error.message).toContain('67108864 bytes')
  })

  test('an abort ends the wait for it', async () => {
    for (const algorithm of [ES384, ED25519]) {
      const controller = new AbortController()
      const source = stuckAfter(Buffer.from('x'))
      const evidence = evidenceOf(algorithm, source, controller.signal)
      controller.abort()
      await failure(() => evidence, 'Aborted')
      expect(source.returned).toBe(1)
    }
  })
})
