import { createHash, createPrivateKey, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { authorize, stringToSign } from '../../src/instance/authorization.js'
import { signBody } from '../../src/instance/sign-body.js'
import { CLIENT_KEY, CLIENT_PUBLIC_KEY } from '../support/instance-service.js'

/** Computed with other means from the vendor's description and the sources of its clients. */
const EXAMPLE = {
  body: '0a0a616c6961732f64656d6f1a0d45434453415f5348415f323536220568656c6c6f2a03524157',
  contentSha256: 'B133E370E268B158B826F5B9C5C497A75ABDF1B6B071C9B2C65385D176B5AB35',
  date: 'Mon, 27 Sep 2021 11:47:26 GMT',
  stringToSignSha256: 'f6fe8db78c106bb27f5175fa05312ba53d5b86b8c45b89a12b1a737da375aacf',
}

const body = signBody(
  { keyId: 'alias/demo', algorithm: 'ECDSA_SHA_256', messageType: 'RAW' },
  Buffer.from('hello'),
)

const requestFor = (keyId: string, more: { keyVersion?: string } = {}) =>
  authorize(
    {
      apiName: 'Sign',
      host: 'kst-a.cryptoservice.kms.aliyuncs.com',
      body,
      date: new Date(EXAMPLE.date),
      ...more,
    },
    { keyId, privateKey: createPrivateKey(CLIENT_KEY.privateKey) },
  )

describe('the worked example', () => {
  test('has this body', () => {
    expect(Buffer.from(body).toString('hex')).toBe(EXAMPLE.body)
  })

  test('has this string to sign', async () => {
    const { headers } = await requestFor('KAAP.test-1')
    expect(headers['content-sha256']).toBe(EXAMPLE.contentSha256)
    expect(headers.date).toBe(EXAMPLE.date)
    const text = stringToSign(headers)
    expect(text.split('\n')).toEqual([
      'POST',
      EXAMPLE.contentSha256,
      'application/x-protobuf',
      EXAMPLE.date,
      'x-kms-acccesskeyid:KAAP.test-1',
      'x-kms-apiname:Sign',
      'x-kms-apiversion:dkms-gcs-0.2',
      'x-kms-signaturemethod:RSA_PKCS1_SHA_256',
      '/',
    ])
    expect(createHash('sha256').update(text).digest('hex')).toBe(EXAMPLE.stringToSignSha256)
  })
})

test('a request has the headers that the clients of the vendor send, and no others', async () => {
  const { headers } = await requestFor('KAAP.test-1')
  expect(headers).toEqual({
    accept: 'application/x-protobuf',
    'accept-encoding': 'identity',
    authorization: expect.stringMatching(/^Bearer [A-Za-z0-9+/]{342}==$/),
    'content-length': '39',
    'content-sha256': EXAMPLE.contentSha256,
    'content-type': 'application/x-protobuf',
    date: EXAMPLE.date,
    host: 'kst-a.cryptoservice.kms.aliyuncs.com',
    'user-agent': 'signport',
    'x-kms-acccesskeyid': 'KAAP.test-1',
    'x-kms-apiname': 'Sign',
    'x-kms-apiversion': 'dkms-gcs-0.2',
    'x-kms-signaturemethod': 'RSA_PKCS1_SHA_256',
  })
})

test('the version of a key is signed, in its place among the headers', async () => {
  const { headers } = await requestFor('KAAP.test-1', { keyVersion: 'v-2' })
  const lines = stringToSign(headers).split('\n')
  expect(lines.slice(6, 9)).toEqual([
    'x-kms-apiversion:dkms-gcs-0.2',
    'x-kms-migrationkeyversionid:v-2',
    'x-kms-signaturemethod:RSA_PKCS1_SHA_256',
  ])
  const signature = Buffer.from(headers.authorization?.slice('Bearer '.length) ?? '', 'base64')
  expect(verify('sha256', Buffer.from(lines.join('\n')), CLIENT_PUBLIC_KEY, signature)).toBe(true)
})
