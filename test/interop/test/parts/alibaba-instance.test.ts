import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { SeedDocument } from '@signport/emulator'
import { type AlibabaInstance, startAlibabaInstance } from '../../src/alibaba-instance.js'
import { ALIBABA_TERMS, type AlibabaAlgorithm } from '../../src/alibaba-terms.js'
import { type Bytes, bufferOf, bytesOf } from '../../src/client-process.js'
import { sm2Digest } from '../../src/client-sm2.js'
import { opensslVerifies } from '../../src/openssl.js'

/*
 * Alibaba Cloud's SDK for instances as it is: TLS by the instance's CA, and requests that a ClientKey signs. The openssl
 * command verifies what was signed.
 */

const MESSAGE = Buffer.from('Q3: 4,711 units')
const RSA = ['RSA_PSS_SHA_256', 'RSA_PKCS1_SHA_256'] as const

/** The kinds of keys as a seed calls them, with what they sign with; the first is the usual one. */
const SIGNING = {
  RSA_2048: RSA,
  RSA_3072: RSA,
  RSA_4096: RSA,
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_SECG_P256K1: ['ECDSA_SHA_256'],
  SM2: ['SM2DSA'],
} as const satisfies Record<string, readonly AlibabaAlgorithm[]>

const SPECS = Object.keys(SIGNING) as (keyof typeof SIGNING)[]

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const idOf = (spec: keyof typeof SIGNING) => id(SPECS.indexOf(spec))
const [DISABLED, PENDING, HIDDEN, ROTATED] = [id(6), id(7), id(8), id(9)] as const
const VERSIONS = ['1', '2'].map((n) => `${n}${id(0).slice(1)}`)
const DELETION = { at: '2099-01-01T00:00:00.000Z', windowDays: 30 }

const seed: SeedDocument = {
  version: 1,
  keys: [
    ...SPECS.map((spec) => ({ id: idOf(spec), spec })),
    { id: DISABLED, spec: 'ECC_NIST_P256', state: 'Disabled' },
    { id: PENDING, spec: 'ECC_NIST_P256', state: 'PendingDeletion', deletion: DELETION },
    { id: HIDDEN, spec: 'ECC_NIST_P384' },
    { id: ROTATED, spec: 'ECC_NIST_P256', versions: VERSIONS.map((id) => ({ id })) },
  ],
  aliases: [{ name: 'alias/usual', keyId: idOf('ECC_NIST_P256') }],
}

interface Signed {
  readonly KeyId: string
  readonly Signature: Bytes
  readonly RequestId: string
}

const VERSION_HEADER = 'x-kms-migrationkeyversionid'

let starting: Promise<AlibabaInstance>
let instance: AlibabaInstance
beforeAll(async () => {
  starting = startAlibabaInstance({ seed })
  instance = await starting
})
afterAll(async () => (await starting).close())

const sign = (input: object) => instance.succeed<Signed>('Sign', input)
const publicKeyOf = async (input: object) =>
  (await instance.succeed<{ PublicKey: string }>('GetPublicKey', input)).PublicKey

const isValid = (algorithm: AlibabaAlgorithm, publicKey: string, message: Uint8Array, signature: Bytes) =>
  opensslVerifies({ ...ALIBABA_TERMS[algorithm], publicKey, message, signature: bufferOf(signature) })

/** What is sent in place of a message, by the form in which it is sent. */
function formOf(type: string, algorithm: AlibabaAlgorithm, pem: string, message: Buffer): Bytes {
  if (type === 'RAW') return bytesOf(message)
  const spki = Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64')
  return bytesOf(
    algorithm === 'SM2DSA' ? sm2Digest(spki, message) : createHash('sha256').update(message).digest(),
  )
}

const USUAL = {
  KeyId: 'alias/usual',
  Algorithm: 'ECDSA_SHA_256',
  MessageType: 'RAW',
  Message: bytesOf(MESSAGE),
}

describe('the operations', () => {
  test('that there are are all answered, and the others are known by their names', async () => {
    const had: string[] = []
    for (const operation of await instance.operations()) {
      const { error } = await instance.outcome(operation)
      if (!error?.message.includes(`this emulator does not have ${operation}.`)) had.push(operation)
      else expect(error).toMatchObject({ code: 'UnsupportedOperation', status: 400 })
    }
    expect(had.sort()).toEqual(['GetPublicKey', 'Sign', 'Verify'])
  })

  test('say which key and request it was, and which version of the key', async () => {
    const echo = { KeyId: idOf('ECC_NIST_P256'), RequestId: expect.any(String) }
    const responseHeaders = { [VERSION_HEADER]: expect.any(String) }
    const how = { Algorithm: 'ECDSA_SHA_256', MessageType: 'RAW' }
    const signed = await sign(USUAL)
    expect(signed).toMatchObject({ ...echo, ...how, responseHeaders })
    const answered = { operation: 'Sign', status: 200, requestId: signed.RequestId }
    expect(instance.emulator.requests()).toContainEqual(expect.objectContaining(answered))
    const { Signature } = signed
    expect(await instance.succeed('Verify', { ...USUAL, Signature })).toMatchObject({
      ...echo,
      ...how,
      Value: true,
    })
    expect(await instance.succeed('GetPublicKey', { KeyId: 'alias/usual' })).toMatchObject(echo)
  })

  test('use the version that a header names', async () => {
    const pems = []
    for (const version of VERSIONS) {
      const named = { KeyId: ROTATED, requestHeaders: { [VERSION_HEADER]: version } }
      const pem = await publicKeyOf(named)
      const signed = await sign({ ...USUAL, ...named })
      expect(signed).toMatchObject({ responseHeaders: { [VERSION_HEADER]: version } })
      expect(await isValid('ECDSA_SHA_256', pem, MESSAGE, signed.Signature)).toBe(true)
      pems.push(pem)
    }
    expect(new Set(pems).size).toBe(2)
    expect(await publicKeyOf({ KeyId: ROTATED })).toBe(pems[0])
  })
})

describe.each(SPECS)('a key of %s', (spec) => {
  const KeyId = idOf(spec)
  const algorithms: readonly AlibabaAlgorithm[] = SIGNING[spec]
  const usual = SIGNING[spec][0]
  const cases = algorithms.flatMap((each) => ['RAW', 'DIGEST'].map((type) => [each, type] as const))

  test.each(cases)(
    'signs by %s what is sent as %s, and openssl finds it valid',
    async (Algorithm, MessageType) => {
      const pem = await publicKeyOf({ KeyId })
      const input = { KeyId, Algorithm, MessageType, Message: formOf(MessageType, Algorithm, pem, MESSAGE) }
      const { Signature } = await sign(input)
      const another = Buffer.from('another message')
      expect(await isValid(Algorithm, pem, MESSAGE, Signature)).toBe(true)
      expect(await isValid(Algorithm, pem, another, Signature)).toBe(false)
      expect(await instance.succeed('Verify', { ...input, Signature })).toMatchObject({ Value: true })
      const wrong = { ...input, Signature, Message: formOf(MessageType, Algorithm, pem, another) }
      expect(await instance.succeed('Verify', wrong)).toMatchObject({ Value: false })
    },
  )

  test('signs by its usual algorithm, messages, when nothing else is said', async () => {
    const signed = await sign({ KeyId, Message: bytesOf(MESSAGE) })
    expect(signed).toMatchObject({ Algorithm: usual, MessageType: 'RAW' })
    expect(await isValid(usual, await publicKeyOf({ KeyId }), MESSAGE, signed.Signature)).toBe(true)
  })
})

test.each(['ECC_NIST_P256', 'SM2'] as const)('a key of %s signs three million bytes', async (spec) => {
  const message = randomBytes(3_000_000)
  const input = { KeyId: idOf(spec), Algorithm: SIGNING[spec][0] }
  const { Signature } = await sign({ ...input, Message: bytesOf(message) })
  expect(await isValid(input.Algorithm, await publicKeyOf(input), message, Signature)).toBe(true)
})

/** What is refused, with the code and the status that a Python program sees. */
const REFUSED: readonly [code: string, status: number, operation: string, input: object][] = [
  ['Forbidden.KeyNotFound', 404, 'GetPublicKey', { KeyId: 'ffffffff-0000-4000-8000-000000000000' }],
  ['Forbidden.KeyNotFound', 404, 'GetPublicKey', { KeyId: HIDDEN }],
  ['Forbidden.AliasNotFound', 404, 'Sign', { ...USUAL, KeyId: 'alias/none' }],
  ['Forbidden.KeyVersionNotFound', 404, 'Sign', { ...USUAL, requestHeaders: { [VERSION_HEADER]: 'none' } }],
  ['Rejected.Disabled', 409, 'Sign', { ...USUAL, KeyId: DISABLED }],
  ['Rejected.PendingDeletion', 409, 'Sign', { ...USUAL, KeyId: PENDING }],
  ['UnsupportedOperation', 400, 'Sign', { ...USUAL, Algorithm: 'SM2DSA' }],
  ['InvalidParameter', 400, 'Sign', { ...USUAL, MessageType: 'DIGEST' }],
  ['InvalidParameter', 400, 'Sign', { ...USUAL, MessageType: 'MU' }],
  ['MissingParameter', 400, 'Sign', { ...USUAL, Message: bytesOf('') }],
  ['MissingParameter', 400, 'Verify', USUAL],
  ['RequestEntityTooLarge', 413, 'Sign', { ...USUAL, Message: bytesOf(Buffer.alloc(3 * 1024 * 1024)) }],
]

test.each(REFUSED)('raises %s (%i) for %s', async (code, status, operation, input) => {
  expect(await instance.fail(operation, input)).toMatchObject({ class: 'TeaException', code, status })
})

describe('a ClientKey', () => {
  test.each(['content', 'privateKey'] as const)('may be given as its %s', async (by) => {
    const { keyId, privateKeyPem } = await instance.emulator.clientKey()
    const clientKey = { KeyId: keyId, PrivateKey: privateKeyPem }
    expect(await instance.succeed('Sign', USUAL, { by, clientKey })).toMatchObject({
      KeyId: idOf('ECC_NIST_P256'),
    })
  })

  test('of somebody else is not let in', async () => {
    const { keyId, privateKeyPem } = await instance.emulator.clientKey()
    const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pkcs8).toString()
    for (const clientKey of [
      { KeyId: keyId, PrivateKey: other },
      { KeyId: 'KAAP.unknown', PrivateKey: privateKeyPem },
    ]) {
      const error = await instance.fail('Sign', USUAL, { by: 'privateKey', clientKey })
      expect(error).toMatchObject({ class: 'TeaException', code: 'SignatureNotMatch', status: 401 })
    }
  })
})

describe('a fault', () => {
  test('of too many requests is tried again by the SDK, and of any other kind is not', async () => {
    instance.emulator.faults.add({ kind: 'throttle', operation: 'Sign', times: 2 })
    expect(await sign(USUAL)).toMatchObject({ KeyId: idOf('ECC_NIST_P256') })
    instance.emulator.faults.add({ kind: 'internal', operation: 'Sign' })
    const error = { class: 'TeaException', code: 'InternalFailure', status: 500 }
    expect(await instance.fail('Sign', USUAL)).toMatchObject(error)
  })
})

test('a clock that is sixteen minutes behind is told so', async () => {
  const ahead = () => new Date(Date.now() + 16 * 60_000)
  const other = await startAlibabaInstance({ clock: ahead })
  try {
    expect(await other.fail('Sign', USUAL)).toMatchObject({ code: 'RequestTimeTooSkewed', status: 400 })
  } finally {
    await other.close()
  }
})
