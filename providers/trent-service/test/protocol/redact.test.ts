import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { redact, redactId, redaction } from '../../src/protocol/redact.js'

/** What is not a secret, however long it is. */
const kept = (text: string): [string, string[], string] => [text, [], text]

describe('what a person sees of a text', () => {
  test.each<[string, string, readonly string[], string]>([
    ['an ordinary text', 'Key is disabled.', ['the-secret'], 'Key is disabled.'],
    ['a secret', 'Got the-secret here', ['the-secret'], 'Got [removed] here'],
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
  ])('%s', (_, text, secrets, expected) => {
    expect(redact(text, secrets)).toBe(expected)
  })
})

const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

describe('what a person sees of the id of a request', () => {
  test.each<[string, string, string]>([
    ['is the id', 'a1b2-c3', 'a1b2-c3'],
    ['is all of a long one', 'Z'.repeat(52), 'Z'.repeat(52)],
    ['has no secret in it', 'x-the-secret-y', '[removed]'],
    ['has no access key in it', 'AKIAIOSFODNN7EXAMPLE', '[removed]'],
  ])('%s', (_, id, expected) => {
    expect(redactId(id, ['the-secret'])).toBe(expected)
  })

  test('is not looked at for what has no room in an identifier of AWS, but for the rest', () => {
    const id = ID
    const asked: string[] = []
    const more = () => {
      asked.push('more')
      return [id, 'the-message']
    }
    expect(redactId(id, [], more)).toBe(id)
    expect(asked).toEqual([])
    expect(redactId(id, [id], more)).toBe('[removed]')
    expect(redactId(`${id}-the-message`, [], more)).toBe('[removed]')
  })

  test.each([
    ['is one itself', ID],
    ['ends with a piece of one', `the-token-${ID.slice(0, 18)}`],
    ['has one between two hyphens', '1234567890ab'],
  ])('of AWS, too, is removed where it %s', (_, secret) => {
    expect(redactId(ID, [secret], () => [])).toBe('[removed]')
  })

  test('of AWS and any other text is looked at alike', () => {
    const hex = fc.stringMatching(/^[0-9a-f-]{1,40}$/)
    fc.assert(
      fc.property(
        fc.array(hex, { maxLength: 4 }),
        fc.nat({ max: 30 }),
        fc.integer({ min: 1, max: 36 }),
        (others, from, length) => {
          const secrets = [...others, ID.slice(from, from + length)]
          expect(redactId(ID, secrets)).toBe(redaction.holdsSecret(ID, secrets) ? '[removed]' : ID)
        },
      ),
    )
  })
})
