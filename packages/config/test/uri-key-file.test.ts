import { describe, expect, test } from '@jest/globals'
import { parseUri } from '../src/uri.js'
import { expectRefused, objections } from './support/uri-examples.js'

describe('local:', () => {
  test.each<[string, object]>([
    ['local:k.pem', { key: 'k.pem' }],
    ['local:./k.pem?algorithm=ES256&generate=true', { key: './k.pem', algorithm: 'ES256', generate: true }],
    ['local:/etc/keys/k.pem?generate=false', { key: '/etc/keys/k.pem', generate: false }],
    ['local:k.pem?generate=always', { key: 'k.pem', generate: 'always' }],
    ['local:k.pem?allowGroupRead=true', { key: 'k.pem', allowGroupRead: true }],
    ['local:k.pem?passphraseEnv=KEY_PASSPHRASE', { key: 'k.pem', passphraseEnv: 'KEY_PASSPHRASE' }],
    ['local:k.pem?passphraseFile=a%26b%3Dc', { key: 'k.pem', passphraseFile: 'a&b=c' }],
    ['local:k.pem?passphraseFile=what?', { key: 'k.pem', passphraseFile: 'what?' }],
    ['local:k.pem?encoding=ieee-p1363', { key: 'k.pem', encoding: 'ieee-p1363' }],
    ['local:what%3F.pem?algorithm=ES256', { key: 'what?.pem', algorithm: 'ES256' }],
    ['local:a%20b%23%25.pem', { key: 'a b#%.pem' }],
    ['local:a b+c.pem', { key: 'a b+c.pem' }],
    ['local:schlüssel-%E9%92%A5.pem', { key: 'schlüssel-钥.pem' }],
    ['local:C:/keys/k.pem', { key: 'C:/keys/k.pem' }],
    ['local:who@where/k.pem', { key: 'who@where/k.pem' }],
    ['local:a//k.pem', { key: 'a//k.pem' }],
  ])('%s', async (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'local', ...expected })
    expect(await objections(uri)).toEqual([])
  })

  const parameters =
    'there are algorithm, encoding, thumbprint, generate, allowGroupRead, passphraseEnv, passphraseFile'

  test.each([
    ['local:', 'the path of the key file is missing'],
    ['local:?algorithm=ES256', 'the path of the key file is missing'],
    ['local://host/k.pem', 'a key file has no host; write local:/absolute/path or local:relative/path'],
    ['local:///k.pem', 'a key file has no host; write local:/absolute/path or local:relative/path'],
    ['local:k%00.pem', 'its path has a NUL character'],
    [
      'local:100%.pem',
      `its path has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    [
      'local:k.pem?passphraseFile=%ff',
      `passphraseFile has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    ],
    ['local:k.pem?Algorithm=ES256', `it has no parameter 'Algorithm'; ${parameters}`],
    ['local:k.pem?%61lgorithm=ES256', `it has no parameter of that name; ${parameters}`],
    ['local:k.pem?__proto__=x', `it has no parameter '__proto__'; ${parameters}`],
    ['local:k.pem?constructor=x', `it has no parameter 'constructor'; ${parameters}`],
    ['local:k.pem?\u202e=x', `it has no parameter of that name; ${parameters}`],
    ['local:k.pem?region=eu-west-1', `it has no parameter 'region'; ${parameters}`],
    ['local:k.pem?generate=true&generate=true', 'generate stands in it twice'],
    ['local:k.pem?generate=yes', `generate must be true, false or always, not 'yes'`],
    ['local:k.pem?allowGroupRead=always', `allowGroupRead must be true or false, not 'always'`],
    [
      'local:k.pem?passphrase=s3cr3t',
      `a parameter 'passphrase' would put a secret where shells and logs see it; use passphraseEnv=VARIABLE or passphraseFile=PATH`,
    ],
    [
      'local:k.pem?passphraseEnv=s3cr3t!',
      'passphraseEnv must be the name of an environment variable, and not what it holds',
    ],
    [
      'local:k.pem?passphraseEnv=A&passphraseFile=b',
      'passphraseEnv and passphraseFile both say where the passphrase is; leave one out',
    ],
  ])('refused: %j', expectRefused)
})

describe('public-key:', () => {
  test.each<[string, object]>([
    ['public-key:partner.pem', { key: 'partner.pem' }],
    [
      'Public-Key:/etc/keys/partner.der?algorithm=PS256',
      { key: '/etc/keys/partner.der', algorithm: 'PS256' },
    ],
    [
      'public-key:a%20b.jwk?encoding=der&thumbprint=NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      { key: 'a b.jwk', encoding: 'der', thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' },
    ],
  ])('%s', (uri, expected) => {
    expect(parseUri(uri)).toEqual({ provider: 'public-key', ...expected })
  })

  test.each([
    ['public-key:', 'the path of the key file is missing'],
    [
      'public-key:///partner.pem',
      'a key file has no host; write public-key:/absolute/path or public-key:relative/path',
    ],
    [
      'public-key:-----BEGIN%20PUBLIC%20KEY-----%0AMFkw',
      'its path has a control character, such as a line break',
    ],
    [
      'public-key:partner.pem?generate=true',
      `it has no parameter 'generate'; there are algorithm, encoding, thumbprint`,
    ],
    [
      'public-key:partner.pem?passphrase=s3cr3t',
      `a parameter 'passphrase' would put a secret where shells and logs see it; a public key needs none`,
    ],
  ])('refused: %j', expectRefused)
})
