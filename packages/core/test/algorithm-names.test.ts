import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { modulusBitsNamed, plainName, rowsNamed } from '../src/algorithm-names.js'
import { algorithmNames, algorithms, parseAlgorithm } from '../src/index.js'
import { AMBIGUOUS, FACTS, NAMES, VENDORS } from './table/facts.js'

/** Every name that is a text, of every row. */
const TEXTS = FACTS.flatMap(({ name }) => {
  const { webcrypto: _, ...texts } = NAMES[name]
  return [name, ...Object.values(texts).flat()].map((text) => ({ name, text }))
})

describe('algorithmNames', () => {
  test.each(FACTS.map(({ name }) => name))('%s', (name) => {
    const none = Object.fromEntries(VENDORS.map((vendor) => [vendor, []]))
    expect(algorithmNames(parseAlgorithm(name))).toEqual({ ...none, ...NAMES[name] })
  })

  test.each(['jose', 'aws', 'alibaba', 'google', 'azure', 'rfc9421'] as const)(
    '%s has no name twice, but for what leaves the key open',
    (vendor) => {
      const names = algorithms.flatMap((row) => algorithmNames(row)[vendor])
      const twice = names.filter((name, index) => names.indexOf(name) !== index)
      expect(twice.filter((name) => !(name in AMBIGUOUS))).toEqual([])
    },
  )

  test('what JOSE has comes first under its canonical name', () => {
    for (const row of algorithms) {
      const [first = row.name] = algorithmNames(row).jose
      expect(first).toBe(row.name)
    }
  })

  test('an object of WebCrypto is that of one row alone', () => {
    const objects = algorithms.flatMap((row) =>
      algorithmNames(row).webcrypto.map((each) => JSON.stringify(each)),
    )
    expect(new Set(objects).size).toBe(objects.length)
    expect(objects).toHaveLength(13)
  })
})

describe('rowsNamed', () => {
  test('a name means several rows exactly where that is meant', () => {
    const meanings = new Map<string, Set<string>>()
    for (const { name, text } of TEXTS)
      meanings.set(plainName(text), (meanings.get(plainName(text)) ?? new Set()).add(name))
    const several = [...meanings].filter(([, rows]) => rows.size > 1).map(([text, rows]) => [text, [...rows]])
    const expected = Object.entries(AMBIGUOUS).map(([text, rows]) => [plainName(text), rows])
    expect(several.sort()).toEqual(expected.sort())
    for (const [text, rows] of meanings) expect(rowsNamed(text).map(({ name }) => name)).toEqual([...rows])
  })

  test.each(['', '-', '__proto__', 'constructor', 'toString', 'valueOf', 'length', 'size', 'get'])(
    '%j means none',
    (name) => {
      expect(rowsNamed(name)).toEqual([])
    },
  )
})

describe('plainName', () => {
  test.each([
    ['RSASSA_PKCS1_V1_5_SHA_256', 'rsassapkcs1v15sha256'],
    ['rsa-v1_5-sha256', 'rsav15sha256'],
    ['SHA256withRSA/PSS', 'sha256withrsa/pss'],
    // The Kelvin sign has the lower case k, the dotted capital I an i and a dot, the long s the upper case S.
    ['ES256\u212a', 'es256\u212a'],
    ['\u0130', '\u0130'],
    ['E\u017f256', 'e\u017f256'],
    ['ES256', 'es256'],
    ['ES–256', 'es–256'],
    [' ES256 ', ' es256 '],
  ])('%j is %j', (name, plain) => {
    expect(plainName(name)).toBe(plain)
  })

  test('what is plain stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const plain = plainName(name)
        expect(plainName(plain)).toBe(plain)
        expect(plain).not.toMatch(/[-_A-Z]/)
      }),
    )
  })
})

describe('modulusBitsNamed', () => {
  test.each([
    ['RSA_SIGN_PSS_2048_SHA256', 2048],
    ['RSA_SIGN_PKCS1_3072_SHA256', 3072],
    ['rsa-sign-pkcs1-4096-sha512', 4096],
    ['RSASIGNPSS4096SHA256', 4096],
  ])('%s names %i', (name, bits) => {
    expect(modulusBitsNamed(name)).toBe(bits)
  })

  test('no other name says a size', () => {
    for (const { text } of TEXTS.filter(({ text }) => !text.startsWith('RSA_SIGN_')))
      expect(modulusBitsNamed(text)).toBeUndefined()
  })
})
