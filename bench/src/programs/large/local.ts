import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { fileStream, settings, tell } from './file-to-sign.js'

const signer = createSigner({
  provider: createLocalProvider(),
  keyId: settings.keyFile,
  algorithm: 'RS256',
})
const { bytes } = await signer.sign(fileStream())
tell(bytes)
await signer.close()
