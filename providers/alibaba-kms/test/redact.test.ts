import { describe, expect, test } from '@jest/globals'
import { formsOf } from '@signport/core/kit'
import fc from 'fast-check'
import { redact, redactId, redaction, withoutSecrets } from '../src/redact.js'

/** HMAC-SHA1 in base64, with every character that a URL encodes. */
const SIGNATURE = 'uH5Svhg+SKR6D7W/8rkGj4rXv0I='

const SECRET = 'Qw3rTy+Ui/OpAsDfGhJkLzXcVbNm=='

describe('is removed', () => {
  test.each<[string, string, string[]]>([
    ['a secret as it is', `no ${SECRET}!`, [SECRET]],
    ['a secret in a URL', `no ${encodeURIComponent(SECRET)}!`, [SECRET]],
    [
      'a secret in what is signed of a URL',
      `no ${encodeURIComponent(encodeURIComponent(SECRET))}!`,
      [SECRET],
    ],
    ['the beginning of a secret', `no ${SECRET.slice(0, 20)}!`, [SECRET]],
    ['an AccessKey id that nobody named', 'no LTAI5tFzhNqAbCdEfGh!', []],
    ['an id of temporary credentials', 'no STS.NUgYrLnoC37mZZCNnAbez!', []],
    ['what is as long as a secret', 'no Qw3rTyUiOpAsDfGhJkLzXcVbNm1234!', []],
    ['the signature of a request', `no ${SIGNATURE}!`, []],
    ['the same in a URL', `no ${encodeURIComponent(SIGNATURE)}!`, []],
    ['the same in what is signed', `no ${encodeURIComponent(encodeURIComponent(SIGNATURE))}!`, []],
    ['the same without its end', `no ${SIGNATURE.slice(0, -1)}!`, []],
    ['the parameters of a request', 'no AccessKeyId=x&Signature=short%3D&Digest=abc', []],
    ['the same, encoded', 'no AccessKeyId%3Dx%26Signature%3Dshort', []],
    ['a header', 'no Authorization: Bearer', []],
  ])('%s', (_, text, secrets) => {
    const shown = redact(text, secrets)
    expect(shown).toMatch(/^no .*\[removed\]/)
    expect(shown.replaceAll('[removed]', '')).toMatch(/^no [ !&]*(?:Bearer)?$/)
  })
})

test.each([
  'The specified Key is not found.',
  'key-hzz62f1cb66fa42qo5l1x',
  '1234abcd-12ab-34cd-56ef-1234567890ab',
  'The parameter KeyVersionId is missing: see Signature of the API.',
])('what nobody need hide stays: %s', (text) => {
  expect(redact(text, [SECRET])).toBe(text)
})

describe('the identifier of a request', () => {
  test.each(['475f1620-b9d3-4d35-b5c6-3fbdd941423d', '0123456789abcdef0123456789abcdef01234567'])(
    'stays: %s',
    (id) => {
      expect(redactId(id, [SECRET])).toBe(id)
    },
  )

  test.each([
    'uH5Svhg+SKR6D7Wf8rkGj4rXv0I=',
    'LTAI5tFzhNqAbCdEfGh',
    'STS.NUgYrLnoC37mZZCNnAbez',
    'a b',
    '\u001b[31m',
    'KAAP.12345678',
    '',
  ])('goes when it is none: %p', (id) => {
    expect(redactId(id, ['KAAP.12345678'])).toBe('[removed]')
  })
})

describe('an identifier with a piece of a secret in it', () => {
  const digest = 'c4f1e2d3b4a5968778695a4b3c2d1e0ff0e1d2c3b4a5968778695a4b3c2d1e0f'
  test.each([
    ['all of it but a character', digest.slice(0, -1)],
    ['half of it', digest.slice(16, 48)],
  ])('goes: %s', (_, id) => {
    expect(redactId(id, [digest])).toBe('[removed]')
    expect(withoutSecrets({ list: [{ id }] }, [digest])).toEqual({ list: [{ id: '[removed]' }] })
  })

  test('stays where the piece may be there by chance', () => {
    expect(redactId(`key-${digest.slice(0, 15)}`, [digest])).toBe(`key-${digest.slice(0, 15)}`)
  })
})

test('what a service answered keeps everything but the secrets, however deep they are', () => {
  const answer = {
    keyId: `key-${SECRET}`,
    list: [{ id: encodeURIComponent(SECRET), name: 'a' }, 7, null],
    done: true,
  }
  expect(withoutSecrets(answer, [SECRET])).toEqual({
    keyId: 'key-[removed]',
    list: [{ id: '[removed]', name: 'a' }, 7, null],
    done: true,
  })
})

test('what a service repeats of what it was asked about stays', () => {
  const answer = { keyId: 'key-0123456789abcdef01', id: 'key-0123456789abcdef02' }
  const secrets = ['0123456789abcdef0']
  expect(withoutSecrets(answer, secrets, answer.keyId)).toEqual({ keyId: answer.keyId, id: '[removed]' })
})

describe.each(['1234abcd-12ab-34cd-56ef-1234567890ab', '1234ABCD-12AB-34CD-56EF-1234567890AB'])(
  'the identifier %s',
  (id) => {
    test('stays where there is no room in it for secret and message', () => {
      expect(redactId(id, [SECRET, SIGNATURE], new Uint8Array(32))).toBe(id)
    })

    test.each([
      ['it is one itself', id],
      ['it ends with a piece of one', `the-token-${id.slice(0, 18)}`],
      ['it has one between two hyphens', '1234567890ab'],
    ])('is removed where %s', (_, secret) => {
      const same = id === id.toUpperCase() ? secret.toUpperCase() : secret
      expect(redactId(id, [same])).toBe('[removed]')
      expect(redactId(id, [], Buffer.from(same))).toBe('[removed]')
    })

    test('is looked at as any other text is', () => {
      const hex = fc.stringMatching(/^[0-9a-f-]{1,40}$/)
      fc.assert(
        fc.property(
          fc.array(hex, { maxLength: 3 }),
          fc.nat({ max: 30 }),
          fc.integer({ min: 1, max: 36 }),
          (others, from, length) => {
            const piece = id.slice(from, from + length)
            const message = Buffer.from(piece)
            const looked = (secrets: string[]) => (redaction.holdsSecret(id, secrets) ? '[removed]' : id)
            expect(redactId(id, [...others, piece])).toBe(looked([...others, piece]))
            expect(redactId(id, others, message)).toBe(looked([...others, ...formsOf(message)]))
          },
        ),
      )
    })
  },
)
