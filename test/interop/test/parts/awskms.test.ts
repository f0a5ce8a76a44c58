import { constants, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, type EmulatorOptions, type FaultKind, startEmulator } from '@signport/emulator'
import { type AwsKmsRefusal, type AwsKmsReport, type AwsKmsSignature, runAwsKms } from '../../src/awskms.js'

/*
 * smallstep's certificate authority uses AWS KMS by its package kms/awskms, and so does the program that is run here: with
 * AWS's SDK for Go, which signs every request. Go's standard library verifies, and Node once more.
 */

const RSA = ['PKCS1', 'PSS'].flatMap((padding) => [256, 384, 512].map((bits) => `${padding} SHA-${bits}`))

/** The kinds of keys that the package knows, as it is asked for them, with what they are and how they sign. */
const KINDS: readonly [kind: string, key: object, schemes: readonly string[]][] = [
  ['RSA 2048', { modulusLength: 2048, publicExponent: 65537n }, RSA],
  ['RSA 3072', { modulusLength: 3072, publicExponent: 65537n }, RSA],
  ['RSA 4096', { modulusLength: 4096, publicExponent: 65537n }, RSA],
  ['RSA', { modulusLength: 3072, publicExponent: 65537n }, RSA],
  ['P-256', { namedCurve: 'prime256v1' }, ['ECDSA SHA-256']],
  ['P-384', { namedCurve: 'secp384r1' }, ['ECDSA SHA-384']],
  ['P-521', { namedCurve: 'secp521r1' }, ['ECDSA SHA-512']],
  ['Ed25519', {}, ['Ed25519']],
  ['usual', { namedCurve: 'prime256v1' }, ['ECDSA SHA-256']],
]

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const [USABLE, DISABLED, PENDING, SYMMETRIC] = [id(1), id(2), id(3), id(4)] as const
const DELETION = { at: '2099-01-01T00:00:00.000Z', windowDays: 30 }

let emulator: Emulator
beforeAll(async () => {
  const keys: NonNullable<EmulatorOptions['seed']>['keys'] = [
    { id: USABLE, spec: 'ECC_NIST_P256' },
    { id: DISABLED, spec: 'ECC_NIST_P256', state: 'Disabled' },
    { id: PENDING, spec: 'ECC_NIST_P256', state: 'PendingDeletion', deletion: DELETION },
    { id: SYMMETRIC, spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' },
  ]
  const aliases = [{ name: 'alias/usable', keyId: USABLE }]
  emulator = await startEmulator({ seed: { version: 1, keys, aliases } })
})
afterAll(() => emulator?.close())

describe('keys of each kind', () => {
  let reports: readonly AwsKmsReport[]
  beforeAll(async () => {
    const { status, lines, complaint } = await runAwsKms<AwsKmsReport>(emulator, ['keys'])
    expect([status, complaint]).toEqual([0, ''])
    reports = lines
  })

  test('are made and used', () => {
    const used = reports.map(({ kind, signatures }) => [kind, signatures.map(({ scheme }) => scheme)])
    expect(used).toEqual(KINDS.map(([kind, , schemes]) => [kind, schemes]))
    const requests = emulator.requests()
    expect(requests.filter(({ status }) => status !== 200)).toEqual([])
    const operations = new Set(requests.map(({ operation }) => operation))
    expect([...operations].sort()).toEqual(['CreateAlias', 'CreateKey', 'GetPublicKey', 'Sign'])
    // The message, a certificate and a request to certify.
    const signed = requests.filter(({ operation }) => operation === 'Sign')
    expect(signed).toHaveLength(3 * KINDS.flatMap(([, , schemes]) => schemes).length)
  })

  test.each(KINDS)(
    'are what was asked for, and Node verifies what they signed: %s',
    (kind, details, schemes) => {
      const report = reports.find((each) => each.kind === kind)
      const key = publicKey(report?.publicKey ?? '')
      expect(key.asymmetricKeyDetails).toEqual(details)
      expect(report?.signatures.map((each) => nodeVerifies(key, each))).toEqual(schemes.map(() => true))
      for (const { certificate } of report?.signatures ?? []) {
        const parsed = new X509Certificate(Buffer.from(certificate, 'base64'))
        expect(parsed.publicKey.equals(key)).toBe(true)
        expect(parsed.verify(key)).toBe(true)
      }
    },
  )
})

const publicKey = (base64: string) =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })

function nodeVerifies(key: KeyObject, { scheme, bytes }: AwsKmsSignature): boolean {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  const hash = scheme === 'Ed25519' ? null : `sha${scheme.slice(-3)}`
  const options = scheme.startsWith('PSS') ? pss : {}
  return verify(hash, Buffer.from('Q3: 4,711 units'), { key, ...options }, Buffer.from(bytes, 'base64'))
}

const signWith = (key: string, others = {}) => runAwsKms<AwsKmsRefusal>(emulator, ['sign', key], others)

describe('a key that there is', () => {
  const arn = `arn:aws:kms:us-east-1:111122223333:key/${USABLE}`

  test.each([USABLE, arn, 'alias/usable'])('signs by the name %s', async (name) => {
    expect(await signWith(name)).toEqual({ status: 0, lines: [{ error: '' }], complaint: '' })
  })

  test.each<FaultKind>(['throttle', 'internal', 'unavailable', 'reset'])(
    'signs in spite of %s',
    async (kind) => {
      emulator.faults.add({ kind, operation: 'Sign', times: 2 })
      expect(await signWith(USABLE)).toEqual({ status: 0, lines: [{ error: '' }], complaint: '' })
      expect(emulator.faults.list()).toEqual([])
    },
  )

  test.each<FaultKind>(['bitFlip', 'otherKey', 'otherMessage', 'doubleHash'])(
    'is found out by the program when it does not sign what was sent: %s',
    async (kind) => {
      emulator.faults.add({ kind, operation: 'Sign' })
      const { status, lines, complaint } = await signWith(USABLE)
      expect([status, lines]).toEqual([1, []])
      expect(complaint).toContain('the signature is not valid')
    },
  )
})

/** The errors that Go has a type for. */
const TYPED: readonly [key: string, error: string][] = [
  [DISABLED, 'DisabledException'],
  [PENDING, 'KMSInvalidStateException'],
  [SYMMETRIC, 'UnsupportedOperationException'],
  ['alias/none', 'NotFoundException'],
  ['00000000-0000-4000-8000-00000000000a', 'NotFoundException'],
]

describe('what is refused', () => {
  test.each(TYPED)('has a type in Go: for the key %s, %s', async (key, error) => {
    expect(await signWith(key)).toMatchObject({ status: 0, lines: [{ error, type: `*types.${error}` }] })
  })

  test.each([
    ['InvalidSignatureException', { AWS_SECRET_ACCESS_KEY: 'another' }],
    ['UnrecognizedClientException', { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWNUNKNOWN00' }],
    ['UnrecognizedClientException', { AWS_SESSION_TOKEN: 'made up' }],
  ])('is who should not be let in, by %s', async (error, others) => {
    const lines = [{ error, type: '*smithy.GenericAPIError' }]
    expect(await signWith(USABLE, others)).toMatchObject({ status: 0, lines })
  })
})

test('a program that hangs is ended, which is an error', async () => {
  await expect(runAwsKms(emulator, ['keys'], {}, 1)).rejects.toThrow(
    /^awskms, which has 1 ms, was ended by SIGKILL/,
  )
})
