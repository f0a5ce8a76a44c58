import type { CallContext } from '@signport/core'
import { raceAbort, throwIfAborted } from '@signport/core/kit'
import type { AlibabaKmsCredentials } from '../alibaba-kms-options.js'
import { assertTlsVerified } from '../endpoint.js'
import { PROVIDER } from '../failure.js'
import { withoutSecrets } from '../redact.js'
import { clientFailure } from './client-failure.js'
import type { CredentialSource } from './credentials.js'
import { type KmsSdk, loadKmsSdk } from './sdk.js'

type Kms = InstanceType<KmsSdk['default']>

/** The operations that are used, as the vendor's client names them, with the classes of their requests. */
const REQUESTS = {
  asymmetricSign: 'AsymmetricSignRequest',
  getPublicKey: 'GetPublicKeyRequest',
  describeKey: 'DescribeKeyRequest',
  listKeyVersions: 'ListKeyVersionsRequest',
} as const

type Operation = keyof typeof REQUESTS

/**
 * What the client made of an answer, without the credentials, should it repeat them. Its types cannot be relied on: nothing is
 * checked there but what is text.
 */
export type ClientAnswer = Readonly<Record<string, unknown>>

/** What one call is about. */
interface Question {
  readonly operation: Operation
  readonly keyId: string
  readonly parameters?: Readonly<Record<string, string | number>>
  /** What of the parameters nobody should see in an error. */
  readonly secrets?: readonly string[]
}

/** Calls OpenAPI. */
export type Call = (question: Question, context: CallContext) => Promise<ClientAnswer>

/**
 * After this time the client gives up by itself, in milliseconds. A call ends when its signal aborts, but its connection
 * is only freed now: the client cannot end it.
 */
const TIMEOUT_MS = 30_000

/** One client for each request: it asks for id, secret and token one after the other, and they must belong together. */
export function createCall(url: URL, region: string | undefined, source: CredentialSource): Call {
  const client = (sdk: KmsSdk, credentials: AlibabaKmsCredentials): Kms =>
    new sdk.default({
      endpoint: url.host,
      protocol: url.protocol.slice(0, -1),
      regionId: region ?? '',
      // Each limits the whole: a reply that is slower than either ends the request.
      readTimeout: TIMEOUT_MS,
      connectTimeout: TIMEOUT_MS,
      credential: {
        getAccessKeyId: async () => credentials.accessKeyId,
        getAccessKeySecret: async () => credentials.accessKeySecret,
        getSecurityToken: async () => credentials.securityToken ?? '',
      },
    } as never)
  async function ask(question: Question, { signal, clock }: CallContext): Promise<ClientAnswer> {
    const { operation, keyId, parameters, secrets = [] } = question
    assertTlsVerified(url, 'a private authority is named in NODE_EXTRA_CA_CERTS')
    clock?.pause()
    const [sdk, credentials] = await Promise.all([loadKmsSdk(), source.get()])
    // Whoever gave up while credentials were fetched wants nothing signed any more.
    throwIfAborted(signal, PROVIDER)
    clock?.restart()
    const request = new sdk[REQUESTS[operation]]({ keyId, ...parameters })
    const held = Object.values(credentials).filter((value) => value !== undefined)
    try {
      const answer: unknown = await client(sdk, credentials)[operation](request as never)
      return withoutSecrets(answer, held) as ClientAnswer
    } catch (error) {
      throw clientFailure(error, {
        keyId,
        host: url.host,
        secrets: [...held, ...secrets],
        renewable: source.renews && credentials.securityToken !== undefined,
        timeoutMs: TIMEOUT_MS,
      })
    }
  }
  return async (question, context) => {
    const { signal } = context
    throwIfAborted(signal, PROVIDER)
    return raceAbort(ask(question, context), signal, PROVIDER)
  }
}
