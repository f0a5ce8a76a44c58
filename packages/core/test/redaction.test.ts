import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formsOf } from '../src/message-forms.js'
import { createRedaction } from '../src/redaction.js'

const { redact, redactId, holdsSecret } = createRedaction({
  accessKeyId: /\bHOUSE[0-9]{8,}/g,
  others: [
    { pattern: /[A-Za-z0-9+/=]{40,}/g },
    { pattern: /\bticket-\w+/g, isSecret: (found) => found.length > 12 },
  ],
})

const KEY = 'Qw3rTy+Ui/OpAsDfGhJkLzXcVbNm=='
const once = encodeURIComponent(KEY)
const PAY = 'Pay 4711 to Alice and Bob'

describe('what a person sees of a text', () => {
  test.each<[string, string, readonly string[], string]>([
    ['an ordinary text', 'Key is disabled.', ['the-secret'], 'Key is disabled.'],
    ['a secret', 'Got the-secret here', ['the-secret'], 'Got [removed] here'],
    ['a secret within another', 'Got the-secret-key', ['the-secret', 'the-secret-key'], 'Got [removed]'],
    ['a word that is too short for a secret', 'Key not found', ['Key'], 'Key not found'],
    ['a secret in a URL', `no ${once}!`, [KEY], 'no [removed]!'],
    ['a secret in what is signed of a URL', `no ${encodeURIComponent(once)}!`, [KEY], 'no [removed]!'],
    [
      'half a character in a secret',
      'Got the-secret-\ud83d here',
      ['the-secret-\ud83d'],
      'Got [removed] here',
    ],
    ['a beginning of a secret', 'Value Pay 4711 to Alice… is', [PAY], 'Value [removed]… is'],
    ['an end of a secret', 'Value …4711 to Alice and Bob', [PAY], 'Value …[removed]'],
    ['two pieces of a secret', `${PAY.slice(0, 17)}|${PAY.slice(2)}`, [PAY], '[removed]|[removed]'],
    ['fifteen characters of a secret', 'Pay 4711 to Ali.', [PAY], 'Pay 4711 to Ali.'],
    ['a name of credentials that nobody named', 'no HOUSE12345678!', [], 'no [removed]!'],
    ['what looks like a secret', `no ${'Zm9v'.repeat(10)} end`, [], 'no [removed] end'],
    ['what looks like one at first sight', 'ticket-1, ticket-123456', [], 'ticket-1, [removed]'],
    ['its first line', 'first\r\nsecond', [], 'first'],
    ['its first line after empty ones', '\n\n first', [], 'first'],
    ['control characters', 'a\u001b[2Jb\u202ec', [], 'a\\u{1b}[2Jb\\u{202e}c'],
    ['nothing', '', ['the-secret'], ''],
  ])('%s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected)
  })

  const secret = fc.stringMatching(/^[!-~]{8,60}$/)
  const around = fc.stringMatching(/^[ -~]{0,40}$/)

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

  test('holds no message in any usual form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        for (const form of formsOf(bytes).filter((each) => !/[\r\n]/.test(each))) {
          const shown = redact(`Bad request: ${form}`, formsOf(bytes))
          const pieces = Array.from({ length: Math.max(0, form.length - 15) }, (_, at) =>
            form.slice(at, at + 16),
          )
          expect(pieces.filter((piece) => shown.includes(piece))).toEqual([])
        }
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
    expect(redact('word '.repeat(1000), []).length).toBeLessThan(320)
  })

  test('is not cut within a secret that nobody knows', () => {
    for (let length = 1130; length < 1200; length++) {
      const hidden = 'uH5Svhg+SKR6D7W/8rkGj4rXv0I='.repeat(2)
      const shown = redact(`${'HOUSE123456789 '.repeat(100).slice(0, length)} ${hidden}`, [])
      expect(shown).not.toContain(hidden.slice(0, 8))
    }
  })
})

describe('an identifier', () => {
  const digest = 'c4f1e2d3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f'

  test.each(['a1b2-c3', 'Z'.repeat(52), '475f1620-b9d3-4d35-b5c6-3fbdd941423d', '1:2_3.4', digest])(
    'is shown: %s',
    (id) => {
      expect(redactId(id, [KEY])).toBe(id)
    },
  )

  test.each([
    ['a secret', 'x-the-secret-y'],
    ['a name of credentials', 'HOUSE12345678'],
    ['all of a secret but a character', digest.slice(0, -1)],
    ['half of one', digest.slice(16, 48)],
    ['half of one in capitals', digest.slice(0, 32).toUpperCase()],
    ['a piece of one within more', `key-${digest.slice(0, 16)}-1`],
    ['a space', 'a b'],
    ['control characters', '\u001b[31m'],
    ['an equals sign', 'uH5Svhg8SKR6D7W48rkGj4rXv0I='],
    ['more characters than any has', 'x'.repeat(129)],
    ['nothing', ''],
  ])('is not shown that has %s', (_, id) => {
    expect(redactId(id, ['the-secret', digest])).toBe('[removed]')
  })

  test('is shown whose likeness to a secret may be chance', () => {
    expect(redactId(`key-${digest.slice(0, 15)}`, [digest])).toBe(`key-${digest.slice(0, 15)}`)
  })

  test.each<[string, boolean]>([
    ['alias/invoices', false],
    ['alias/the-secret', true],
    [`alias/${digest.slice(3, 19).toUpperCase()}`, true],
    ['alias/HOUSE12345678', true],
  ])('may have more characters where it is a name: %s holds a secret: %p', (name, holds) => {
    expect(holdsSecret(name, ['the-secret', digest])).toBe(holds)
    // Patterns have no memory of what they were used for.
    expect(holdsSecret(name, ['the-secret', digest])).toBe(holds)
  })
})

test.each<[string, number, string]>([
  ['a large answer', 4096, 'x'.repeat(256 * 1024)],
  ['a long line', 4096, 'word '.repeat(1000)],
  ['a message of three megabytes', 3 * 1024 * 1024, 'word '.repeat(1000)],
])('%s takes no long time', (_, bytes, text) => {
  const message = formsOf(Buffer.alloc(bytes, 'message of some kind, '))
  const started = performance.now()
  redact(text, message)
  redactId('x'.repeat(16 * 1024), message)
  expect(performance.now() - started).toBeLessThan(1000)
})

test('a UUID is removed where a search for all secrets finds one, and only there', () => {
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
  const hex = fc.stringMatching(/^[0-9a-f-]{1,40}$/)
  fc.assert(
    fc.property(
      fc.array(hex, { maxLength: 4 }),
      fc.nat({ max: 30 }),
      fc.integer({ min: 1, max: 36 }),
      (others, from, length) => {
        const secrets = [...others, id.slice(from, from + length)]
        expect(redactId(id, secrets)).toBe(holdsSecret(id, secrets) ? '[removed]' : id)
      },
    ),
  )
})
