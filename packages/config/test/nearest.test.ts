import { describe, expect, test } from '@jest/globals'
import { instead, nearest } from '../src/nearest.js'

const PROVIDERS = ['local', 'aws-kms', 'alibaba-kms', 'trent-service']

describe('the nearest name', () => {
  test.each<[string, string | undefined]>([
    ['aws-kmss', 'aws-kms'],
    ['AWS-KMS', 'aws-kms'],
    ['aws_kms', 'aws-kms'],
    ['alibaba', undefined],
    ['alibabakms', 'alibaba-kms'],
    ['locla', undefined],
    ['loca', 'local'],
    ['trent-servce', 'trent-service'],
    ['vault', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('to %.20s is %s', (written, expected) => {
    expect(nearest(written, PROVIDERS)).toBe(expected)
  })

  test('is none of none', () => {
    expect(nearest('a', [])).toBeUndefined()
    expect(instead('a', [])).toBe('')
  })

  test('is not replaced by a list that nobody reads', () => {
    const names = Array.from({ length: 100 }, (_, index) => `name-${index}`)
    expect(instead('x', names)).toMatch(/^; some are name-0, .*, name-23$/)
  })
})
