import { createSigner } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { type Answer, answerOf, type Event } from './event.js'

const provider = createTrentServiceProvider({ region: 'eu-central-1' })
const signer = createSigner({ provider, keyId: 'alias/documents', algorithm: 'PS256' })

export async function handler({ body }: Event): Promise<Answer> {
  const { bytes } = await signer.sign(Buffer.from(body))
  return answerOf(bytes)
}
