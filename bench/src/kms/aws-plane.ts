import { createPublicKey, randomUUID } from 'node:crypto'
import type { Keys, SigningKey } from './keys.js'
import { AWS_NAMES, type KmsAlgorithm, REGION } from './kms.js'
import type { Asked, Plane, Reply } from './plane.js'

/** As AWS calls the keys. */
const SPECS: Record<KmsAlgorithm, string> = { RS256: 'RSA_2048', ES256: 'ECC_NIST_P256' }

/** AWS KMS: Sign of the one digest, and GetPublicKey. */
export function createAwsPlane({ all, digest }: Keys): Plane {
  const message = digest.toString('base64')
  const keys = new Map(all.map((key) => [key.awsId, answersOf(key)]))
  return (asked) => {
    if (!isRequest(asked)) return undefined
    const input: unknown = JSON.parse(asked.body.toString())
    const { KeyId, Message, MessageType, SigningAlgorithm } = Object(input) as Record<string, unknown>
    const key = keys.get(String(KeyId))
    if (!key) return undefined
    if (asked.headers['x-amz-target'] === 'TrentService.GetPublicKey') return json(key.publicKey)
    const right =
      asked.headers['x-amz-target'] === 'TrentService.Sign' &&
      Message === message &&
      MessageType === 'DIGEST' &&
      SigningAlgorithm === key.algorithm
    return right ? json(key.signature) : undefined
  }
}

function isRequest({ method, url, headers }: Asked): boolean {
  return (
    method === 'POST' &&
    url === '/' &&
    headers['content-type'] === 'application/x-amz-json-1.1' &&
    headers['x-amz-date'] !== undefined &&
    headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=') === true
  )
}

function answersOf(key: SigningKey) {
  const [algorithm, spec] = [AWS_NAMES[key.algorithm], SPECS[key.algorithm]]
  const KeyId = `arn:aws:kms:${REGION}:111122223333:key/${key.awsId}`
  return {
    algorithm,
    signature: bodyOf({ KeyId, Signature: key.signature.toString('base64'), SigningAlgorithm: algorithm }),
    publicKey: bodyOf({
      CustomerMasterKeySpec: spec,
      KeyId,
      KeySpec: spec,
      KeyUsage: 'SIGN_VERIFY',
      PublicKey: createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' }).toString('base64'),
      SigningAlgorithms: [algorithm],
    }),
  }
}

const bodyOf = (output: object) => Buffer.from(JSON.stringify(output))

/** With the headers of the service's answers. */
function json(body: Buffer): Reply {
  const headers = {
    'x-amzn-requestid': randomUUID(),
    'cache-control': 'no-cache, no-store, must-revalidate, private',
    expires: '0',
    pragma: 'no-cache',
    'content-type': 'application/x-amz-json-1.1',
  }
  return { status: 200, headers, body }
}
