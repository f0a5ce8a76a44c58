import { type PublicKey, type Signature, SigningError, type SigningProvider } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { createAwsKmsProvider } from '../../src/index.js'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The options that both providers have by the same names. */
export interface SharedOptions {
  readonly region: string
  readonly endpoint: string
  readonly credentials: Credentials | ((request?: { forceRefresh?: boolean }) => Promise<Credentials>)
  readonly grantTokens?: readonly string[]
}

/** The two ways to the same service. */
const PROVIDERS = [createAwsKmsProvider, createTrentServiceProvider] as const

/** What both must agree on: of a success everything but the bytes that are random, of a failure what programs look at. */
export type Outcome = Readonly<Record<string, unknown>>

/** The outcomes of both, which are closed afterwards. */
export async function bothOutcomes<Options>(
  options: Options,
  run: (provider: SigningProvider) => Promise<Outcome>,
): Promise<[Outcome, Outcome]> {
  const [first, second] = PROVIDERS as readonly ((options: Options) => SigningProvider)[]
  return [await outcomeOf(first, options, run), await outcomeOf(second, options, run)]
}

async function outcomeOf<Options>(
  create: ((options: Options) => SigningProvider) | undefined,
  options: Options,
  run: (provider: SigningProvider) => Promise<Outcome>,
): Promise<Outcome> {
  let provider: SigningProvider | undefined
  try {
    provider = create?.(options)
    if (!provider) throw new TypeError('There is no provider.')
    return await run(provider)
  } catch (error) {
    if (!SigningError.is(error)) throw error
    const { code, retryable, providerCode, name } = error
    return { code, retryable, providerCode, name, requestId: error.requestId !== undefined }
  } finally {
    await provider?.close?.()
  }
}

/** What is equal in two signatures of one message. How long DER is depends on its numbers. */
export function signatureOutcome(signature: Signature): Outcome {
  const { bytes, digest, provider: _, requestId, ...fields } = signature
  return {
    ...fields,
    ...(fields.encoding !== 'der' && { length: bytes.length }),
    ...(digest && { digest: Buffer.from(digest).toString('hex') }),
    requestId: requestId !== undefined,
  }
}

/** What is equal in two copies of one public key: all of it. */
export const keyOutcome = (key: PublicKey): Outcome => ({ pem: key.toPem(), thumbprint: key.thumbprint })
