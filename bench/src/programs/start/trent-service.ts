import { createSigner } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { message, settings, tell } from './started.js'

const { endpoint, region, credentials, keyId } = settings
const signer = createSigner({
  provider: createTrentServiceProvider({ endpoint, region, credentials }),
  keyId,
  algorithm: 'RS256',
  check: 'never',
})
const { bytes } = await signer.sign(message)
tell(bytes)
await signer.close()
