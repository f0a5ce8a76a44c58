import { ALIBABA_CREDENTIALS } from '../kms/kms.js'
import { OPENAPI_FLOOR } from './alibaba-names.js'
import { type AlibabaSigning, sha256 } from './alibaba-signing.js'
import { createBareHttp } from './bare-http.js'
import { type Way, way } from './way.js'

/** The parameters and the headers that the vendor's client sends, made once; each answer is read, parsed and decoded. */
export function openApiFloor(signing: AlibabaSigning): Way {
  const url = new URL(`/?${new URLSearchParams(parametersOf(signing))}`, signing.url)
  const headers = {
    'x-acs-version': '2016-01-20',
    'x-acs-action': 'AsymmetricSign',
    host: url.host,
    'user-agent': `AlibabaCloud (linux; x64) Node.js/${process.version} Core/1.0.1 TeaDSL/2`,
    'content-length': '0',
  }
  const { post, close } = createBareHttp(url, headers)
  return way({
    name: OPENAPI_FLOOR,
    publicKey: signing.publicKey,
    once: async () => Buffer.from(JSON.parse((await post()).toString()).Value, 'base64'),
    signatureOf: (signature) => signature,
    close,
  })
}

function parametersOf({ keyId, version, algorithm, message }: AlibabaSigning): Record<string, string> {
  return {
    Action: 'AsymmetricSign',
    Format: 'json',
    Timestamp: '2026-11-22T12:00:00Z',
    Version: '2016-01-20',
    SignatureNonce: '0123456789abcdef0123456789abcdef',
    KeyId: keyId,
    KeyVersionId: version,
    Algorithm: algorithm,
    Digest: sha256(message).toString('base64'),
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    AccessKeyId: ALIBABA_CREDENTIALS.accessKeyId,
    Signature: Buffer.alloc(20).toString('base64'),
  }
}
