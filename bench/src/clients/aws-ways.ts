import { createHash, createPublicKey } from 'node:crypto'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner, type SigningProvider } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { AWS_CREDENTIALS, AWS_NAMES, type Kms, type KmsAlgorithm, REGION } from '../kms/kms.js'
import { awsFloor } from './aws-floor.js'
import { AWS_KMS, RAW_SDK, TRENT } from './aws-names.js'
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
    awsFloor(kms, algorithm),
    rawSdk(kms, algorithm),
    signerWay(unchecked(TRENT), signer(trent(), 'never'), { message, key }),
    signerWay(unchecked(AWS_KMS), signer(aws(), 'never'), { message, key }),
    signerWay(checked(TRENT), signer(trent(), 'always'), { message, key }),
    signerWay(checked(AWS_KMS), signer(aws(), 'always'), { message, key }),
    signerWay(checkedDigest(TRENT), signer(trent(), 'always'), { message, key, digest: true }),
    signerWay(checkedDigest(AWS_KMS), signer(aws(), 'always'), { message, key, digest: true }),
  ]
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
        SigningAlgorithm: AWS_NAMES[algorithm],
      } as const
      return client.send(new SignCommand(input))
    },
    signatureOf: ({ Signature }) => Signature ?? new Uint8Array(),
    close: () => client.destroy(),
  })
}
