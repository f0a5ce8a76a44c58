import { create, toBinary } from '@bufbuild/protobuf'
import type { CallContext, ProviderInput } from '@signport/core'
import type { HttpAnswer, HttpExchange } from '@signport/core/http'
import {
  createServerClock,
  type DatedHeaders,
  endingOf,
  formsOf,
  raceAbort,
  throwIfAborted,
} from '@signport/core/kit'
import type { AlibabaKmsInstanceOptions } from '../alibaba-kms-options.js'
import { assertTlsVerified } from '../endpoint.js'
import { PROVIDER } from '../failure.js'
import { GetPublicKeyRequestSchema } from '../generated/instance_pb.js'
import { type AskedAndAnswered, assertSameKey } from '../key-id.js'
import type { Transport } from '../transport.js'
import { type KeyAnswer, type Question, readKeyAnswer, readSignAnswer, type SignAnswer } from './answer.js'
import { type ApiName, authorize } from './authorization.js'
import type { ClientKey } from './client-key.js'
import { createExchange } from './exchange.js'
import { CA_INSTEAD, type InstanceSettings, readInstanceOptions } from './instance-options.js'
import { longestMessage, signBody, type WireMessageType } from './sign-body.js'

/** What of a call differs from operation to operation. */
interface InstanceCall<Answer> {
  readonly apiName: ApiName
  readonly keyId: string
  readonly body: Uint8Array
  /** What is signed, and how. */
  readonly message?: Uint8Array
  readonly algorithm?: string
  readonly read: (raw: HttpAnswer, question: Question) => Answer
}

/**
 * Keys of an instance by its own API.
 *
 * @throws SigningError `Configuration`
 */
export function createInstanceTransport(options: AlibabaKmsInstanceOptions): Transport {
  const settings = readInstanceOptions(options)
  const connections = createConnections(settings)
  const call = createCall(settings, connections.get)
  const { maxBodyBytes, limits } = settings
  return {
    limits,
    inputs(keyId, algorithm) {
      const maxBytes = longestMessage({ keyId, algorithm, messageType: 'RAW' }, maxBodyBytes)
      return { inputs: ['digest', 'raw'], raw: { minBytes: 1, maxBytes } }
    },
    async sign({ keyId, wireName: algorithm, input }, context) {
      const { message, messageType } = contentOf(input)
      const body = signBody({ keyId, algorithm, messageType }, message)
      return signatureOf(
        await call({ apiName: 'Sign', keyId, body, message, algorithm, read: readSignAnswer }, context),
      )
    },
    async getPublicKey(keyId, context) {
      const body = toBinary(GetPublicKeyRequestSchema, create(GetPublicKeyRequestSchema, { keyId }))
      return publicKeyOf(await call({ apiName: 'GetPublicKey', keyId, body, read: readKeyAnswer }, context))
    },
    close: connections.close,
  }
}

/** The connections, made with the authority that is read when it is needed. */
function createConnections({ url, limits, ca }: InstanceSettings) {
  let exchange: HttpExchange | undefined
  return {
    async get(): Promise<HttpExchange> {
      const authority = await ca()
      exchange ??= createExchange({ url, maxConnections: limits.maxConcurrency, ca: authority })
      return exchange
    },
    close: () => exchange?.close(),
  }
}

function createCall(
  { url, clientKey, keyVersion }: InstanceSettings,
  connections: () => Promise<HttpExchange>,
) {
  const serviceClock = createServerClock()
  let ready: { readonly key: ClientKey; readonly exchange: HttpExchange } | undefined
  /** Both stay as they are once they are there. */
  const prepare = async () => {
    const [key, exchange] = await Promise.all([clientKey(), connections()])
    ready = { key, exchange }
    return ready
  }
  return async <Answer extends AskedAndAnswered['answer']>(
    asked: InstanceCall<Answer>,
    context: CallContext,
  ): Promise<Answer> => {
    assertTlsVerified(url, CA_INSTEAD)
    context.clock?.pause()
    const { apiName, keyId, body, message, algorithm, read } = asked
    const ending = endingOf(context)
    throwIfAborted(ending, PROVIDER)
    const { key, exchange } = ready ?? (await raceAbort(prepare(), ending, PROVIDER))
    const date = serviceClock.now()
    const request = await authorize({ apiName, host: url.host, body, date, keyVersion }, key)
    // Signing changes nothing there.
    const raw = await exchange.post({ repeatable: true, ...request }, context)
    const { authorization = '' } = request.headers
    const credentials = () => [key.keyId, authorization.slice('Bearer '.length)]
    const secrets = () => [...credentials(), ...(message === undefined ? [] : formsOf(message))]
    const learnTime = (dated: DatedHeaders) => serviceClock.correct(date.getTime(), dated)
    const answer = read(raw, { url, keyId, message, algorithm, credentials, secrets, learnTime })
    assertSameKey({ keyId, keyVersion, answer, secrets })
    return answer
  }
}

function contentOf(input: ProviderInput): { message: Uint8Array; messageType: WireMessageType } {
  if (input.kind === 'raw') return { message: input.message, messageType: 'RAW' }
  if (input.kind === 'digest') return { message: input.digest, messageType: 'DIGEST' }
  throw new TypeError('support() offers digests and raw messages alone')
}

/** Only what the instance said: what it left out, core does not compare. */
function signatureOf({ signature, algorithm, keyId, keyVersion, messageType, requestId }: SignAnswer) {
  return {
    bytes: signature,
    ...(keyId !== undefined && { keyId }),
    ...(keyVersion !== undefined && { keyVersion }),
    ...(algorithm !== undefined && { wireName: algorithm }),
    ...(messageType !== undefined && { messageType }),
    ...(requestId !== undefined && { requestId }),
  }
}

function publicKeyOf({ publicKey, keyId, keyVersion }: KeyAnswer) {
  return {
    publicKey,
    ...(keyId !== undefined && { keyId }),
    ...(keyVersion !== undefined && { keyVersion }),
  }
}
