import { derElement, derInteger } from '@signport/core/kit'
import { SPKIS } from './public-keys.js'

/** The key that is asked for. */
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab'
export const ARN = `arn:aws:kms:eu-west-1:111122223333:key/${KEY_ID}`

/** What a service was told in confidence, and repeats where it can: no error may. */
export const TOLD = {
  accessKeyId: 'AKIAZQ7EXAMPLE7ACCESS',
  secretAccessKey: 'zQ7secretAccessKey+of/these+tests/zQ7secret',
  sessionToken: 'zQ7sessionToken//of+these+tests==zQ7sessionToken',
  message: 'zQ7 a message that is nobody else business',
} as const

/** The same as a list. */
export const SECRETS: readonly string[] = Object.values(TOLD)

const half = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)

/** As ECDSA on P-256 has it. */
export const SIGNATURE = derElement(0x30, derInteger(half), derInteger(half))

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** What servers that speak AWS KMS's protocol answer. */
export const TRENT_ANSWERS: readonly object[] = [
  { KeyId: ARN, Signature: base64(SIGNATURE), SigningAlgorithm: 'ECDSA_SHA_256' },
  { Signature: base64(SIGNATURE) },
  ...SPKIS.slice(0, 4).map((spki) => ({
    KeyId: ARN,
    PublicKey: base64(spki),
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
  })),
]

/** What they say when they refuse, with what they were told in confidence. */
export const TRENT_REFUSALS: readonly object[] = [
  { __type: 'com.amazonaws.kms#NotFoundException', message: `Key '${ARN}' does not exist` },
  { __type: 'ThrottlingException:http://internal.example/', Message: 'Rate exceeded' },
  {
    code: 'InvalidSignatureException',
    message: `Credential=${TOLD.accessKeyId}/20261122 ${TOLD.sessionToken}`,
  },
  { __type: 'ValidationException', message: `Value '${TOLD.message}' at 'message' ${TOLD.secretAccessKey}` },
]

export const TRENT_MEMBERS = [
  'KeyId',
  'Signature',
  'SigningAlgorithm',
  'PublicKey',
  'KeySpec',
  'CustomerMasterKeySpec',
  '__type',
  'code',
  'message',
  'Message',
]

/** What they put where something else is meant. */
export const ODD_MEMBERS: readonly unknown[] = [
  ...SECRETS,
  ARN,
  KEY_ID,
  'alias/a',
  'Zg==',
  'Zh==',
  'Zg',
  'Z g=',
  '-_-_',
  base64(SIGNATURE).replaceAll('=', ''),
  'NotFoundException',
  'x'.repeat(3_000),
  ' \u001b[31m',
]

/** What Alibaba's OpenAPI answers. */
export const OPENAPI_ANSWERS: readonly object[] = [
  {
    KeyId: 'key-hzz62f1cb66fa42qo5l1x',
    KeyVersionId: '2ab1a983-7072-4bbc-a582-584b5bd8ffd3',
    Value: base64(SIGNATURE),
    RequestId: '475f1620-b9d3-4d35-b5c6-3fbdd941423d',
  },
  {
    KeyId: 'key-hzz62f1cb66fa42qo5l1x',
    KeyVersionId: '2ab1a983-7072-4bbc-a582-584b5bd8ffd3',
    PublicKey: '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n',
    RequestId: '475f1620-b9d3-4d35-b5c6-3fbdd941423d',
  },
  {
    Code: 'Forbidden.KeyNotFound',
    HttpStatus: 404,
    Message: `The specified Key is not found: ${TOLD.secretAccessKey} ${TOLD.sessionToken}`,
    RequestId: '475f1620-b9d3-4d35-b5c6-3fbdd941423d',
  },
]

export const OPENAPI_MEMBERS = [
  'KeyId',
  'KeyVersionId',
  'Value',
  'PublicKey',
  'RequestId',
  'Code',
  'Message',
  'HttpStatus',
  'Recommend',
]
