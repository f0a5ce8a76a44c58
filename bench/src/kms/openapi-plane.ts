import { randomUUID } from 'node:crypto'
import type { Keys, SigningKey } from './keys.js'
import { ALIBABA_CREDENTIALS, type KmsAlgorithm } from './kms.js'
import type { Plane, Reply } from './plane.js'

/** As Alibaba Cloud calls them, in OpenAPI and at instances. */
export const ALIBABA_NAMES: Record<KmsAlgorithm, string> = {
  RS256: 'RSA_PKCS1_SHA_256',
  ES256: 'ECDSA_SHA_256',
}

/** The OpenAPI of Alibaba Cloud KMS: AsymmetricSign of the one digest, and GetPublicKey. */
export function createOpenApiPlane({ all, digest }: Keys): Plane {
  const message = digest.toString('base64')
  const keys = new Map(all.map((key) => [key.alibabaId, key]))
  return ({ method, url, body }) => {
    const asked = new URLSearchParams(url.slice(2))
    const key = keys.get(asked.get('KeyId') ?? '')
    if (method !== 'POST' || body.length > 0 || !key || !isSigned(asked)) return undefined
    const said = { KeyId: key.alibabaId, KeyVersionId: key.version }
    if (asked.get('KeyVersionId') !== key.version) return undefined
    if (asked.get('Action') === 'GetPublicKey') return json({ ...said, PublicKey: key.publicKey })
    const right = asked.get('Action') === 'AsymmetricSign' && asked.get('Digest') === message
    return right && isFor(key, asked) ? json({ ...said, Value: key.signature.toString('base64') }) : undefined
  }
}

const isFor = ({ algorithm }: SigningKey, asked: URLSearchParams) =>
  asked.get('Algorithm') === ALIBABA_NAMES[algorithm]

function isSigned(asked: URLSearchParams): boolean {
  const all = ['Signature', 'SignatureNonce', 'Timestamp', 'Version'].every((name) => asked.has(name))
  return all && asked.get('AccessKeyId') === ALIBABA_CREDENTIALS.accessKeyId
}

function json(output: object): Reply {
  const RequestId = randomUUID()
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': RequestId },
    body: Buffer.from(JSON.stringify({ RequestId, ...output })),
  }
}
