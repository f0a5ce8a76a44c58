import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { type Answer, answerOf, type Event } from './event.js'

const provider = createLocalProvider()
const signer = createSigner({ provider, keyId: './documents.pem', algorithm: 'PS256' })

export async function handler({ body }: Event): Promise<Answer> {
  const { bytes } = await signer.sign(Buffer.from(body))
  return answerOf(bytes)
}
