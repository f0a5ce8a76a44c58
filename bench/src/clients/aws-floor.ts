import { createHash, createPublicKey } from 'node:crypto'
import { AWS_CREDENTIALS, AWS_NAMES, type Kms, type KmsAlgorithm, REGION } from '../kms/kms.js'
import { AWS_FLOOR } from './aws-names.js'
import { createBareHttp } from './bare-http.js'
import { type Way, way } from './way.js'

/** The body and the headers that trent-service sends, made once; each answer is read, parsed and decoded. */
export function awsFloor(kms: Kms, algorithm: KmsAlgorithm): Way {
  const { awsId: KeyId, publicKey } = kms.keys[algorithm]
  const parameters = {
    KeyId,
    Message: createHash('sha256').update(kms.message, 'base64').digest('base64'),
    MessageType: 'DIGEST',
    SigningAlgorithm: AWS_NAMES[algorithm],
  }
  const body = Buffer.from(JSON.stringify(parameters))
  const url = new URL(kms.url)
  const { post, close } = createBareHttp(url, headersOf(url, body), body)
  return way({
    name: AWS_FLOOR,
    publicKey: createPublicKey(publicKey),
    once: async () => Buffer.from(JSON.parse((await post()).toString()).Signature, 'base64'),
    signatureOf: (signature) => signature,
    close,
  })
}

/** Nobody checks the signature of a request: it is as long as one. */
function headersOf(url: URL, body: Buffer): Record<string, string> {
  const hash = createHash('sha256').update(body).digest('hex')
  const names = 'content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target'
  const credential = `${AWS_CREDENTIALS.accessKeyId}/20261122/${REGION}/kms/aws4_request`
  return {
    'accept-encoding': 'identity',
    'content-length': String(body.length),
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'user-agent': 'signport',
    'x-amz-target': 'TrentService.Sign',
    'x-amz-date': '20261122T120000Z',
    'x-amz-content-sha256': hash,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${hash}`,
  }
}
