import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { createSigner, signMany } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { AWS_CREDENTIALS, type Kms, REGION } from '../../kms/kms.js'

export interface SigningBatchOptions {
  readonly concurrency: number
  readonly maxPerSecond?: number
}

/** Has the service's message signed by `signMany`, check off. */
export interface SigningBatch {
  sign(): Promise<Uint8Array>
  /** @returns why messages were not signed, for each that was not */
  signMany(count: number): Promise<unknown[]>
  close(): Promise<void>
}

export function createSigningBatch(kms: Kms, options: SigningBatchOptions): SigningBatch {
  const { concurrency, maxPerSecond } = options
  const provider = createTrentServiceProvider({
    endpoint: kms.url,
    region: REGION,
    credentials: AWS_CREDENTIALS,
    maxConcurrency: concurrency,
    maxPerSecond,
  })
  const signer = createSigner({ provider, keyId: kms.keys.RS256.awsId, algorithm: 'RS256', check: 'never' })
  const message = Buffer.from(kms.message, 'base64')
  return {
    sign: async () => (await signer.sign(message)).bytes,
    async signMany(count) {
      const failures: unknown[] = []
      for await (const { error } of signMany(signer, repeated(message, count), { concurrency }))
        if (error) failures.push(error)
      return failures
    },
    close: () => signer.close(),
  }
}

function* repeated(message: Uint8Array, count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= 1) yield message
}

/** Whether a signature is the service's over its message, by node:crypto. */
export function assertSigned({ message, keys }: Kms, signature: Uint8Array | undefined): void {
  const valid = signature && verify('sha256', Buffer.from(message, 'base64'), keys.RS256.publicKey, signature)
  assert(valid, 'The signature is not valid')
}
