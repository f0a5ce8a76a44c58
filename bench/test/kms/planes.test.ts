import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createAwsPlane } from '../../src/kms/aws-plane.js'
import { createInstancePlane } from '../../src/kms/instance-plane.js'
import { makeKeys, type SigningKey } from '../../src/kms/keys.js'
import { ALIBABA_CREDENTIALS } from '../../src/kms/kms.js'
import { createOpenApiPlane } from '../../src/kms/openapi-plane.js'
import type { Asked } from '../../src/kms/plane.js'

const keys = makeKeys()
const [rsa, p256] = keys.all as [SigningKey, SigningKey]
const digest = keys.digest.toString('base64')
const jsonOf = (body: Buffer | undefined) => JSON.parse(String(body))

test.each(keys.all.map((key) => [key.algorithm, key] as const))('%s has signed the message', (_, key) => {
  expect(verify('sha256', keys.message, key.publicKey, key.signature)).toBe(true)
})

test('what forges has signed another message', () => {
  const { message, all } = makeKeys(true)
  expect(all.map(({ publicKey, signature }) => verify('sha256', message, publicKey, signature))).toEqual([
    false,
    false,
  ])
})

describe('AWS', () => {
  const plane = createAwsPlane(keys)
  const INPUT = {
    KeyId: rsa.awsId,
    Message: digest,
    MessageType: 'DIGEST',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  }
  const HEADERS = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-date': '20261122T120000Z',
    'x-amz-target': 'TrentService.Sign',
    authorization: 'AWS4-HMAC-SHA256 Credential=…',
  }
  const ask = (input: object, headers: object = {}, more: Partial<Asked> = {}) =>
    plane({
      method: 'POST',
      url: '/',
      headers: { ...HEADERS, ...headers },
      body: Buffer.from(JSON.stringify({ ...INPUT, ...input })),
      ...more,
    })

  test('signs', () => {
    expect(jsonOf(ask({})?.body)).toEqual({
      KeyId: `arn:aws:kms:eu-central-1:111122223333:key/${rsa.awsId}`,
      Signature: rsa.signature.toString('base64'),
      SigningAlgorithm: INPUT.SigningAlgorithm,
    })
  })

  test('gives the public key', () => {
    const { PublicKey } = jsonOf(ask({}, { 'x-amz-target': 'TrentService.GetPublicKey' })?.body)
    const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), type: 'spki', format: 'der' })
    expect(key.equals(createPublicKey(rsa.publicKey))).toBe(true)
  })

  test.each([
    [{ KeyId: 'another' }],
    [{ KeyId: p256.awsId }],
    [{ Message: keys.message.toString('base64') }],
    [{ MessageType: 'RAW' }],
    [{ SigningAlgorithm: 'RSASSA_PSS_SHA_256' }],
    [{}, { 'x-amz-target': 'TrentService.Verify' }],
    [{}, { 'content-type': 'application/json' }],
    [{}, { authorization: undefined }],
    [{}, {}, { method: 'GET' }],
    [{}, {}, { url: '/sign' }],
  ])('refuses %j %j %j', (input, headers: object = {}, more: Partial<Asked> = {}) => {
    expect(ask(input, headers, more)).toBeUndefined()
  })
})

describe('OpenAPI', () => {
  const plane = createOpenApiPlane(keys)
  const PARAMETERS = {
    Action: 'AsymmetricSign',
    Version: '2016-01-20',
    Timestamp: '2026-11-22T12:00:00Z',
    SignatureNonce: '0123',
    AccessKeyId: ALIBABA_CREDENTIALS.accessKeyId,
    Signature: 'AAAA',
    KeyId: p256.alibabaId,
    KeyVersionId: p256.version,
    Algorithm: 'ECDSA_SHA_256',
    Digest: digest,
  }
  const ask = (parameters: object, more: Partial<Asked> = {}) => {
    const query = new URLSearchParams({ ...PARAMETERS, ...parameters })
    return plane({ method: 'POST', url: `/?${query}`, headers: {}, body: Buffer.alloc(0), ...more })
  }

  test('signs, and gives the public key', () => {
    expect(jsonOf(ask({})?.body)).toMatchObject({ Value: p256.signature.toString('base64') })
    expect(jsonOf(ask({ Action: 'GetPublicKey' })?.body)).toMatchObject({ PublicKey: p256.publicKey })
  })

  test.each([
    [{ Action: 'AsymmetricVerify' }],
    [{ KeyId: 'another' }],
    [{ KeyVersionId: rsa.version }],
    [{ Algorithm: 'RSA_PKCS1_SHA_256' }],
    [{ Digest: keys.message.toString('base64') }],
    [{ AccessKeyId: 'another' }],
    [{}, { method: 'GET' }],
    [{}, { body: Buffer.from('a') }],
  ])('refuses %j %j', (parameters, more: Partial<Asked> = {}) => {
    expect(ask(parameters, more)).toBeUndefined()
  })
})

describe('an instance', () => {
  const plane = createInstancePlane(keys)
  const HEADERS = {
    'x-kms-apiname': 'Sign',
    'x-kms-apiversion': 'dkms-gcs-0.2',
    'content-sha256': 'AB',
    authorization: 'Bearer AAAA',
  }
  const field = (number: number, value: string | Uint8Array) => {
    const bytes = Buffer.from(value as string)
    return Buffer.concat([Buffer.of(number * 8 + 2, bytes.length), bytes])
  }
  const bodyOf = ({
    keyId = rsa.alibabaId,
    algorithm = 'RSA_PKCS1_SHA_256',
    message = keys.digest,
    type = 'DIGEST',
  }) => Buffer.concat([field(1, keyId), field(3, algorithm), field(4, message), field(5, type)])
  const ask = (parts: Parameters<typeof bodyOf>[0], headers: object = {}) =>
    plane({ method: 'POST', url: '/', headers: { ...HEADERS, ...headers }, body: bodyOf(parts) })

  test('signs, and gives the public key', () => {
    expect(ask({})?.body.includes(rsa.signature)).toBe(true)
    expect(ask({}, { 'x-kms-apiname': 'GetPublicKey' })?.body.includes(rsa.publicKey)).toBe(true)
  })

  test.each([
    [{ keyId: 'another' }],
    [{ algorithm: 'ECDSA_SHA_256' }],
    [{ message: Buffer.alloc(32) }],
    [{ type: 'RAW' }],
    [{}, { 'x-kms-apiname': 'Verify' }],
    [{}, { 'x-kms-apiversion': '1' }],
    [{}, { authorization: undefined }],
  ])('refuses %j %j', (parts, headers: object = {}) => {
    expect(ask(parts, headers)).toBeUndefined()
  })
})
