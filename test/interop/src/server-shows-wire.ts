import {
  DescribeCustomKeyStoresCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { expect } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import type { WIRE } from './behaviour-wire.js'
import {
  byBoth,
  type Demonstration,
  type Demonstrations,
  expectVendorRefusal,
  failureOf,
  isSignature,
  NOBODY,
  RAW,
  smallMessage,
  type VendorRefusal,
  vendorSigns,
} from './server-demonstration.js'
import { ACCESS_SHOWN } from './server-shows-access.js'
import { present, type ServerUnderTest } from './server-under-test.js'

const key = (server: ServerUnderTest) => server.keyOf('ECC_NIST_P256')
const ours = (server: ServerUnderTest) => server.clientOf({ credentials: server.permitted })
const publicKeyAnswer = async (server: ServerUnderTest) =>
  server.vendor.send(new GetPublicKeyCommand({ KeyId: await key(server) }))

/** Whatever GetPublicKey calls the key, a signature is by the key that Sign names. */
async function expectOneKey(server: ServerUnderTest): Promise<void> {
  const KeyId = await key(server)
  const message = smallMessage()
  await byBoth(async (provider) => {
    const { keyId, bytes: signature } = await server.signer(provider, KeyId, 'ES256').sign(message, RAW)
    expect(keyId).toMatch(new RegExp(`^arn:aws:kms:.*:key/${KeyId}$`))
    expect(await isSignature(server, KeyId, 'ES256', { message, signature })).toBe(true)
  })
}

const bareId: Demonstration = async (server) => {
  expect((await publicKeyAnswer(server)).KeyId).toBe(await key(server))
  await expectOneKey(server)
}

const arn: Demonstration = async (server) => {
  const { KeyId } = await publicKeyAnswer(server)
  expect(KeyId).toMatch(new RegExp(`^arn:aws:kms:${server.kind.region}:\\d{12}:key/${await key(server)}$`))
  await expectOneKey(server)
}

/** Which members have the key spec; ours reads it in either. */
const keySpecIn =
  (...members: ('KeySpec' | 'CustomerMasterKeySpec')[]): Demonstration =>
  async (server) => {
    const answer = await publicKeyAnswer(server)
    const there = (['KeySpec', 'CustomerMasterKeySpec'] as const).filter(
      (member) => member in defined(answer),
    )
    expect(there).toEqual(members)
    expect(members.map((member) => answer[member])).toEqual(members.map(() => 'ECC_NIST_P256'))
    const read = await ours(server).getPublicKey({ KeyId: await key(server) })
    expect(read.KeySpec).toBe('ECC_NIST_P256')
  }

const defined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))

/** What an answer of Sign says of itself. */
async function headersOfSign(server: ServerUnderTest): Promise<Readonly<Record<string, string>>> {
  const vendor = server.vendorOf(server.permitted)
  let headers: Readonly<Record<string, string>> | undefined
  vendor.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      headers = (result.response as { headers: Readonly<Record<string, string>> }).headers
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  const input = {
    KeyId: await key(server),
    Message: smallMessage(),
    SigningAlgorithm: 'ECDSA_SHA_256',
  } as const
  await vendor.send(new SignCommand(input))
  return present(headers)
}

const answersAs =
  (contentType: RegExp, numbered: boolean): Demonstration =>
  async (server) => {
    const headers = await headersOfSign(server)
    expect(headers['content-type']).toMatch(contentType)
    expect('x-amzn-requestid' in headers).toBe(numbered)
    const keyId = await key(server)
    await byBoth(async (provider) => {
      const signature = await server.signer(provider, keyId, 'ES256').sign(smallMessage(), RAW)
      expect(signature.requestId !== undefined).toBe(numbered)
      const refused = await failureOf(server.signer(provider, NOBODY, 'ES256').sign(smallMessage(), RAW))
      expect(refused).toMatchObject({ code: 'KeyNotFound' })
      expect('requestId' in refused).toBe(numbered)
    })
  }

const JSON_TYPE = /^application\/x-amz-json-1\.1$/

/** How a server says that a signature is none, and what the client of trent-service says then. */
const verifyIs =
  (
    signature: (valid: Uint8Array) => Uint8Array,
    vendor: (verifying: Promise<unknown>) => Promise<void>,
    client: (verifying: Promise<boolean>) => Promise<void>,
  ): Demonstration =>
  async (server) => {
    const KeyId = await key(server)
    const Message = smallMessage()
    const valid = await vendorSigns(server, { Message })
    const input = { KeyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const
    expect(await ours(server).verify({ ...input, Signature: valid })).toBe(true)
    const Signature = signature(valid)
    await vendor(server.vendor.send(new VerifyCommand({ ...input, Signature })))
    await client(ours(server).verify({ ...input, Signature }))
    await byBoth(async (provider) => {
      const signer = server.signer(provider, KeyId, 'ES256')
      expect(await signer.verify(Message, valid)).toBe(true)
      expect(await signer.verify(Message, Signature)).toBe(false)
    })
  }

/** DER as before, with the last bit of s turned. */
const turned = (valid: Uint8Array) =>
  Buffer.from(valid.map((byte, at) => (at === valid.length - 1 ? byte ^ 1 : byte)))
const noSignature = () => Buffer.from('no signature')

const isFalse = async (verifying: Promise<boolean>) => expect(await verifying).toBe(false)
const saysFalse = (verifying: Promise<unknown>) =>
  expect(verifying).resolves.toMatchObject({ SignatureValid: false })
const refuses = (name: string, message: string | RegExp) => (verifying: Promise<unknown>) =>
  expect(verifying).rejects.toMatchObject({ name, message: expect.stringMatching(message) })

const NO_TEXT = /^UnknownError$/

const operationIsNotThere =
  (
    vendor: VendorRefusal,
    client: { readonly code: SigningErrorCode; readonly retryable: boolean },
  ): Demonstration =>
  async (server) => {
    await expectVendorRefusal(server.vendor.send(new DescribeCustomKeyStoresCommand()), vendor)
    await expect(ours(server).send('DescribeCustomKeyStores', {})).rejects.toMatchObject(client)
  }

/** How servers answer and refuse, and whom, shown. */
export const WIRE_SHOWN: Demonstrations<typeof WIRE> = {
  'the key in the answer of GetPublicKey': { 'is its bare id': bareId, 'is its ARN': arn },
  'the key spec in the answer of GetPublicKey': {
    'is in CustomerMasterKeySpec alone': keySpecIn('CustomerMasterKeySpec'),
    'is in KeySpec alone': keySpecIn('KeySpec'),
    'is in both members': keySpecIn('KeySpec', 'CustomerMasterKeySpec'),
  },
  'an answer': {
    'says that it is HTML': answersAs(/^text\/html/, true),
    'says that it is JSON': answersAs(JSON_TYPE, true),
    'says that it is JSON, and has no request id': answersAs(JSON_TYPE, false),
  },
  'a signature that is not valid': {
    'is SignatureValid: false': verifyIs(turned, saysFalse, isFalse),
    'is a KMSInvalidSignatureException': verifyIs(
      turned,
      refuses('KMSInvalidSignatureException', /verification/),
      isFalse,
    ),
    'is a KMSInvalidSignatureException without a text': verifyIs(
      turned,
      refuses('KMSInvalidSignatureException', NO_TEXT),
      isFalse,
    ),
  },
  'bytes that are no signature': {
    'are SignatureValid: false': verifyIs(noSignature, saysFalse, isFalse),
    'are a KMSInvalidSignatureException': verifyIs(
      noSignature,
      refuses('KMSInvalidSignatureException', /verification/),
      isFalse,
    ),
    'are an InvalidKeyUsageException': verifyIs(
      noSignature,
      refuses('InvalidKeyUsageException', /asn1/),
      (verifying) => expect(verifying).rejects.toMatchObject({ code: 'InvalidKeyUsage' }),
    ),
  },
  'an operation that is not there': {
    'is an HTML page with the status 500': operationIsNotThere(
      { name: 'SyntaxError', text: /<!doctype/, status: 500 },
      { code: 'Internal', retryable: true },
    ),
    'is an InvalidAction': operationIsNotThere(
      { name: 'InvalidAction', text: /DescribeCustomKeyStores/, status: 400 },
      { code: 'Configuration', retryable: false },
    ),
    'is plain text with the status 501': operationIsNotThere(
      { name: 'SyntaxError', text: /Passed X-A/, status: 501 },
      { code: 'Internal', retryable: false },
    ),
  },
  ...ACCESS_SHOWN,
}
