import { createHash } from 'node:crypto'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { message, settings, tell } from './started.js'

const { endpoint, region, credentials, keyId } = settings
const kms = new KMSClient({ endpoint, region, credentials })
const { Signature } = await kms.send(
  new SignCommand({
    KeyId: keyId,
    Message: createHash('sha256').update(message).digest(),
    MessageType: 'DIGEST',
    SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
  }),
)
tell(Signature)
kms.destroy()
