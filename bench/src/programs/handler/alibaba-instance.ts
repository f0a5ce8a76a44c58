import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createSigner } from '@signport/core'
import { type Answer, answerOf, type Event } from './event.js'

const provider = createAlibabaKmsProvider({
  transport: 'instance',
  endpoint: 'kst-example.cryptoservice.kms.aliyuncs.com',
  clientKey: { file: './clientKey.json', passwordFile: './clientKeyPassword.txt' },
})
const signer = createSigner({ provider, keyId: 'alias/documents', algorithm: 'PS256' })

export async function handler({ body }: Event): Promise<Answer> {
  const { bytes } = await signer.sign(Buffer.from(body))
  return answerOf(bytes)
}
