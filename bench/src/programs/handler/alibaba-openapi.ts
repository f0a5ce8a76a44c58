import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createSigner } from '@signport/core'
import { type Answer, answerOf, type Event } from './event.js'

const provider = createAlibabaKmsProvider({ transport: 'openapi', region: 'cn-hangzhou' })
const signer = createSigner({ provider, keyId: 'alias/documents', algorithm: 'PS256' })

export async function handler({ body }: Event): Promise<Answer> {
  const { bytes } = await signer.sign(Buffer.from(body))
  return answerOf(bytes)
}
