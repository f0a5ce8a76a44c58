import { expect, test } from '@jest/globals'
import type { Signature } from '@signport/core'
import { signatureFromJson, signatureToJson } from '../src/signature-json.js'

const SIGNATURE: Signature = {
  bytes: Buffer.from([1, 2, 3]),
  encoding: 'der',
  algorithm: 'ES256',
  provider: 'local',
  keyId: './k.pem',
  messageType: 'raw',
}

test('a signature comes back', () => {
  expect(signatureFromJson(Buffer.from(signatureToJson(SIGNATURE)), 'it')).toEqual(SIGNATURE)
})

test.each<Partial<Signature>>([
  { algorithm: 'ES512', encoding: 'ieee-p1363', messageType: 'digest' },
  { algorithm: 'SM2', messageType: 'digest' },
  { algorithm: 'ML-DSA-65', encoding: 'raw', messageType: 'external-mu' },
  { algorithm: 'Ed25519ph-SHA512', encoding: 'raw', messageType: 'digest' },
])('and so does %p', (more) => {
  const signature = { ...SIGNATURE, ...more }
  expect(signatureFromJson(Buffer.from(signatureToJson(signature)), 'it')).toEqual(signature)
})

test('everything that a service says is written down', () => {
  const more = {
    keyVersion: '7',
    messageType: 'digest',
    digest: Buffer.from([0xab]),
    requestId: 'r',
  } as const
  expect(JSON.parse(signatureToJson({ ...SIGNATURE, ...more }))).toEqual({
    bytes: 'AQID',
    encoding: 'der',
    algorithm: 'ES256',
    provider: 'local',
    keyId: './k.pem',
    keyVersion: '7',
    messageType: 'digest',
    digest: 'ab',
    requestId: 'r',
  })
})

const JSON_OF = JSON.parse(signatureToJson(SIGNATURE))
const OURS = 'it is not the JSON that sign --json writes.'

test.each([
  ['', OURS],
  ['AQID', OURS],
  ['null', OURS],
  ['[]', OURS],
  ['{', OURS],
  [JSON.stringify({ ...JSON_OF, bytes: undefined }), OURS],
  [JSON.stringify({ ...JSON_OF, bytes: [1, 2, 3] }), OURS],
  [JSON.stringify({ ...JSON_OF, encoding: 'DER' }), OURS],
  [JSON.stringify({ ...JSON_OF, algorithm: 256 }), OURS],
  [JSON.stringify({ ...JSON_OF, messageType: 'other' }), OURS],
  [
    JSON.stringify({ ...JSON_OF, bytes: 'AQI' }),
    'the member bytes of it is not base64: --format says how the signature is written down.',
  ],
  [
    JSON.stringify({ ...JSON_OF, algorithm: '__proto__' }),
    `Unknown algorithm '__proto__'. Use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519, Ed25519ph, Ed25519ph-SHA512, ML-DSA-44, ML-DSA-65, ML-DSA-87 or SM2.`,
  ],
])('%s is refused', (text, message) => {
  expect(() => signatureFromJson(Buffer.from(text), 'it')).toThrow(message)
})
