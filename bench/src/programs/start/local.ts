import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { message, settings, tell } from './started.js'

const signer = createSigner({
  provider: createLocalProvider(),
  keyId: settings.keyFile,
  algorithm: 'RS256',
})
const { bytes } = await signer.sign(message)
tell(bytes)
await signer.close()
