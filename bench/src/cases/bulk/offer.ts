import { createHash } from 'node:crypto'
import { Agent } from 'node:http'
import { KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { SigningError } from '@signport/core'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { concurrently } from '../../harness/concurrently.js'
import { AWS_CREDENTIALS, AWS_NAMES, type Kms, REGION } from '../../kms/kms.js'
import { createSigningBatch } from './signing-batch.js'

/** Someone who has many digests signed by a service that refuses what is too much for it. */
export interface Offer {
  sign(): Promise<Uint8Array | undefined>
  /** @returns how many were not signed in the end, because too much was asked of the service */
  signMany(count: number): Promise<number>
  close(): Promise<void>
}

/** Signport, which is told the quota. */
export function offerOfSignport(kms: Kms, concurrency: number, maxPerSecond: number): Offer {
  const batch = createSigningBatch(kms, { concurrency, maxPerSecond })
  return {
    sign: () => batch.sign(),
    async signMany(count) {
      const failures = await batch.signMany(count)
      for (const failure of failures) if (!SigningError.is(failure, 'Throttled')) throw failure
      return failures.length
    },
    close: () => batch.close(),
  }
}

/** The SDK, which learns of the quota by being throttled, with as many attempts as it makes by default. */
export function offerOfSdk(kms: Kms, concurrency: number, retryMode: 'standard' | 'adaptive'): Offer {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const client = new KMSClient({
    endpoint: kms.url,
    region: REGION,
    credentials: AWS_CREDENTIALS,
    retryMode,
    requestHandler: new NodeHttpHandler({ httpAgent }),
  })
  const message = Buffer.from(kms.message, 'base64')
  const sign = async () => (await client.send(commandOf(kms, message))).Signature
  return {
    sign,
    async signMany(count) {
      let failed = 0
      const fail = (error: Error) => {
        if (error.name !== 'ThrottlingException') throw error
        failed += 1
      }
      await concurrently(count, concurrency, () => sign().catch(fail))
      return failed
    },
    close: async () => client.destroy(),
  }
}

function commandOf({ keys }: Kms, message: Uint8Array): SignCommand {
  return new SignCommand({
    KeyId: keys.RS256.awsId,
    Message: createHash('sha256').update(message).digest(),
    MessageType: 'DIGEST',
    SigningAlgorithm: AWS_NAMES.RS256,
  })
}
