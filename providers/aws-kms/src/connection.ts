import type {
  GetPublicKeyCommand,
  GetPublicKeyCommandOutput,
  KMSClient,
  SignCommand,
  SignCommandInput,
  SignCommandOutput,
} from '@aws-sdk/client-kms'
import type { CallContext } from '@signport/core'
import { assertKeyId, type KeyParameters, type SignParameters } from '@signport/trent-service/protocol'
import type { AwsKmsClient, AwsKmsOptions } from './aws-kms-options.js'
import { withoutSecrets } from './credentials-failure.js'
import { assertDestination, assertTlsVerified } from './endpoint.js'
import { watch } from './exchange.js'
import { type Call, failureOf } from './failure.js'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { loadSdk, type Sdk } from './sdk.js'
import { thrown } from './thrown.js'

/** The SDK's own default. */
const MAX_SOCKETS = 50

/** The client, with what must be known before it may send. */
interface Connected {
  readonly sdk: Sdk
  readonly client: AwsKmsClient
  readonly region: string | undefined
}

/** One client for all calls, made at the first. */
export class Connection {
  readonly #options: AwsKmsOptions
  #connecting: Promise<Connected> | undefined
  #ours: KMSClient | undefined

  constructor(options: AwsKmsOptions) {
    this.#options = options
  }

  sign(parameters: SignParameters, { signal }: CallContext): Promise<SignCommandOutput> {
    const call = { keyId: parameters.KeyId, message: parameters.Message, signal }
    return this.#send(
      call,
      // What algorithms are called is an enumeration there; here it comes from the table.
      (sdk) => new sdk.SignCommand(parameters as SignCommandInput),
      (client, command) => client.send(command, signal && { abortSignal: signal }),
    )
  }

  getPublicKey(parameters: KeyParameters, { signal }: CallContext): Promise<GetPublicKeyCommandOutput> {
    return this.#send(
      { keyId: parameters.KeyId, signal },
      (sdk) => new sdk.GetPublicKeyCommand(parameters),
      (client, command) => client.send(command, signal && { abortSignal: signal }),
    )
  }

  /** Ends the connections of our client. A client that the user made is the user's to end. */
  close(): void {
    this.#ours?.destroy()
  }

  async #send<Command extends SignCommand | GetPublicKeyCommand, Output>(
    call: Call,
    commandOf: (sdk: Sdk) => Command,
    send: (client: AwsKmsClient, command: Command) => Promise<Output>,
  ): Promise<Output> {
    assertTlsVerified()
    const { sdk, client, region } = await this.#connected()
    assertKeyId(call.keyId, { provider: PROVIDER, region })
    const command = commandOf(sdk)
    const exchange = watch(command, (destination) => {
      if (client !== this.#options.client) assertDestination(destination, this.#options)
    })
    try {
      return await send(client, command)
    } catch (error) {
      throw failureOf(error, exchange, { ...call, credentials: this.#options.credentials })
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
      requestHandler: { httpAgent: agent, httpsAgent: agent },
    })
    return this.#ours
  }
}

/** The region that the SDK finds, so that a key of another one is refused before anything is sent. */
async function regionOf({ config }: AwsKmsClient): Promise<string | undefined> {
  try {
    return await config?.region()
  } catch (error) {
    const why = withoutSecrets(thrown(error).message ?? '')
    throw misconfigured(
      `the region of the keys is not known (${why}): set the option region, AWS_REGION, or the profile's region`,
    )
  }
}

/** Only what was given: the SDK looks for the rest by itself. */
function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
