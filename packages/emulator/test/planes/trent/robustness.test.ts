import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import fc from 'fast-check'
import { OPERATIONS } from '../../../src/planes/trent/operations.js'
import { AuthFailure } from '../../../src/sigv4/auth-failure.js'
import { parseAuthorization } from '../../../src/sigv4/authorization.js'
import { call, createKey } from '../../support/emulator.js'

let emulator: Emulator
let keyId: string
const lines: string[] = []

beforeAll(async () => {
  emulator = await startEmulator({ auth: 'none', notify: (line) => lines.push(line) })
  keyId = await createKey(emulator, 'ECC_NIST_P256')
  lines.length = 0
})

afterAll(() => emulator.close())

/** Values that members may have, and such that they should not have. */
const value = fc.oneof(
  fc.constantFrom(
    'RAW',
    'DIGEST',
    'ECDSA_SHA_256',
    'SIGN_VERIFY',
    'ECC_NIST_P256',
    'HMAC_224',
    'alias/a',
    'alias/b',
  ),
  fc.constantFrom('arn:aws:kms:us-east-1:111122223333:key/x', 'arn:', '__proto__', 'alias/', 'bQ==', ''),
  fc.constant('KEY'),
  fc.boolean(),
  fc.integer({ min: -10, max: 1010 }),
  fc.jsonValue({ maxDepth: 2 }),
)

const MEMBERS = [
  'KeyId',
  'Message',
  'MessageType',
  'SigningAlgorithm',
  'Signature',
  'DryRun',
  'GrantTokens',
  'AliasName',
  'TargetKeyId',
  'KeySpec',
  'KeyUsage',
  'Tags',
  'Description',
  'MultiRegion',
  'Limit',
  'Marker',
  'PendingWindowInDays',
]

test('whatever is sent, the emulator never fails itself', async () => {
  const operation = fc.constantFrom(...OPERATIONS.keys())
  const input = fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 6 })
  await fc.assert(
    fc.asyncProperty(operation, input, async (name, members) => {
      const body = JSON.stringify(members).replaceAll('"KEY"', `"${keyId}"`)
      const { status, text } = await call(emulator, name, body)
      expect([200, 400]).toContain(status)
      expect(JSON.parse(text)).toEqual(expect.any(Object))
    }),
    { numRuns: 1000 },
  )
  expect(lines).toEqual([])
})

test('whatever the header Authorization says, it is read, or refused as incomplete', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'Credential=a/b/c/d/aws4_request',
      'SignedHeaders=host',
      'Signature=00',
      'Credential=',
      '=',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.constantFrom('AWS4-HMAC-SHA256 ', 'Basic ', ''), fc.array(part), (scheme, parts) => {
      try {
        const { scope, signedHeaders, signature } = parseAuthorization(scheme + parts.join(', '))
        expect([scope.day, scope.region, scope.service, signature].every(Boolean)).toBe(true)
        expect(signedHeaders.length).toBeGreaterThan(0)
      } catch (error) {
        if (!(error instanceof AuthFailure)) throw error
        expect(error.code).toBe('IncompleteSignatureException')
      }
    }),
    { numRuns: 500 },
  )
})
