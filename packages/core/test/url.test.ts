import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { urlOf } from '../src/kit.js'

/** What `new URL` says. */
function read(text: string, base?: string): string | undefined {
  try {
    return new URL(text, base).href
  } catch {
    return undefined
  }
}

test.each([
  ['https://example.com', undefined, 'https://example.com/'],
  ['https://bücher.example/a', undefined, 'https://xn--bcher-kva.example/a'],
  ['/keys', 'https://example.com/a/b', 'https://example.com/keys'],
  ['//other.example/x', 'https://example.com', 'https://other.example/x'],
  ['', 'https://example.com/a', 'https://example.com/a'],
  ['', undefined, undefined],
  ['/keys', undefined, undefined],
  ['/keys', 'no base', undefined],
  ['https://', undefined, undefined],
  ['https://a:99999/', undefined, undefined],
  ['https://[::1', undefined, undefined],
])('%p on %p is %p', (text, base, href) => {
  expect(urlOf(text, base)?.href).toBe(href)
  if (base !== undefined && href !== undefined) expect(urlOf(text, new URL(base))?.href).toBe(href)
})

test('any text is what new URL makes of it', () => {
  const texts = fc.oneof(fc.webUrl(), fc.string(), fc.string({ unit: 'binary' }))
  const bases = fc.option(fc.oneof(fc.webUrl(), fc.string()), { nil: undefined })
  fc.assert(
    fc.property(texts, bases, (text, base) => {
      expect(urlOf(text, base)?.href).toBe(read(text, base))
    }),
  )
})

describe('letters outside of ASCII', () => {
  // From some thousands of calls on, V8 has compiled what it calls: this is where URL.canParse of Node 20 changes its mind.
  test('are read the hundred thousandth time as they were the first time', () => {
    for (let count = 0; count < 100_000; count++)
      if (urlOf('https://bücher.example')?.host !== 'xn--bcher-kva.example') throw new Error(`at ${count}`)
  })
})
