import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { nativeOf, readPrivateKey } from '../src/private-key.js'
import { testFolder } from './support/folder.js'
import { KEYS, pem, pemOf } from './support/keys.js'
import { openssl, testWithOpenssl } from './support/openssl.js'
import { element, encryptedInfo, integer, oid, pbes2, pbkdf2, sequence } from './support/pbes2.js'

const MOST = 1_000_000
const SALT = Buffer.alloc(8, 7)
const IV = Buffer.alloc(16, 7)
const CIPHERTEXT = Buffer.alloc(64, 7)
const MALFORMED = 'The key k is malformed: its PEM cannot be decoded to a private key.'
const ASKED = /^The key k is encrypted, and no passphrase was given/

const folder = testFolder()
const { ES256 } = KEYS

/** Keys that no passphrase opens, by what it takes to try. */
const byPbkdf2 = (iterations: Uint8Array) => encryptedInfo(pbes2(pbkdf2(SALT, iterations), IV), CIPHERTEXT)
const bySalted = (algorithm: string) => (iterations: Uint8Array) =>
  encryptedInfo(sequence(oid(algorithm), sequence(element(0x04, SALT), iterations)), CIPHERTEXT)
const byScrypt = (...numbers: readonly number[]) => {
  const parameters = sequence(element(0x04, SALT), ...numbers.map(integer))
  return encryptedInfo(pbes2(sequence(oid('2b06010401da47040b'), parameters), IV), CIPHERTEXT)
}

const byPbes1 = bySalted('2a864886f70d01050a')
const byPkcs12 = bySalted('2a864886f70d010c0103')

const failure = (text: string, passphrase?: () => string) =>
  readPrivateKey(text, 'k', passphrase).then(
    () => undefined,
    (error: { code: string; message: string }) => error,
  )

describe('a key that would take long to decrypt', () => {
  test.each([
    ['PBKDF2', byPbkdf2(integer(MOST + 1)), `${MOST + 1}`],
    ['PBKDF2, as often as an iteration count can say', byPbkdf2(integer(0x7fffffff)), '2147483647'],
    ['PBKDF2, with a number of 60 bytes', byPbkdf2(element(0x02, Buffer.alloc(60, 0x11))), '2.*e\\+143'],
    ['PBKDF2, with a number of 200 bytes', byPbkdf2(element(0x02, Buffer.alloc(200, 0x11))), 'Infinity'],
    ['PBES1', byPbes1(integer(0x7fffffff)), '2147483647'],
    ['PKCS #12', byPkcs12(integer(0x7fffffff)), '2147483647'],
    ['scrypt with little memory', byScrypt(32_768, 1, 31), '1015808'],
    ['scrypt with much memory', byScrypt(1_048_576, 8, 1), '8388608'],
  ])('is refused before its passphrase is asked for: %s', async (_, text, rounds) => {
    const error = await failure(text, () => {
      throw new Error('The passphrase was asked for.')
    })
    expect(error?.code).toBe('Configuration')
    expect(error?.message).toMatch(
      new RegExp(
        `^The key k takes ${rounds} rounds to decrypt, more than the 1000000 that are permitted: openssl pkcs8 `,
      ),
    )
  })

  test('is refused by its number alone, whatever that is', async () => {
    const forms = fc.constantFrom(byPbkdf2, byPbes1, byPkcs12)
    const numbers = fc.oneof(
      fc.integer({ min: 1, max: 0xffffffff }),
      fc.integer({ min: MOST - 300, max: MOST + 300 }),
    )
    await fc.assert(
      fc.asyncProperty(forms, numbers, async (form, number) => {
        const error = await failure(form(integer(number)))
        expect(error?.code).toBe('Configuration')
        if (number > MOST) expect(error?.message).toMatch(`takes ${number} rounds`)
        else expect(error?.message).toMatch(ASKED)
      }),
    )
  })

  test('is tried when it takes as long as is permitted', async () => {
    const error = await failure(byPbkdf2(integer(MOST)), () => 'wrong')
    expect(error).toMatchObject({
      code: 'Unauthenticated',
      message: 'The passphrase does not open the key k: it is wrong, or the file is damaged.',
    })
  })

  test('is refused where scrypt needs more memory than OpenSSL gives it', async () => {
    const error = await failure(byScrypt(32_768, 8, 1), () => 'any')
    expect(error).toMatchObject({
      code: 'Configuration',
      message: 'The key k is encrypted by scrypt with more memory than OpenSSL permits: use a lower N or r.',
    })
  })
})

describe('an encrypted key that is not written as DER has it', () => {
  const whole = sequence(pbes2(pbkdf2(SALT, integer(2_048)), IV), element(0x04, CIPHERTEXT))
  const label = 'ENCRYPTED PRIVATE KEY'

  test.each([
    ['no iterations', byPbkdf2(Buffer.of())],
    ['zero iterations', byPbkdf2(integer(0))],
    ['fewer than none', byPbkdf2(element(0x02, Uint8Array.of(0xff)))],
    ['a needless zero', byPbkdf2(element(0x02, Uint8Array.of(0, 1)))],
    ['an INTEGER without bytes', byPbkdf2(element(0x02))],
    ['no r and p', byScrypt(16_384)],
    [
      'an indefinite length',
      pemOf(label, Buffer.concat([Uint8Array.of(0x30, 0x80), whole.subarray(3), Buffer.alloc(2)])),
    ],
    ['a byte after it', pemOf(label, Buffer.concat([whole, Buffer.alloc(1)]))],
    ['no parameters', encryptedInfo(sequence(oid('2a864886f70d01050d')), CIPHERTEXT)],
    ['nothing', pemOf(label, sequence())],
    ['a header', pemOf(label, whole).replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n')],
    ['a character that is not base64', pemOf(label, whole).replace('M', '*')],
  ])('is refused before its passphrase is asked for: %s', async (_, text) => {
    expect(await failure(text)).toMatchObject({ code: 'Configuration', message: MALFORMED })
  })

  test('is read where it is whole, as these are not', async () => {
    expect((await failure(pemOf(label, whole)))?.message).toMatch(ASKED)
  })

  test('is never anything but malformed or one that asks for its passphrase', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc
        .tuple(fc.nat(whole.length - 1), fc.nat(255))
        .map(([at, byte]) => Uint8Array.from(whole).fill(byte, at, at + 1)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (der) => {
        const error = await failure(pemOf(label, der))
        expect(error?.code).toBe('Configuration')
        expect(error?.message).toMatch(/is malformed: |no passphrase was given: | rounds to decrypt, /)
      }),
    )
  })
})

describe('what openssl encrypts', () => {
  const encrypt = (...how: readonly string[]) =>
    openssl(['pkcs8', '-topk8', '-passout', 'pass:correct horse', ...how], Buffer.from(pem(ES256)))

  testWithOpenssl.each([
    ['as it does by itself', []],
    ['with many iterations', ['-iter', '600000']],
    ['with SHA-512', ['-v2prf', 'hmacWithSHA512']],
    ['with PKCS #12', ['-v1', 'PBE-SHA1-3DES']],
    ['with scrypt', ['-scrypt']],
    ['with scrypt in several lanes', ['-scrypt', '-scrypt_N', '4096', '-scrypt_p', '16']],
  ])('is opened: %s', async (_, how) => {
    const key = await readPrivateKey(encrypt(...how), 'k', () => 'correct horse')
    expect(nativeOf(key).equals(ES256)).toBe(true)
  })

  testWithOpenssl(
    'with too many iterations is written anew by the command that the error tells',
    async () => {
      const file = encrypt('-iter', `${MOST + 1}`)
      const message = (await failure(file.toString()))?.message ?? ''
      const [, command = ''] = /: openssl (.*) writes it with fewer\.$/.exec(message) ?? []
      writeFileSync(folder.path('key.pem'), file)
      const names = new Map([
        ['FILE', folder.path('key.pem')],
        ['NEW', folder.path('new.pem')],
      ])
      const passwords = ['-passin', 'pass:correct horse', '-passout', 'pass:correct horse']
      openssl([...command.split(' ').map((word) => names.get(word) ?? word), ...passwords])
      const key = await readPrivateKey(readFileSync(folder.path('new.pem')), 'k', () => 'correct horse')
      expect(nativeOf(key).equals(ES256)).toBe(true)
    },
  )
})
