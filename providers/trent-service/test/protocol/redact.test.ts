import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formsOf, redact, redactId } from '../../src/protocol/index.js'

const secret = fc.stringMatching(/^[!-~]{8,60}$/)
/** What is not a secret, however long it is. */
const kept = (text: string): [string, string[], string] => [text, [], text]

const around = fc.stringMatching(/^[ -~]{0,40}$/)

describe('what a person sees of a text', () => {
  test.each<[string, string, readonly string[], string]>([
    ['an ordinary text', 'Key is disabled.', ['the-secret'], 'Key is disabled.'],
    ['a secret', 'Got the-secret here', ['the-secret'], 'Got [removed] here'],
    [
      'a secret that is part of another',
      'Got the-secret-key',
      ['the-secret', 'the-secret-key'],
      'Got [removed]',
    ],
    ['a word that is too short for a secret', 'Key not found', ['Key'], 'Key not found'],
    ['an access key', 'The key AKIAIOSFODNN7EXAMPLE is', [], 'The key [removed] is'],
    ['a temporary access key', 'ASIAIOSFODNN7EXAMPLE', [], '[removed]'],
    ['a long run', `token ${'Zm9v'.repeat(12)} end`, [], 'token [removed] end'],
    [
      'an ARN',
      "Key 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' does not exist",
      [],
      "Key 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' does not exist",
    ],
    [
      'a token of three parts',
      `Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.${'aB3-_'.repeat(8)} end`,
      [],
      'Bearer [removed] end',
    ],
    ['a long run of base64url', `token ${'Zm9-_2A'.repeat(7)} end`, [], 'token [removed] end'],
    ['the id of a key', ...kept('Key 1234abcd-12ab-34cd-56ef-1234567890ab is disabled')],
    [
      'the id of a key behind other words',
      ...kept('Key-Id.1234ABCD-12ab-34cd-56ef-1234567890ab is disabled'),
    ],
    ['the id of a key of several regions', ...kept(`Key mrk-${'1234abcd'.repeat(4)} is disabled`)],
    ["an alias's ARN", ...kept('arn:aws:kms:eu-west-1:111122223333:alias/team-a/Invoices-2026-eu-west-1')],
    [
      'the name of a host',
      ...kept('No answer of vpce-0123456789abcdef0-ab12cd34.kms.eu-west-1.vpce.amazonaws.com'),
    ],
    ['its first line', 'first\r\nsecond', [], 'first'],
    ['its first line after empty ones', '\n\n first', [], 'first'],
    ['control characters', 'a\u001b[2Jb\u202ec', [], 'a\\u{1b}[2Jb\\u{202e}c'],
    [
      'a beginning of a secret',
      'Value Pay 4711 to Alice… is',
      ['Pay 4711 to Alice and Bob'],
      'Value [removed]… is',
    ],
    [
      'an end of a secret',
      'Value …Alice and Bob today',
      ['Pay 4711 to Alice and Bob today'],
      'Value …[removed]',
    ],
    ['fifteen characters of a secret', 'Pay 4711 to Ali.', ['Pay 4711 to Alice and Bob'], 'Pay 4711 to Ali.'],
    ['nothing', '', ['the-secret'], ''],
  ])('%s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected)
  })

  test('holds no secret, wherever it stands', () => {
    fc.assert(
      fc.property(around, secret, around, (before, hidden, after) => {
        // What is put in its place may begin or end as the secret does.
        fc.pre(!'[removed]'.includes(hidden))
        expect(redact(`${before}${hidden}${after}`, [hidden])).not.toContain(hidden)
      }),
    )
  })

  test('holds no piece of sixteen characters of a secret', () => {
    const long = fc.stringMatching(/^[!-~]{24,60}$/).filter((text) => !text.includes('[removed]'))
    fc.assert(
      fc.property(around, long, fc.nat(7), around, (before, hidden, start, after) => {
        const shown = redact(`${before}${hidden.slice(start, start + 16)}${after}`, [hidden])
        expect(shown).not.toContain(hidden.slice(start, start + 16))
      }),
    )
  })

  test('is one short line of printable characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const shown = redact(text, [])
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
        expect([...shown].length).toBeLessThanOrEqual(301 * 10)
      }),
    )
  })

  test('of a large answer takes no long time', () => {
    const message = formsOf(Buffer.alloc(4096, 'message '))
    const started = performance.now()
    redact('x'.repeat(256 * 1024), message)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('what a person sees of the id of a request', () => {
  test.each<[string, string, string]>([
    ['is the id', 'a1b2-c3', 'a1b2-c3'],
    ['is all of a long one', 'Z'.repeat(52), 'Z'.repeat(52)],
    ['has no secret in it', 'x-the-secret-y', 'x-[removed]-y'],
    ['has no piece of sixteen characters in it', 'x-Pay 4711 to Alic…', 'x-[removed]…'],
    ['has no access key in it', 'AKIAIOSFODNN7EXAMPLE', '[removed]'],
    ['has no control characters', 'a\u001bb', 'a\\u{1b}b'],
  ])('%s', (_, id, expected) => {
    expect(redactId(id, ['the-secret', 'Pay 4711 to Alice and Bob'])).toBe(expected)
  })

  test('is not looked at for what has no room in an identifier of AWS, but for the rest', () => {
    const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
    const asked: string[] = []
    const more = () => {
      asked.push('more')
      return [id, 'the-message']
    }
    expect(redactId(id, [], more)).toBe(id)
    expect(asked).toEqual([])
    expect(redactId(id, [id], more)).toBe('[removed]')
    expect(redactId(`${id}-the-message`, [], more)).toBe('[removed]-[removed]')
  })

  test('of a long one takes no long time', () => {
    const message = formsOf(Buffer.alloc(4096, 'message '))
    const started = performance.now()
    redactId('x'.repeat(16 * 1024), message)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

test('a message may be repeated as text, in base64, in hexadecimal and as numbers', () => {
  expect(formsOf(Buffer.from('ÿ>?'))).toEqual([
    'w78+Pw==',
    'w78-Pw',
    'c3bf3e3f',
    'C3BF3E3F',
    'ÿ>?',
    '195 191 62 63',
    '195, 191, 62, 63',
  ])
  expect(formsOf(Buffer.from('a "b"\n'))).toContain('a \\"b\\"\\n')
  const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3)
  expect(formsOf(view)[2]).toBe('0203')
})
