import { describe, expect, test } from '@jest/globals'
import { createRotatingSigner, type Signer, SigningError } from '@signport/core'
import { readMaxAge } from '../src/max-age.js'
import { signerOf } from './support/key-set-signers.js'

const plain = signerOf('ES256')

const rotating = (cacheLifetimeMs: number): Signer =>
  createRotatingSigner({ active: { signer: plain }, cacheLifetimeMs, tokenLifetimeMs: 1 })

describe('how long a key set may be kept', () => {
  test.each<[string, Signer[], number]>([
    ['no signer rotates', [plain], 600],
    ['one rotates', [plain, rotating(3_600_000)], 3_600],
    ['several rotate', [rotating(900_000), rotating(60_000), rotating(120_000)], 60],
    ['caches live for no whole second', [rotating(1_999)], 1],
    ['caches live for less than a second', [rotating(999)], 0],
  ])('is by itself what fits where %s', (_what, signers, seconds) => {
    expect(readMaxAge(signers, undefined)).toBe(seconds)
  })

  test.each([
    [0, 0],
    [60, 60],
    [600, 600],
    ['90s', 90],
    ['10m', 600],
  ])('may be made %j', (wanted, seconds) => {
    expect(readMaxAge([rotating(600_000)], wanted)).toBe(seconds)
  })

  test.each([
    [601, 'at most 600 seconds'],
    ['1h', 'not 3600'],
    [-1, 'not -1'],
    [0.5, 'not 0.5'],
    [Number.NaN, 'not NaN'],
    [Number.POSITIVE_INFINITY, 'not Infinity'],
    ['600', 'A duration is'],
    ['', 'A duration is'],
    ['10 minutes', 'not 10 minutes'],
    ['999999w', 'no longer than 285 years'],
  ])('is not %p', (wanted, message) => {
    for (const signers of [[plain], [rotating(600_000)]]) {
      const work = () => readMaxAge(signers, wanted)
      expect(work).toThrow(message)
      expect(work).toThrow(/^maxAge /)
      expect(work).toThrow(SigningError)
    }
  })

  test.each([[null], [true], [{}], [10n], [new Date()]])('is no %p', (wanted) => {
    expect(() => readMaxAge([plain], wanted as unknown as number)).toThrow(TypeError)
  })

  test('says where the limit comes from', () => {
    expect(() => readMaxAge([rotating(600_000)], '1h')).toThrow('the cacheLifetime of a rotating signer')
    expect(() => readMaxAge([plain], '1h')).toThrow('where no signer rotates')
  })
})
