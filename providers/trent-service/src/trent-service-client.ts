import { types } from 'node:util'
import { type CallContext, SigningError } from '@signport/core'
import { typeName } from '@signport/core/kit'
import { readClientOptions } from './client-settings.js'
import { abortOf } from './connection-failure.js'
import type { TrentServiceCredentials } from './credentials.js'
import {
  formsOf,
  type KeyAnswer,
  type KeyParameters,
  type SignAnswer,
  type SignParameters,
} from './protocol/index.js'
import { createTransport } from './transport.js'
import type { TrentServiceClientOptions } from './trent-service-options.js'
import { bytesMember, invalidMember, readWireAnswer, textMember, type WireAnswer } from './wire-answer.js'
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

/** Codes after which credentials that a callback gave are fetched anew. */
const EXPIRED = new Set<string | undefined>(['ExpiredToken', 'ExpiredTokenException'])

/**
 * A client without the AWS SDK. It neither retries nor keeps time: `context.signal` ends a call at once.
 *
 * @throws SigningError `Configuration` for options that cannot be used
 */
export function createTrentServiceClient(options: TrentServiceClientOptions): TrentServiceClient {
  const call = createCall(options)
  return {
    send: async (operation, parameters, context) => (await call.send(operation, parameters, context)).members,
    async sign(parameters, context) {
      assertBytes('Message', parameters.Message)
      return readSignature(await call.send('Sign', parameters, context))
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

function createCall(options: TrentServiceClientOptions) {
  const settings = readClientOptions(options)
  const { url, credentials: source } = settings
  const write = createRequestWriter(settings)
  const transport = createTransport(settings)
  return {
    close: () => transport.close(),
    async send(operation: string, parameters: object, { signal }: CallContext = {}): Promise<WireAnswer> {
      const credentials = source && (await untilAborted(source.get(), signal))
      const raw = await transport.post(write(operation, parameters, credentials), signal)
      try {
        return readWireAnswer(raw, {
          url,
          keyId: keyIdOf(parameters),
          credentials: credentials ? heldIn(credentials) : [],
          secrets: () => secretsOf(parameters),
        })
      } catch (error) {
        if (credentials && SigningError.is(error) && EXPIRED.has(error.providerCode))
          source.forget(credentials)
        throw error
      }
    },
  }
}

/** A promise's outcome, or the abort if that comes first: others may wait for the same promise. */
function untilAborted<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortOf(signal))
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', onAbort))
}

function keyIdOf(parameters: object): string | undefined {
  const { KeyId } = parameters as { KeyId?: unknown }
  return typeof KeyId === 'string' ? KeyId : undefined
}

const heldIn = ({ accessKeyId, secretAccessKey, sessionToken }: TrentServiceCredentials) =>
  [accessKeyId, secretAccessKey, sessionToken].filter((value) => value !== undefined)

/** What a server may repeat in its errors and nobody should see: messages, signatures, grants. */
function secretsOf(parameters: object): string[] {
  const bytes = Object.values(parameters).filter((value) => types.isUint8Array(value))
  const { GrantTokens: tokens } = parameters as { GrantTokens?: unknown }
  const grants = Array.isArray(tokens) ? tokens.filter((token) => typeof token === 'string') : []
  return [...grants, ...bytes.flatMap(formsOf)]
}

function readSignature(answer: WireAnswer): ClientSignature {
  const algorithm = textMember(answer, 'SigningAlgorithm')
  return {
    ...keyIdAndRequest(answer),
    Signature: bytesMember(answer, 'Signature'),
    ...(algorithm !== undefined && { SigningAlgorithm: algorithm }),
  }
}

function readKey(answer: WireAnswer): ClientPublicKey {
  const keySpec = textMember(answer, 'KeySpec') ?? textMember(answer, 'CustomerMasterKeySpec')
  return {
    ...keyIdAndRequest(answer),
    PublicKey: bytesMember(answer, 'PublicKey'),
    ...(keySpec !== undefined && { KeySpec: keySpec }),
  }
}

function keyIdAndRequest(answer: WireAnswer): { KeyId?: string; requestId?: string } {
  const keyId = textMember(answer, 'KeyId')
  const { requestId } = answer
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
