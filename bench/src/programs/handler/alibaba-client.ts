import { createHash } from 'node:crypto'
import credentials from '@alicloud/credentials'
import kms from '@alicloud/kms20160120'
import { type Answer, answerOf, type Event } from './event.js'

const config = { credential: new credentials.default(), regionId: 'cn-hangzhou' }
const client = new kms.default(config as ConstructorParameters<typeof kms.default>[0])

export async function handler({ body }: Event): Promise<Answer> {
  const { value } = await client.asymmetricSign(
    new kms.AsymmetricSignRequest({
      keyId: 'alias/documents',
      keyVersionId: '2ab1a983-7072-4bbc-a582-584b5bd8d4b7',
      algorithm: 'RSA_PSS_SHA_256',
      digest: createHash('sha256').update(body).digest('base64'),
    }),
  )
  return answerOf(Buffer.from(value, 'base64'))
}
