import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner } from '@signport/core'
import { message, settings, tell } from './started.js'

const { endpoint, region, credentials, keyId } = settings
const signer = createSigner({
  provider: createAwsKmsProvider({ endpoint, region, credentials }),
  keyId,
  algorithm: 'RS256',
  check: 'never',
})
const { bytes } = await signer.sign(message)
tell(bytes)
await signer.close()
