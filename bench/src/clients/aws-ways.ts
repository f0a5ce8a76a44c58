import { createHash, createPublicKey } from 'node:crypto'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner, type SigningProvider } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { AWS_CREDENTIALS, type Kms, type KmsAlgorithm, REGION } from '../kms/kms.js'
import { AWS_FLOOR, AWS_KMS, RAW_SDK, TRENT } from './aws-names.js'
import { createBareHttp } from './bare-http.js'
import { checked, checkedDigest, unchecked } from './check-names.js'
import { signerWay } from './signer-way.js'
import { type Way, way } from './way.js'

/** Every way to have AWS KMS sign with one algorithm. */
export function awsWays(kms: Kms, algorithm: KmsAlgorithm): readonly Way[] {
  const connection = { endpoint: kms.url, region: REGION, credentials: AWS_CREDENTIALS }
  const { awsId: keyId, publicKey } = kms.keys[algorithm]
  const signer = (provider: SigningProvider, check: 'always' | 'never') =>
    createSigner({ provider, keyId, algorithm, check })
  const message = Buffer.from(kms.message, 'base64')
  const trent = () => createTrentServiceProvider(connection)
  const aws = () => createAwsKmsProvider(connection)
  const key = createPublicKey(publicKey)
  return [
    floor(kms, algorithm),
    rawSdk(kms, algorithm),
    signerWay(unchecked(TRENT), signer(trent(), 'never'), { message, key }),
    signerWay(unchecked(AWS_KMS), signer(aws(), 'never'), { message, key }),
    signerWay(checked(TRENT), signer(trent(), 'always'), { message, key }),
    signerWay(checked(AWS_KMS), signer(aws(), 'always'), { message, key }),
    signerWay(checkedDigest(TRENT), signer(trent(), 'always'), { message, key, digest: true }),
  ]
}

const WIRE_NAMES = { RS256: 'RSASSA_PKCS1_V1_5_SHA_256', ES256: 'ECDSA_SHA_256' } as const

/** The body and the headers that trent-service sends, made once. */
function floor(kms: Kms, algorithm: KmsAlgorithm): Way {
  const { awsId: KeyId, publicKey } = kms.keys[algorithm]
  const digest = createHash('sha256').update(kms.message, 'base64').digest('base64')
  const parameters = {
    KeyId,
    Message: digest,
    MessageType: 'DIGEST',
    SigningAlgorithm: WIRE_NAMES[algorithm],
  }
  const body = Buffer.from(JSON.stringify(parameters))
  const url = new URL(kms.url)
  const { post, close } = createBareHttp(url, headersOf(url, body), body)
  return way({
    name: AWS_FLOOR,
    publicKey: createPublicKey(publicKey),
    once: async () => JSON.parse((await post()).toString()) as { Signature: string },
    signatureOf: ({ Signature }) => Buffer.from(Signature, 'base64'),
    close,
  })
}

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

/** As its users write it. Its connections are kept by default. */
function rawSdk(kms: Kms, algorithm: KmsAlgorithm): Way {
  const client = new KMSClient({ region: REGION, endpoint: kms.url, credentials: AWS_CREDENTIALS })
  const { awsId: KeyId, publicKey } = kms.keys[algorithm]
  const message = Buffer.from(kms.message, 'base64')
  return way({
    name: RAW_SDK,
    publicKey: createPublicKey(publicKey),
    once() {
      const Message = createHash('sha256').update(message).digest()
      const input = {
        KeyId,
        Message,
        MessageType: 'DIGEST',
        SigningAlgorithm: WIRE_NAMES[algorithm],
      } as const
      return client.send(new SignCommand(input))
    },
    signatureOf: ({ Signature }) => Signature ?? new Uint8Array(),
    close: () => client.destroy(),
  })
}
