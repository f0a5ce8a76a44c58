import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { entityTag, namesEntityTag } from '../src/entity-tag.js'

const TAG = entityTag('{"keys":[]}')

describe('an entity tag', () => {
  test('is the SHA-256 of the body, quoted', () => {
    // printf '{"keys":[]}' | openssl dgst -sha256 -binary | base64
    expect(entityTag('{"keys":[]}')).toBe('"ljjRGRRzXQByAC3U1nxzSpTuegzYRebcvJhO51gYYKc"')
  })

  test.each([
    ['the tag', TAG, true],
    ['its weak form', `W/${TAG}`, true],
    ['anything', '*', true],
    ['anything, with spaces', ' * ', true],
    ['a list with the tag', `"a", ${TAG}`, true],
    ['a list that begins with the tag', `${TAG},"a"`, true],
    ['a list with empty members', `,, ${TAG} , ,`, true],
    ['another tag with a comma', `"a,b",\t${TAG}`, true],
    ['nothing', '', false],
    ['another tag', '"a"', false],
    ['the tag without quotes', TAG.slice(1, -1), false],
    ['the tag within another one', `"a${TAG.slice(1)}`, false],
    ['the tag in the wrong case of W', `w/${TAG}`, false],
    ['the tag and what is no tag', `${TAG}, a`, false],
    ['what is no tag and the tag', `a, ${TAG}`, false],
    ['a list with anything', `*, ${TAG}`, false],
    ['two tags without a comma', `"a" ${TAG}`, false],
    ['a quote that does not end', `"a, ${TAG}`, false],
    ['commas alone', ',,,', false],
  ])('is looked for in %s', (_what, header, isNamed) => {
    expect(namesEntityTag(header, TAG)).toBe(isNamed)
    // Nothing stays from one header to the next.
    expect(namesEntityTag(header, TAG)).toBe(isNamed)
  })

  const opaque = fc
    .array(fc.constantFrom(...'!#,;*/W~\\abc\u00e9'))
    .map((characters) => `"${characters.join('')}"`)
  const member = fc.tuple(fc.constantFrom('', 'W/'), opaque).map((parts) => parts.join(''))
  const separator = fc.constantFrom(',', ', ', ' ,\t', ',,', ', , ')

  test('is found in every list that has it, and in no other', () => {
    fc.assert(
      fc.property(fc.array(member), fc.array(member), separator, (before, after, comma) => {
        expect(namesEntityTag([...before, TAG, ...after].join(comma), TAG)).toBe(true)
        expect(namesEntityTag([...before, ...after].join(comma), TAG)).toBe(false)
      }),
    )
  })

  test('is never found where it does not stand, whatever the header is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (header) => {
        fc.pre(header.trim() !== '*')
        expect(namesEntityTag(header, TAG)).toBe(false)
      }),
    )
  })

  test.each([
    ['spaces', `${' '.repeat(200_000)}x`],
    ['a quote that does not end', `"${'a'.repeat(200_000)}`],
    ['spaces after a tag', `"a"${' '.repeat(200_000)}x`],
    ['commas', ','.repeat(200_000)],
    ['tags', '"a",'.repeat(50_000)],
  ])('is looked for in 200 KB of %s at once', (_what, header) => {
    const start = performance.now()
    expect(namesEntityTag(header, TAG)).toBe(false)
    expect(performance.now() - start).toBeLessThan(5_000)
  })
})
