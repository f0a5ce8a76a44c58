import { describe, expect, test } from '@jest/globals'
import { SigningError } from '@signport/core'
import fc from 'fast-check'
import { parseUri } from '../src/index.js'

describe('valid', () => {
  test.each<[string, object]>([
    ['local:k.pem', { key: 'k.pem' }],
    ['local:./k.pem?algorithm=ES256&generate=true', { key: './k.pem', algorithm: 'ES256', generate: true }],
    ['LOCAL:/etc/keys/k.pem?generate=false', { key: '/etc/keys/k.pem', generate: false }],
    ['local:k.pem?generate=always', { key: 'k.pem', generate: 'always' }],
    ['local:k.pem?allowGroupRead=true', { key: 'k.pem', allowGroupRead: true }],
    ['local:k.pem?passphraseEnv=KEY_PASSPHRASE', { key: 'k.pem', passphraseEnv: 'KEY_PASSPHRASE' }],
    ['local:k.pem?passphraseFile=a%26b%3Dc', { key: 'k.pem', passphraseFile: 'a&b=c' }],
    ['local:what%3F.pem?algorithm=ES256', { key: 'what?.pem', algorithm: 'ES256' }],
    ['local:a%20b%23%25.pem', { key: 'a b#%.pem' }],
    ['local:a b+c.pem', { key: 'a b+c.pem' }],
    ['local:schlüssel-%E9%92%A5.pem', { key: 'schlüssel-钥.pem' }],
    ['local:C:/keys/k.pem', { key: 'C:/keys/k.pem' }],
    ['local:k.pem?passphraseFile=what?', { key: 'k.pem', passphraseFile: 'what?' }],
  ])('%s', (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'local', ...expected })
  })
})

describe('refused', () => {
  const parameters = 'there are algorithm, generate, allowGroupRead, passphraseEnv, passphraseFile'
  const secret = (name: string) =>
    `'${name}' would put a secret into a URI; use passphraseEnv=VARIABLE or passphraseFile=PATH`

  test.each<[string, string]>([
    ['', 'it begins with no scheme; use local:'],
    ['./k.pem', 'it begins with no scheme; use local:'],
    ['file:k.pem', 'its scheme file: is unknown; use local:'],
    [':k.pem', 'its scheme : is unknown; use local:'],
    ['constructor:k.pem', 'its scheme constructor: is unknown; use local:'],
    ['local:', 'the path of the key file is missing'],
    ['local:?algorithm=ES256', 'the path of the key file is missing'],
    ['local://host/k.pem', 'a local key has no host; write local:/absolute/path or local:relative/path'],
    ['local:///k.pem', 'a local key has no host; write local:/absolute/path or local:relative/path'],
    ['local:k.pem#part', `it has a '#', which ends a URI; write %23 if it belongs to a name`],
    ['local:k%00.pem', 'the path has a NUL character'],
    [
      'local:100%.pem',
      `the path has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    [
      'local:k.pem?passphraseFile=%ff',
      `passphraseFile has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    ['local:k.pem?', `a parameter is empty; ${parameters}`],
    ['local:k.pem?algorithm=ES256&', `a parameter is empty; ${parameters}`],
    ['local:k.pem?algorithm', 'algorithm has no value'],
    ['local:k.pem?algorithm=', 'algorithm has no value'],
    ['local:k.pem?Algorithm=ES256', `it has no parameter 'Algorithm'; ${parameters}`],
    ['local:k.pem?__proto__=x', `it has no parameter '__proto__'; ${parameters}`],
    ['local:k.pem?\u001b[2J=x', `it has no parameter '\\u{1b}[2J'; ${parameters}`],
    ['local:k.pem?generate=true&generate=true', 'generate stands in it twice'],
    ['local:k.pem?generate=yes', `generate must be true or false, not 'yes'`],
    ['local:k.pem?allowGroupRead=always', `allowGroupRead must be true or false, not 'always'`],
    ['local:k.pem?passphrase=s3cr3t', secret('passphrase')],
    ['local:k.pem?Password=s3cr3t', secret('Password')],
  ])('%j', (uri, why) => {
    expect(() => parseUri(uri)).toThrow(
      expect.objectContaining({ code: 'Configuration', message: `The URI is not valid: ${why}.` }),
    )
  })

  test.each([undefined, null, 7, new URL('local:k.pem')])('%s is a TypeError', (value) => {
    expect(() => parseUri(value as never)).toThrow(TypeError)
  })

  test('no message shows a secret', () => {
    for (const uri of [
      'local:k?passphrase=s3cr3t',
      'local:k#s3cr3t',
      's3cr3t',
      'local:%zzs3cr3t',
      'local:k?algorithm=%zzs3cr3t',
    ])
      expect(() => parseUri(uri)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('s3cr3t') }),
      )
  })
})

describe('properties', () => {
  const word = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/[\p{Cs}\0]/u.test(text))

  test('what is encoded is read back', () => {
    const options = fc.record(
      {
        algorithm: word,
        generate: fc.constantFrom(true, false, 'always'),
        passphraseEnv: word,
        passphraseFile: word,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(word, options, (key, given) => {
        const query = Object.entries(given).map(
          ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
        )
        const uri = `local:${encodeURIComponent(key)}${query.length > 0 ? `?${query.join('&')}` : ''}`
        expect(parseUri(uri)).toEqual({ provider: 'local', key, ...given })
      }),
      { numRuns: 2_000 },
    )
  })

  test('whatever comes, there is a configuration or an error of the kind that callers expect', () => {
    const noise = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), word).map((text) => `local:${text}`)
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: 'binary' })), (uri) => {
        try {
          expect(parseUri(uri)).toMatchObject({ provider: 'local', key: expect.stringMatching(/./su) })
        } catch (error) {
          expect(SigningError.is(error, 'Configuration')).toBe(true)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
