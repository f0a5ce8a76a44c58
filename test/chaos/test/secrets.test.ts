import { createHash, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { formsOf, secretsOf, tells } from '../src/secrets.js'

const MESSAGE = createHash('shake256', { outputLength: 3_000 }).update('a message').digest()
const DIGEST = createHash('sha256').update(MESSAGE).digest()

test.each<[string, string, Uint8Array]>([
  ['a digest as hexadecimal', DIGEST.toString('hex'), DIGEST],
  ['a half of a digest', DIGEST.toString('hex', 7, 23), DIGEST],
  ['a digest in capitals', DIGEST.toString('hex').toUpperCase(), DIGEST],
  ['a digest as base64', DIGEST.toString('base64'), DIGEST],
  ['a digest as an inspected buffer', inspect(DIGEST), DIGEST],
  [
    'a digest as an inspected array',
    inspect(Uint8Array.from(DIGEST), { compact: true, breakLength: Number.POSITIVE_INFINITY }),
    DIGEST,
  ],
  ['a digest as JSON', JSON.stringify([...DIGEST]), DIGEST],
  ['a message from its fourth byte on', MESSAGE.subarray(3, 60).toString('hex'), MESSAGE],
  ['the middle of a message', MESSAGE.subarray(1_001, 1_050).toString('base64'), MESSAGE],
  ['the middle of a message as it is', MESSAGE.subarray(2_001, 2_040).toString('latin1'), MESSAGE],
])('%s is noticed in a text', (_, leak, bytes) => {
  expect(tells(`It failed with ${leak} at the end.`, formsOf(bytes))).toBe(true)
})

test('other bytes, and what is too short to be told from chance, are not', () => {
  expect(
    tells(`It failed with ${randomBytes(2_000).toString('hex')}.`, formsOf(MESSAGE), formsOf(DIGEST)),
  ).toBe(false)
  expect(tells(DIGEST.toString('hex', 0, 5), formsOf(DIGEST))).toBe(false)
  expect(formsOf(new Uint8Array(2))).toEqual([])
})

const CREDENTIAL = {
  accessKeyId: 'AN-ACCESS-KEY-ID',
  secretAccessKey: 'the secret access key',
  sessionToken: 'a token of a session',
}
const PEM = `-----BEGIN PRIVATE KEY-----\n${DIGEST.toString('base64')}\n${DIGEST.toString('base64')}\n-----END PRIVATE KEY-----\n`

test.each([
  ['an id', CREDENTIAL.accessKeyId],
  ['the end of a secret', CREDENTIAL.secretAccessKey.slice(3)],
  ['a piece of a token', CREDENTIAL.sessionToken.slice(2, 18)],
  ['some characters of a private key', PEM.slice(40, 60)],
  ['the id of the key of a client', 'KAAP.the-key-of-a-client'],
])('%s is noticed', (_, leak) => {
  const secrets = secretsOf({
    credentials: [CREDENTIAL],
    clientKey: { keyId: 'KAAP.the-key-of-a-client', privateKeyPem: PEM },
  } as unknown as Parameters<typeof secretsOf>[0])
  expect(tells(`refused: ${leak}!`, secrets)).toBe(true)
  expect(tells('refused: the security token is expired', secrets)).toBe(false)
})
