import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '@signport/emulator'
import { file_instance } from '../../../src/planes/alibaba-instance/instance_pb.js'
import { stringToSign } from '../../../src/planes/alibaba-instance/string-to-sign.js'
import { ALGORITHM_CASES, SPECS, spkiOf } from '../../support/alibaba.js'
import { send, signed } from '../../support/alibaba-rpc.js'
import { instanceCall, publicKey, sign, verify } from '../../support/instance.js'
import { decode, encode } from '../../support/protobuf.js'

let emulator: Emulator
const keys = new Map<string, Promise<string>>()

beforeAll(async () => {
  emulator = await startEmulator()
})

afterAll(() => emulator.close())

/** One key of each spec for all tests: some take a while to be made. */
function keyOf(spec: string): Promise<string> {
  const known = keys.get(spec) ?? makeKey(spec)
  keys.set(spec, known)
  return known
}

async function call(Action: string, parameters: Record<string, string>) {
  const answer = await send(
    emulator,
    signed({ Action, ...parameters }, { credential: emulator.credentials[0] }),
  )
  return JSON.parse(answer.text)
}

async function makeKey(KeySpec: string): Promise<string> {
  const { KeyMetadata } = await call('CreateKey', { KeySpec })
  await call('CreateAlias', { AliasName: `alias/${KeySpec}`, KeyId: KeyMetadata.KeyId })
  return KeyMetadata.KeyId
}

test('the worked example is written as it should be', () => {
  const body = encode({ 1: 'alias/demo', 3: 'ECDSA_SHA_256', 4: 'hello', 5: 'RAW' })
  expect(body.toString('hex')).toBe(
    '0a0a616c6961732f64656d6f1a0d45434453415f5348415f323536220568656c6c6f2a03524157',
  )
  const sha256 = 'B133E370E268B158B826F5B9C5C497A75ABDF1B6B071C9B2C65385D176B5AB35'
  expect(createHash('sha256').update(body).digest('hex').toUpperCase()).toBe(sha256)
  const headers = [
    ['Host', 'instance.example'],
    ['X-Kms-SignatureMethod', ' RSA_PKCS1_SHA_256 '],
    ['Content-Type', 'application/x-protobuf'],
    ['x-kms-apiversion', 'dkms-gcs-0.2'],
    ['x-kms-apiname', 'Sign'],
    ['date', 'Mon, 27 Sep 2021 11:47:26 GMT'],
    ['x-kms-acccesskeyid', 'KAAP.test-1'],
    ['Content-SHA256', sha256],
  ] as const
  const text = stringToSign({ method: 'POST', target: '/?any', headers })
  expect(createHash('sha256').update(text).digest('hex')).toBe(
    'f6fe8db78c106bb27f5175fa05312ba53d5b86b8c45b89a12b1a737da375aacf',
  )
})

test('the messages are those of the file of the protocol', () => {
  const folder = join(import.meta.dirname, '../../../')
  const args = ['build', 'proto', '--exclude-source-info', '--as-file-descriptor-set', '-o', '-#format=json']
  const buf = join(folder, '../../node_modules/.bin/buf')
  const { file } = JSON.parse(execFileSync(buf, args, { cwd: folder }).toString())
  const fieldsOf = (messages: { name: string; field: { name: string; number: number; type: string }[] }[]) =>
    messages.map(({ name, field }) => [name, field.map((each) => [each.name, each.number])])
  const { messageType } = file_instance.proto
  const generated = messageType.map(({ name, field }) => [
    name,
    field.map((each) => [each.name, each.number]),
  ])
  expect(generated).toEqual(fieldsOf(file[0].messageType))
})

describe.each(ALGORITHM_CASES)(
  '$algorithm by a key of $spec',
  ({ spec, algorithm, verify: isValid, digestOf }) => {
    test('is valid to a stranger and to Verify, for this message alone', async () => {
      const id = await keyOf(spec)
      const keyId = `alias/${spec}`
      const { pem, ...got } = await publicKey(emulator, keyId)
      expect(got).toEqual({ keyId: id, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
      const spki = spkiOf(pem)
      const message = randomBytes(5000)
      const forms = { RAW: message, DIGEST: digestOf(spki, message) }
      for (const [messageType, bytes] of Object.entries(forms)) {
        const input = { keyId, algorithm, messageType }
        const { signature, requestId, versionId, ...echo } = await sign(emulator, {
          ...input,
          message: bytes,
        })
        expect(echo).toEqual({ keyId: id, algorithm, messageType })
        expect([requestId, versionId]).toEqual(Array(2).fill(expect.stringMatching(/^[0-9a-f-]{36}$/)))
        expect(isValid(spki, message, signature)).toBe(true)
        expect(isValid(spki, randomBytes(5000), signature)).toBe(false)
        for (const [otherType, otherBytes] of Object.entries(forms)) {
          const other = { keyId, algorithm, messageType: otherType, signature }
          const answer = { keyId: id, algorithm, messageType: otherType }
          expect(await verify(emulator, { ...other, message: otherBytes })).toEqual({
            ...answer,
            value: true,
          })
          const changed = Buffer.from(otherBytes.map((byte) => byte ^ 1))
          expect(await verify(emulator, { ...other, message: changed })).toEqual({ ...answer, value: false })
          const damaged = { ...other, message: otherBytes, signature: signature.subarray(1) }
          expect(await verify(emulator, damaged)).toEqual({ ...answer, value: false })
        }
      }
    })
  },
)

test.each([
  ['EC_P256', 'ECDSA_SHA_256'],
  ['EC_P256K', 'ECDSA_SHA_256'],
  ['EC_SM2', 'SM2DSA'],
  ['RSA_2048', 'RSA_PSS_SHA_256'],
])('what a request leaves out is what is usual with %s: a message, and %s', async (spec, algorithm) => {
  const keyId = await keyOf(spec)
  const message = Buffer.from('a message')
  const signed = await sign(emulator, { keyId, message })
  expect(signed).toMatchObject({ algorithm, messageType: 'RAW' })
  const { signature } = signed
  expect(await verify(emulator, { keyId, message, signature })).toMatchObject({ value: true, algorithm })
})

test.each(Object.keys(SPECS))('the longest body that is taken is signed by a key of %s', async (spec) => {
  const keyId = await keyOf(spec)
  const frame = encode({ 1: keyId, 4: Buffer.alloc(2 ** 21) }).length - 2 ** 21
  const message = Buffer.alloc(3 * 1024 * 1024 - frame, spec)
  const { verify: isValid } = ALGORITHM_CASES.find((each) => each.spec === spec) ?? {}
  const { signature } = await sign(emulator, { keyId, message })
  expect(isValid?.(spkiOf((await publicKey(emulator, keyId)).pem), message, signature)).toBe(true)
})

test('a header names the version of the key', async () => {
  const KeyId = await keyOf('EC_P256')
  const message = Buffer.from('m')
  const first = await sign(emulator, { keyId: KeyId, message })
  const { KeyVersion } = await call('CreateKeyVersion', { KeyId })
  const header = { 'x-kms-migrationkeyversionid': KeyVersion.KeyVersionId }
  const second = await sign(emulator, { keyId: KeyId, message }, header)
  expect(second.versionId).toBe(KeyVersion.KeyVersionId)
  expect((await sign(emulator, { keyId: KeyId, message })).versionId).toBe(first.versionId)
  const { pem } = await publicKey(emulator, KeyId, header)
  expect(pem).not.toBe((await publicKey(emulator, KeyId)).pem)
  const { verify: isValid } = ALGORITHM_CASES.find(({ spec }) => spec === 'EC_P256') ?? {}
  expect(isValid?.(spkiOf(pem), message, second.signature)).toBe(true)
})

test('the value of Verify is not on the wire when it is false', async () => {
  const keyId = await keyOf('EC_P256')
  const body = encode({ 1: keyId, 3: 'no signature', 4: 'ECDSA_SHA_256', 5: 'm' })
  const answer = await instanceCall(emulator, 'Verify', body)
  expect([answer.status, [...decode(answer.body).keys()]]).toEqual([200, [1, 3, 4, 5]])
})
