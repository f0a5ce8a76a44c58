import { createHash } from 'node:crypto'
import { createBareHttp } from '../../clients/bare-http.js'
import { AWS_CREDENTIALS, type Kms, REGION } from '../../kms/kms.js'

/** Has the service sign by one and the same request again and again: the least that a signature can cost. */
export interface BareSign {
  /** @returns the signature of an answer that has been read and parsed */
  sign(): Promise<Uint8Array>
  close(): void
}

/** With the body and the headers that `trent-service` sends, made beforehand. */
export function createBareSign({ url, message, keys }: Kms): BareSign {
  const body = Buffer.from(
    JSON.stringify({
      KeyId: keys.RS256.awsId,
      Message: createHash('sha256').update(message, 'base64').digest('base64'),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    }),
  )
  const { post, close } = createBareHttp(new URL(url), headersOf(new URL(url).host, body), body)
  return {
    sign: async () => Buffer.from(JSON.parse((await post()).toString()).Signature, 'base64'),
    close,
  }
}

/** Nobody checks the signature of a request: it is as long as one. */
function headersOf(host: string, body: Buffer): Record<string, string> {
  const hash = createHash('sha256').update(body).digest('hex')
  const scope = `${AWS_CREDENTIALS.accessKeyId}/20261122/${REGION}/kms/aws4_request`
  const names = 'content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target'
  return {
    'accept-encoding': 'identity',
    'content-length': String(body.length),
    'content-type': 'application/x-amz-json-1.1',
    host,
    'user-agent': 'signport',
    'x-amz-target': 'TrentService.Sign',
    'x-amz-date': '20261122T120000Z',
    'x-amz-content-sha256': hash,
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names}, Signature=${hash}`,
  }
}
