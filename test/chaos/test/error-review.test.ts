import { expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import { reviewError } from '../src/error-review.js'
import { formsOf } from '../src/secrets.js'

const SECRET = 'wJalrXUtnFEMIK7MDENG'
const BYTES = Uint8Array.from({ length: 40 }, (_, index) => index * 5)
const SECRETS = [SECRET.slice(0, 16), ...formsOf(BYTES)]

test('an error of a server is nothing to complain of', () => {
  const error = new SigningError('Throttled', 'Too many calls.', {
    provider: 'aws-kms',
    requestId: 'a-request',
  })
  expect(reviewError(error, SECRETS)).toEqual({ outcome: 'Throttled', defects: [] })
})

const hex = Buffer.from(BYTES).toString('hex')

test.each([
  ['an error that is none of ours', new TypeError('no'), /none of Signport/],
  ['a secret in its message', new SigningError('Internal', `with ${SECRET}`), /a secret in the message/],
  ['a secret in a member', new SigningError('Internal', 'a', { requestId: SECRET }), /a secret in the JSON/],
  [
    'a secret in its cause',
    new SigningError('Internal', 'a', { cause: new Error(SECRET) }),
    /a secret in the inspection/,
  ],
  ['bytes of the message as hexadecimal', new SigningError('Internal', `of ${hex}`), /a secret in/],
  ['the message itself', Object.assign(new SigningError('Internal', 'a'), { sent: BYTES }), /a secret in/],
  ['an escape sequence', Object.assign(new SigningError('Internal', 'a'), { message: '\x1b[2J' }), /U\+1b/],
  [
    'a text that runs backwards',
    Object.assign(new SigningError('Internal', 'a'), { message: 'a\u202eb' }),
    /U\+202e/,
  ],
  [
    'a text without end',
    Object.assign(new SigningError('Internal', 'a'), { message: 'a'.repeat(3001) }),
    /a message of 3001 characters/,
  ],
  [
    'a member without end',
    Object.assign(new SigningError('Internal', 'a'), { body: 'a'.repeat(20_001) }),
    /characters in the JSON/,
  ],
  ['a code that no server brings about', new SigningError('Closed', 'a'), /the code Closed/],
  ['a code that there is not', new SigningError('Oops' as 'Closed', 'a'), /the code Oops/],
])('%s is a defect', (_, error, defect) => {
  const { defects } = reviewError(error, SECRETS)
  expect(defects.join('\n')).toMatch(defect)
})
