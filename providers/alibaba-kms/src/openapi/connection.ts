import { randomUUID } from 'node:crypto'
import { type CallContext, SigningError } from '@signport/core'
import {
  createServerClock,
  endingOf,
  formsOf,
  Roll,
  raceAbort,
  type ServerClock,
  throwIfAborted,
} from '@signport/core/kit'
import type { AlibabaKmsCredentials } from '../alibaba-kms-options.js'
import { isRedirection, redirected } from '../answer-head.js'
import { assertTlsVerified } from '../endpoint.js'
import { PROVIDER } from '../failure.js'
import { withoutSecrets } from '../redact.js'
import { correctable, type Renewal } from '../refusal.js'
import { requestIdOf } from './answer.js'
import { type Clients, createClients } from './client.js'
import { clientFailure, serviceCodeOf } from './client-failure.js'
import type { CredentialSource } from './credentials.js'
import { type RequestWatch, watched, watchRequest } from './request-watch.js'
import { type KmsSdk, loadKmsSdk } from './sdk.js'

/** The operations that are used, as the vendor's client names them, with the classes of their requests. */
const REQUESTS = {
  asymmetricSign: 'AsymmetricSignRequest',
  getPublicKey: 'GetPublicKeyRequest',
  describeKey: 'DescribeKeyRequest',
  listKeyVersions: 'ListKeyVersionsRequest',
} as const

type Operation = keyof typeof REQUESTS

/**
 * What the client made of an answer, without the credentials, should it repeat them, and with a name of the request that may be
 * shown. Its types cannot be relied on: nothing is checked there but what is text.
 */
export type ClientAnswer = Readonly<Record<string, unknown>>

/** What one call is about. */
interface Question {
  readonly operation: Operation
  readonly keyId: string
  readonly parameters?: Readonly<Record<string, string | number>>
  /** What is signed: nobody should see it in an error. */
  readonly message?: Uint8Array
  /** How long the answer may take where no signal ends the call, in milliseconds. */
  readonly limitMs?: number
}

/** Calls OpenAPI. */
export type Call = (question: Question, context: CallContext) => Promise<ClientAnswer>

/** A way to call OpenAPI, and to end the calls under way. */
export interface OpenApiConnection {
  readonly call: Call
  close(): void
}

/** After this time a request ends that no signal has ended, in milliseconds. */
const LIMIT_MS = 30_000

/** What all requests of one provider have in common. */
interface Common {
  readonly url: URL
  readonly clients: Clients
  readonly source: CredentialSource
  readonly clock: ServerClock
  readonly underWay: Roll<RequestWatch>
}

/** What one request was made with. */
interface Sent {
  readonly credentials: AlibabaKmsCredentials
  readonly signedAt: Date
  readonly watch: RequestWatch
}

export function createConnection(
  url: URL,
  region: string | undefined,
  source: CredentialSource,
): OpenApiConnection {
  const underWay = new Roll<RequestWatch>()
  const common = { url, clients: createClients(url, region), source, clock: createServerClock(), underWay }
  return {
    async call(question, context) {
      const ending = endingOf(context)
      throwIfAborted(ending, PROVIDER)
      return raceAbort(ask(question, context, common), ending, PROVIDER)
    },
    close() {
      for (const watch of underWay) watch.end('closed')
    },
  }
}

async function ask(question: Question, context: CallContext, common: Common): Promise<ClientAnswer> {
  const { url, clients, source, clock, underWay } = common
  const ending = endingOf(context)
  assertTlsVerified(url, 'a private authority is named in NODE_EXTRA_CA_CERTS')
  context.clock?.pause()
  const [sdk, credentials] = await Promise.all([loadKmsSdk(), source.get()])
  // Whoever gave up while credentials were fetched wants nothing signed any more.
  throwIfAborted(ending, PROVIDER)
  await context.turn?.()
  context.clock?.restart()
  const { operation, limitMs = LIMIT_MS } = question
  const client = clients(sdk, { credentials, limitMs })
  const [nonce, signedAt] = [randomUUID(), clock.now()]
  const request = requestOf(sdk, question, { Timestamp: timestampOf(signedAt), SignatureNonce: nonce })
  const sent = { credentials, signedAt, watch: watchRequest(nonce) }
  const leave = underWay.add(sent.watch)
  try {
    const work = (): Promise<unknown> => client[operation](request as never)
    const answer = await watched(sent.watch, { ending, limitMs }, work)
    const { head } = sent.watch
    if (head && isRedirection(head)) throw redirected(head, url, secretsOf(question, sent))
    const held = heldIn(sent)
    const shown = withoutSecrets(answer, held, question.keyId) as ClientAnswer
    return { ...shown, ...requestIdOf(shown, held, question.message) }
  } catch (error) {
    // Whoever is asked for other credentials may take his time: it is not that of an answer.
    context.clock?.pause()
    throw await failureOf(error, question, sent, common)
  } finally {
    leave()
  }
}

/** What went wrong, and whether it was put right for the next request. */
async function failureOf(
  error: unknown,
  question: Question,
  sent: Sent,
  { url, source, clock }: Common,
): Promise<SigningError> {
  const { keyId, limitMs: timeoutMs = LIMIT_MS } = question
  const { credentials, signedAt, watch } = sent
  const what = correctable(serviceCodeOf(error))
  const renewal = what === 'credentials' ? await renewalOf(source, credentials) : undefined
  return clientFailure(error, {
    keyId,
    url,
    secrets: secretsOf(question, sent),
    watch,
    timeoutMs,
    renewal,
    skew: what === 'time' ? clock.correct(signedAt.getTime(), watch.head?.headers ?? {}) : undefined,
  })
}

/** Asks for others; that there are none is no failure of its own: what was refused is what went wrong. */
async function renewalOf(source: CredentialSource, refused: AlibabaKmsCredentials): Promise<Renewal> {
  try {
    return { renewed: await source.renew(refused) }
  } catch (error) {
    return { renewed: false, ...(SigningError.is(error) && { why: error.message }) }
  }
}

/** The client writes time and nonce itself, and what a request names in place of its own. */
function requestOf(sdk: KmsSdk, question: Question, own: { Timestamp: string; SignatureNonce: string }) {
  const { operation, keyId, parameters } = question
  const request = new sdk[REQUESTS[operation]]({ keyId, ...parameters })
  const named = { ...request.toMap(), ...own }
  return Object.assign(request, { toMap: () => named })
}

/** To the second, as the client writes it. */
const timestampOf = (date: Date) => `${date.toISOString().slice(0, -'.000Z'.length)}Z`

/** What the request was signed with. */
const heldIn = ({
  credentials: { accessKeyId, accessKeySecret, securityToken },
  watch: { signature },
}: Sent) => [accessKeyId, accessKeySecret, securityToken, signature].filter((value) => value !== undefined)

/** The same and what was to be signed. */
const secretsOf = ({ message }: Question, sent: Sent) => [
  ...heldIn(sent),
  ...(message === undefined ? [] : formsOf(message)),
]
