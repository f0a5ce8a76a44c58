import { createHash } from 'node:crypto'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { type Answer, answerOf, type Event } from './event.js'

const kms = new KMSClient()

export async function handler({ body }: Event): Promise<Answer> {
  const { Signature = new Uint8Array() } = await kms.send(
    new SignCommand({
      KeyId: 'alias/documents',
      Message: createHash('sha256').update(body).digest(),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PSS_SHA_256',
    }),
  )
  return answerOf(Signature)
}
