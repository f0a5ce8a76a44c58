import { createSigner } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { fileStream, settings, tell } from './file-to-sign.js'

const { endpoint, region, credentials, keyId } = settings
const signer = createSigner({
  provider: createTrentServiceProvider({ endpoint, region, credentials }),
  keyId,
  algorithm: 'RS256',
})
const { bytes } = await signer.sign(fileStream())
tell(bytes)
await signer.close()
