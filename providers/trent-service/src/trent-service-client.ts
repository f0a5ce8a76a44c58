import { types } from 'node:util'
import { type CallContext, SigningError } from '@signport/core'
import type { HttpRequest } from '@signport/core/http'
import { createServerClock, formsOf, raceAbort, stayAwakeFor, typeName } from '@signport/core/kit'
import { readClientOptions } from './client-settings.js'
import type { TrentServiceCredentials } from './credentials.js'
import { PROVIDER } from './failure.js'
import {
  assertNames,
  isExpired,
  type KeyAnswer,
  type KeyParameters,
  type SignAnswer,
  type SignParameters,
} from './protocol/index.js'
import { createTransport } from './transport.js'
import type { TrentServiceClientOptions } from './trent-service-options.js'
import {
  bytesMember,
  invalidMember,
  type Question,
  readWireAnswer,
  textMember,
  type WireAnswer,
} from './wire-answer.js'
import { createRequestWriter } from './wire-request.js'

/** What Verify is told: Sign's parameters and the signature. */
export interface VerifyParameters extends SignParameters {
  readonly Signature: Uint8Array
}

/** What the server answered to Sign. */
export interface ClientSignature extends SignAnswer {
  readonly Signature: Uint8Array
  readonly requestId?: string
}

/** What the server answered to GetPublicKey: SPKI, or on some servers a bare point. */
export interface ClientPublicKey extends KeyAnswer {
  readonly PublicKey: Uint8Array
  /** On servers that do not say it, what they call CustomerMasterKeySpec. */
  readonly KeySpec?: string
  readonly requestId?: string
}

/** Calls a server that speaks the protocol of AWS KMS. Failures are a `SigningError`, by the service's own code. */
export interface TrentServiceClient {
  /** Has the server sign. What it gives is not verified: `createSigner` does that. */
  sign(parameters: SignParameters, context?: CallContext): Promise<ClientSignature>
  /** Has the server verify. A signature that is not valid is `false`, in whichever way the server says so. */
  verify(parameters: VerifyParameters, context?: CallContext): Promise<boolean>
  getPublicKey(parameters: KeyParameters, context?: CallContext): Promise<ClientPublicKey>
  /**
   * Calls any operation, such as `DescribeKey`. Of the parameters, each `Uint8Array` goes as base64.
   *
   * @returns the members of the answer as they came, bytes as base64
   */
  send(
    operation: string,
    parameters: object,
    context?: CallContext,
  ): Promise<Readonly<Record<string, unknown>>>
  /** Ends the connections that wait for calls, and calls under way. A later call opens new ones. */
  close(): Promise<void>
}

/** Codes that mean `false`: AWS's, and QKMS's. */
const NOT_VALID = new Set<string | undefined>(['KMSInvalidSignatureException', 'SignatureInvalidException'])

/**
 * A client without the AWS SDK. It does not keep time: `context.signal` ends a call at once, and `context.clock` stands
 * still until a request has its connection. It does not retry, either: only where a kept connection ends without an
 * answer, what changes nothing is sent once more (Sign, Verify, and Get…, Describe…, List…). It does see to it that the
 * caller's next try is better: after a refusal for its clock or for expired credentials, that has what it needs.
 *
 * @throws SigningError `Configuration` for options that cannot be used
 */
export function createTrentServiceClient(options: TrentServiceClientOptions): TrentServiceClient {
  const call = createCall(options)
  return {
    send: async (operation, parameters, context) => (await call.send(operation, parameters, context)).members,
    async sign(parameters, context) {
      assertBytes('Message', parameters.Message)
      return readSignature(await call.send('Sign', parameters, context), parameters.SigningAlgorithm)
    },
    async verify(parameters, context) {
      assertBytes('Message', parameters.Message)
      assertBytes('Signature', parameters.Signature)
      return readVerdict(call.send('Verify', parameters, context))
    },
    getPublicKey: async (parameters, context) =>
      readKey(await call.send('GetPublicKey', parameters, context)),
    close: async () => call.close(),
  }
}

/** An answer, and what was asked. */
interface Answer extends WireAnswer {
  readonly question: Question
}

function createCall(options: TrentServiceClientOptions) {
  const settings = readClientOptions(options)
  const { url, credentials: source } = settings
  const serverClock = createServerClock()
  const write = createRequestWriter({ ...settings, clock: serverClock })
  const transport = createTransport(settings)
  return {
    close: () => transport.close(),
    async send(operation: string, parameters: object, context: CallContext = {}): Promise<Answer> {
      // The time for an answer runs from when there is a connection.
      context.clock?.pause()
      const held = source?.get()
      const credentials = types.isPromise(held) ? await waitFor(held, context) : held
      const request = write(operation, parameters, credentials)
      const { signedAt } = request
      const raw = await transport.post(request, context)
      const question: Question = {
        url,
        keyId: keyIdOf(parameters),
        credentials: credentials ? heldIn(credentials, request.headers) : [],
        skewOf: signedAt === undefined ? undefined : (headers) => serverClock.correct(signedAt, headers),
        secrets: () => secretsOf(parameters),
      }
      try {
        return { question, ...readWireAnswer(raw, question) }
      } catch (error) {
        if (!source || !credentials || !SigningError.is(error) || !isExpired(error)) throw error
        context.clock?.pause()
        const renewed = await waitFor(source.renew(credentials), context)
        // The same refusal, which says now whether another try is worth while.
        return { question, ...readWireAnswer(raw, { ...question, renewed }) }
      }
    },
  }
}

/** Who calls without a signer has no deadline that would keep the process alive meanwhile. */
const waitFor = <T>(promise: Promise<T>, { signal }: CallContext) =>
  stayAwakeFor(raceAbort(promise, signal, PROVIDER))

function keyIdOf(parameters: object): string | undefined {
  const { KeyId } = parameters as { KeyId?: unknown }
  return typeof KeyId === 'string' ? KeyId : undefined
}

function heldIn(credentials: TrentServiceCredentials, { authorization }: HttpRequest['headers']): string[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const signature = authorization?.slice(authorization.lastIndexOf('=') + 1)
  return [accessKeyId, secretAccessKey, sessionToken, signature].filter((value) => value !== undefined)
}

/** What a server may repeat in its errors and nobody should see: messages, signatures, grants. */
function secretsOf(parameters: object): string[] {
  const bytes = Object.values(parameters).filter((value) => types.isUint8Array(value))
  const { GrantTokens: tokens } = parameters as { GrantTokens?: unknown }
  const grants = Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'string') : []
  return [...grants, ...bytes.flatMap(formsOf)]
}

function readSignature(answer: Answer, wireName: string): ClientSignature {
  const algorithm = textMember(answer, 'SigningAlgorithm')
  const about = keyIdAndRequest(answer, algorithm, wireName)
  return {
    Signature: bytesMember(answer, 'Signature'),
    ...about,
    ...(algorithm !== undefined && { SigningAlgorithm: algorithm }),
  }
}

function readKey(answer: Answer): ClientPublicKey {
  const keySpec = textMember(answer, 'KeySpec') ?? textMember(answer, 'CustomerMasterKeySpec')
  const about = keyIdAndRequest(answer)
  return {
    PublicKey: bytesMember(answer, 'PublicKey'),
    ...about,
    ...(keySpec !== undefined && { KeySpec: keySpec }),
  }
}

/** What both answers say besides, with the names in them checked: they go into results and errors. */
function keyIdAndRequest(
  answer: Answer,
  algorithm?: string,
  wireName?: string,
): { KeyId?: string; requestId?: string } {
  const keyId = textMember(answer, 'KeyId')
  const { requestId, question } = answer
  const secrets = () => [...question.credentials, ...question.secrets()]
  const asked = { provider: PROVIDER, keyId: question.keyId ?? '', wireName, requestId, secrets }
  assertNames({ KeyId: keyId, SigningAlgorithm: algorithm }, asked)
  return { ...(keyId !== undefined && { KeyId: keyId }), ...(requestId !== undefined && { requestId }) }
}

async function readVerdict(answering: Promise<WireAnswer>): Promise<boolean> {
  try {
    const answer = await answering
    const { SignatureValid: valid } = answer.members
    if (typeof valid === 'boolean') return valid
    throw invalidMember(answer, 'SignatureValid', 'true or false')
  } catch (error) {
    if (SigningError.is(error) && NOT_VALID.has(error.providerCode)) return false
    throw error
  }
}

/** Text would be signed in some encoding that nobody has chosen. */
function assertBytes(name: string, value: unknown): void {
  if (!types.isUint8Array(value)) throw new TypeError(`${name} must be a Uint8Array, not ${typeName(value)}.`)
}
