import type {
  GetPublicKeyCommand,
  GetPublicKeyCommandOutput,
  KMSClient,
  SignCommand,
  SignCommandInput,
  SignCommandOutput,
} from '@aws-sdk/client-kms'
import type { CallContext } from '@signport/core'
import {
  assertKeyId,
  type KeyParameters,
  redactId,
  type SignParameters,
  withoutCommand,
} from '@signport/trent-service/protocol'
import type { AwsKmsClient, AwsKmsOptions } from './aws-kms-options.js'
import { assertDestination, type Destination } from './endpoint.js'
import { watch } from './exchange.js'
import { type Call, failureOf, secretsOf } from './failure.js'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { loadSdk, type Sdk } from './sdk.js'
import { requestIdIn, thrown } from './thrown.js'

/** The SDK's own default. */
const MAX_SOCKETS = 50

/** Where the SDK writes what it thinks of its connections. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** The client, with what must be known before it may send. */
interface Connected {
  readonly sdk: Sdk
  readonly client: AwsKmsClient
  readonly region: string | undefined
}

/** What came of a call. */
interface Answered<Output> {
  readonly output: Output
  readonly requestId: string | undefined
  /** What the service was told in confidence. */
  readonly secrets: () => readonly string[]
}

/** One client for all calls, made at the first. */
export class Connection {
  readonly #options: AwsKmsOptions
  #connecting: Promise<Connected> | undefined
  #ours: KMSClient | undefined

  constructor(options: AwsKmsOptions) {
    this.#options = options
  }

  sign(parameters: SignParameters, context: CallContext): Promise<Answered<SignCommandOutput>> {
    const { signal } = context
    return this.#send(
      { ...this.#callOf(parameters, context), message: parameters.Message },
      context,
      // What algorithms are called is an enumeration there; here it comes from the table.
      (sdk) => new sdk.SignCommand(parameters as SignCommandInput),
      (client, command) => client.send(command, signal && { abortSignal: signal }),
    )
  }

  getPublicKey(
    parameters: KeyParameters,
    context: CallContext,
  ): Promise<Answered<GetPublicKeyCommandOutput>> {
    const { signal } = context
    return this.#send(
      this.#callOf(parameters, context),
      context,
      (sdk) => new sdk.GetPublicKeyCommand(parameters),
      (client, command) => client.send(command, signal && { abortSignal: signal }),
    )
  }

  /** Ends the connections of our client. A client that the user made is the user's to end. */
  close(): void {
    this.#ours?.destroy()
  }

  #callOf({ KeyId, GrantTokens }: KeyParameters, { signal }: CallContext): Call {
    const { credentials, client } = this.#options
    return { keyId: KeyId, grantTokens: GrantTokens, signal, credentials, client }
  }

  async #send<Command extends SignCommand | GetPublicKeyCommand, Output>(
    call: Call,
    { clock }: CallContext,
    commandOf: (sdk: Sdk) => Command,
    send: (client: AwsKmsClient, command: Command) => Promise<Output>,
  ): Promise<Answered<Output>> {
    // The time for an answer runs from when the request is signed.
    clock?.pause()
    const { sdk, client, region } = await this.#connected()
    assertKeyId(call.keyId, { provider: PROVIDER, region })
    const command = commandOf(sdk)
    const assertMayGo = (destination: Destination) => {
      if (client !== this.#options.client) assertDestination(destination, this.#options)
    }
    const exchange = watch(command, assertMayGo, clock)
    // A client of the user's may never come to where it is started: then it runs for all that the client does.
    if (client === this.#options.client) clock?.restart()
    try {
      const output = await send(client, command)
      return answered(output, () => secretsOf(exchange, call))
    } catch (error) {
      throw failureOf(error, exchange, call)
    }
  }

  #connected(): Promise<Connected> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      // What was missing or wrong may be right the next time; a client keeps what it has found.
      this.#connecting = undefined
      this.#ours = undefined
      throw error
    })
    return this.#connecting
  }

  async #connect(): Promise<Connected> {
    const sdk = await loadSdk()
    const client = this.#options.client ?? this.#make(sdk)
    return { sdk, client, region: this.#options.region ?? (await regionOf(client)) }
  }

  #make(sdk: Sdk): KMSClient {
    const { region, endpoint, profile, useFipsEndpoint, useDualstackEndpoint, credentials } = this.#options
    const agent = { keepAlive: true, maxSockets: this.#options.maxSockets ?? MAX_SOCKETS }
    this.#ours ??= new sdk.KMSClient({
      ...given({ region, endpoint, profile, useFipsEndpoint, useDualstackEndpoint, credentials }),
      // Core retries and keeps time, for all providers alike.
      maxAttempts: 1,
      retryMode: 'standard',
      // A queue of requests is no news for the console: maxSockets asked for it.
      requestHandler: { httpAgent: agent, httpsAgent: agent, logger: SILENT },
    })
    return this.#ours
  }
}

/** A client of the user's may give back anything, or nothing. */
function answered<Output>(output: Output, secrets: () => string[]): Answered<Output> {
  const { $metadata } = Object(output) as { $metadata?: unknown }
  const id = requestIdIn($metadata)
  return { output: Object(output), requestId: id && redactId(id, secrets()), secrets }
}

/** The region that the SDK finds, so that a key of another one is refused before anything is sent. */
async function regionOf({ config }: AwsKmsClient): Promise<string | undefined> {
  try {
    return await config?.region()
  } catch (error) {
    const why = withoutCommand(thrown(error).message ?? '')
    throw misconfigured(
      `the region of the keys is not known (${why}): set the option region, AWS_REGION, or the profile's region`,
    )
  }
}

/** Only what was given: the SDK looks for the rest by itself. */
function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
