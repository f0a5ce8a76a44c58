import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey } from '../src/index.js'
import { encodePem, pemContent, pemLabels, readPem } from '../src/pem.js'
import { hex, integer, pem, sequence } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'

const { publicKey, privateKey } = keyPair('ES256')
const spki = publicKey.export({ type: 'spki', format: 'der' })
const text = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const rsa = keyPair('RS256').publicKey
const pkcs1 = rsa.export({ type: 'pkcs1', format: 'der' })

/** Of a key made with openssl for this test: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUIjc6GKF7jZuxK70cv0JRlfro1PAwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjEyMTE3MzJaGA8yMTI2MTAyODIxMTcz
MlowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFfn
bD4Z3gxx0Vy9UHd6RcrLb7CWguIUdYVvNi5x6ehK5faeRVcMwqYmTdTqQ9F6rtb0
IbqY54YxbgVag90tUhCjUzBRMB0GA1UdDgQWBBTlsO1qwYW6KS7fX88IiyrIBlHQ
0TAfBgNVHSMEGDAWgBTlsO1qwYW6KS7fX88IiyrIBlHQ0TAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIQCUk2Uu5xc3tfw6D8wWeCzVljYPzKOdh1Ul
0WuFCKYpVQIgE0Z5bm5femwHSeX+shwjvkDu//k2cV06979CTsCD1bY=
-----END CERTIFICATE-----
`

describe('readPem', () => {
  test.each([
    ['as it is written', text],
    ['with CRLF', text.replaceAll('\n', '\r\n')],
    ['with CR alone', text.replaceAll('\n', '\r')],
    ['without a last newline', text.trimEnd()],
    ['in one line', `-----BEGIN PUBLIC KEY-----${spki.toString('base64')}-----END PUBLIC KEY-----`],
    ['in short lines', text.replace(/.{16}(?=[^-\n]{8})/g, '$&\n')],
    ['indented', text.replaceAll('\n', '\n    ')],
    ['after a byte order mark', `\ufeff${text}`],
    ['between other text', `Alice's key:\n${text}-- Bob\n`],
  ])('reads a public key %s', (_, form) => {
    expect(Buffer.from(readPem(form))).toEqual(spki)
  })

  test('reads PKCS #1, and gives SPKI', () => {
    expect(Buffer.from(readPem(pem('RSA PUBLIC KEY', pkcs1)))).toEqual(
      rsa.export({ type: 'spki', format: 'der' }),
    )
  })

  test.each([
    ['no PEM', 'my key', 'neither PEM, a JWK nor DER'],
    ['only a boundary', '-----BEGIN PUBLIC KEY-----', 'cannot be decoded'],
    ['a missing end', text.replace(/-----END.*/, ''), 'cannot be decoded'],
    ['an end of another kind', text.replace('END PUBLIC', 'END RSA PUBLIC'), 'cannot be decoded'],
    ['no content', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----', 'cannot be decoded'],
    ['a character that is not base64', text.replace('M', '*'), 'cannot be decoded'],
    ['base64url', text.replace('M', '_'), 'cannot be decoded'],
    ['missing padding', text.replace(/=+/, ''), 'cannot be decoded'],
    ['a header', text.replace('\n', '\nComment: mine\n\n'), 'cannot be decoded'],
    ['two keys', text + text, 'holds 2 blocks'],
    ['a key and a certificate', text + CERTIFICATE, 'holds 2 blocks'],
    ['a certificate', CERTIFICATE, 'openssl x509 -in FILE -pubkey'],
    ['a private key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'holds a private one'],
    [
      'a private key of SEC 1',
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
      'a private one',
    ],
    ['an encrypted private key', pem('ENCRYPTED PRIVATE KEY', hex('3000')), 'a private one'],
    ['an OpenSSH private key', pem('OPENSSH PRIVATE KEY', hex('3000')), 'a private one'],
    ['a request for a certificate', pem('CERTIFICATE REQUEST', hex('3000')), 'Expected PUBLIC KEY'],
    ['a public key of another kind', pem('DSA PUBLIC KEY', hex('3000')), 'not DSA PUBLIC KEY'],
    ['a label in lower case', pem('public key', spki), 'neither PEM'],
    ['a label that writes to the terminal', pem('\u001b[2J', spki), 'neither PEM'],
    ['a boundary that lost its end', text.replaceAll('\n', ' ').replace('KEY-----', 'KEY'), 'neither PEM'],
    ['PKCS #1 with a byte after it', pem('RSA PUBLIC KEY', Buffer.concat([pkcs1, hex('00')])), 'PKCS#1'],
    ['PKCS #1 that holds SPKI', pem('RSA PUBLIC KEY', spki), 'PKCS#1'],
    ['PKCS #1 without numbers', pem('RSA PUBLIC KEY', hex('3000')), 'PKCS#1'],
  ])('refuses %s', async (_, form, words) => {
    const error = await failure(() => readPem(form), 'InvalidArgument')
    expect(error.message).toContain(words)
  })

  test('PKCS #1 with a byte after its numbers is refused where all keys are', async () => {
    const numbers = sequence(integer(0x41, ...Buffer.alloc(255, 0x55)), integer(3), integer(5))
    await failure(() => PublicKey.from(pem('RSA PUBLIC KEY', numbers)), 'InvalidArgument')
  })

  test('a certificate is refused as DER, too', async () => {
    const der = Buffer.from(CERTIFICATE.replace(/-----.*-----/g, ''), 'base64')
    await failure(() => PublicKey.from(der), 'InvalidArgument')
  })

  test('whatever is between the boundaries: the bytes that it encodes, or InvalidArgument', () => {
    const base64 = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((bytes) => Buffer.from(bytes).toString('base64'))
    fc.assert(
      fc.property(fc.oneof(base64, fc.string()), fc.constantFrom('', '\n', ' \r\n'), (body, space) => {
        const form = `-----BEGIN PUBLIC KEY-----${space}${body}${space}-----END PUBLIC KEY-----`
        try {
          expect(Buffer.from(readPem(form)).toString('base64')).toBe(body.replace(/\s/g, ''))
        } catch (error) {
          if ((error as { code?: string }).code !== 'InvalidArgument') throw error
          expect(body).not.toMatch(/^(?:[A-Za-z0-9+/]{4})+$/)
        }
      }),
    )
  })

  test('a long text without an end is read in no time', async () => {
    const start = performance.now()
    await failure(() => readPem(`-----BEGIN PUBLIC KEY-----${' A'.repeat(500_000)}`), 'InvalidArgument')
    await failure(() => readPem('-----BEGIN '.repeat(100_000)), 'InvalidArgument')
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})

describe('encodePem', () => {
  test('writes what node:crypto writes', () => {
    expect(encodePem('PUBLIC KEY', spki)).toBe(text)
    const der = privateKey.export({ type: 'pkcs8', format: 'der' })
    expect(encodePem('PRIVATE KEY', der)).toBe(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  })

  test('in lines of 64 characters, and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (content) => {
        const written = encodePem('A KEY', content)
        const [first, ...lines] = written.split('\n')
        expect([first, ...lines.splice(-2)]).toEqual(['-----BEGIN A KEY-----', '-----END A KEY-----', ''])
        const last = lines.pop() ?? ''
        expect(lines.every((line) => line.length === 64)).toBe(true)
        expect(last).toMatch(/^[A-Za-z0-9+/=]{1,64}$/)
        expect(pemContent(written, 'A KEY')).toEqual(Buffer.from(content))
        expect(pemLabels(written)).toEqual(['A KEY'])
      }),
    )
  })
})

describe('pemContent', () => {
  test('is that of the block with the label', () => {
    const other = encodePem('OTHER KEY', hex('0102'))
    for (const both of [text + other, other + text]) {
      expect(pemContent(both, 'OTHER KEY')).toEqual(Buffer.from(hex('0102')))
      expect(pemContent(both, 'PUBLIC KEY')).toEqual(spki)
    }
  })

  test.each([
    ['another label', text.replaceAll('PUBLIC KEY', 'KEY')],
    ['no content', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----'],
    ['no end', text.replace(/-----END.*/, '')],
    ['what is not base64', text.replace('M', '*')],
    ['missing padding', text.replace(/=+/, '')],
    ['unused bits', '-----BEGIN PUBLIC KEY-----\nAB==\n-----END PUBLIC KEY-----'],
  ])('is undefined for %s', (_, form) => {
    expect(pemContent(form, 'PUBLIC KEY')).toBeUndefined()
  })
})

test('a key that a boundary ran into is in no message', async () => {
  const worn = encodePem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' }))
    .replaceAll('\n', ' ')
    .replace('KEY-----', 'KEY')
  const error = await failure(() => readPem(worn), 'InvalidArgument')
  expect(inspect(error)).not.toContain(worn.slice(32, 48))
})

test.each([
  ['', []],
  ['-----BEGIN A-----', ['A']],
  ['-----BEGIN A-----\n-----END A-----\n-----BEGIN B C-----', ['A', 'B C']],
  ['-----BEGIN \n-----', []],
  ['-----BEGIN X509 CRL-----', ['X509 CRL']],
  [`-----BEGIN ${'A'.repeat(40)}-----`, ['A'.repeat(40)]],
  [`-----BEGIN ${'A'.repeat(41)}-----`, []],
  ['-----BEGIN PRIVATE KEY MC4CAQAwBQYDK2Vw-----', []],
  ['-----BEGIN A-B-----BEGIN C-----', ['C']],
  ['BEGIN A', []],
])('pemLabels(%j) is %j', (form, labels) => {
  expect(pemLabels(form)).toEqual(labels)
})
