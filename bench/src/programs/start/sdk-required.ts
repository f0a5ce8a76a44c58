import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { message, settings, tell } from './started.js'

const require = createRequire(import.meta.url)
const { KMSClient, SignCommand } = require('@aws-sdk/client-kms') as typeof import('@aws-sdk/client-kms')

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
