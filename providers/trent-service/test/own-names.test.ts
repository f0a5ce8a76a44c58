import { describe, expect, test } from '@jest/globals'
import { readOwnNames } from '../src/own-names.js'
import { failureOf } from './support/failure.js'

test('names are found by what anybody calls the algorithm', () => {
  const names = readOwnNames({ Ed25519: 'EDDSA_ED25519', RSASSA_PSS_SHA_256: 'PSS', SHA384withECDSA: 'P384' })
  expect([...names]).toEqual([
    ['Ed25519', 'EDDSA_ED25519'],
    ['PS256', 'PSS'],
    ['ES384', 'P384'],
  ])
})

test('there are none unless they are given', () => {
  expect(readOwnNames().size).toBe(0)
})

describe('names are refused', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['for an algorithm that nobody knows', { Ed448: 'X' }, 'A key of algorithmNames is not valid.'],
    ['for more than one algorithm', { ECDSA_SHA_256: 'X' }, 'A key of algorithmNames is not valid.'],
    ['for the name of a member of objects', { constructor: 'X' }, 'A key of algorithmNames is not valid.'],
    ['twice for one algorithm', { PS256: 'A', RSASSA_PSS_SHA_256: 'B' }, 'has two names for PS256'],
    ['that are empty', { ES256: '' }, 'must say what the server calls ES256'],
    ['that break a line', { ES256: 'A\nB' }, 'must say what the server calls ES256'],
    ['that are no text', { ES256: 7 }, 'must say what the server calls ES256'],
    ['that are too long', { ES256: 'x'.repeat(129) }, 'must say what the server calls ES256'],
  ])('%s', async (_, given, message) => {
    const error = await failureOf(() => readOwnNames(given as Record<string, string>))
    expect(error).toMatchObject({ code: 'Configuration', provider: 'trent-service' })
    expect(error.message).toContain(message)
  })
})
