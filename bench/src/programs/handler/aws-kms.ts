import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner } from '@signport/core'
import { type Answer, answerOf, type Event } from './event.js'

const provider = createAwsKmsProvider()
const signer = createSigner({ provider, keyId: 'alias/documents', algorithm: 'PS256' })

export async function handler({ body }: Event): Promise<Answer> {
  const { bytes } = await signer.sign(Buffer.from(body))
  return answerOf(bytes)
}
