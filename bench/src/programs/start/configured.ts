import { loadSigners } from '@signport/config'
import { message, settings, tell } from './started.js'

const signers = await loadSigners(settings.configuration ?? '')
const { bytes } = await signers.get('documents').sign(message)
tell(bytes)
await signers.close()
