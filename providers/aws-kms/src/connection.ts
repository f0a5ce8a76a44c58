import type {
  GetPublicKeyCommand,
  GetPublicKeyCommandOutput,
  SignCommand,
  SignCommandInput,
  SignCommandOutput,
} from '@aws-sdk/client-kms'
import type { CallContext } from '@signport/core'
import { createServerClock, endingOf, raceAbort } from '@signport/core/kit'
import {
  assertKeyId,
  isExpired,
  type KeyParameters,
  redactId,
  type SignParameters,
  withoutCommand,
} from '@signport/trent-service/protocol'
import type { AwsKmsClient, AwsKmsOptions } from './aws-kms-options.js'
import { assertDestination } from './endpoint.js'
import { type Exchange, identityIn } from './exchange.js'
import { type Call, credentialsIn, failureOf, secretsOf } from './failure.js'
import { misconfigured, PROVIDER } from './misconfigured.js'
import { createOwnClient, type OwnClient } from './own-client.js'
import { loadSdk, type Sdk } from './sdk.js'
import { requestIdIn, thrown } from './thrown.js'
import { type Watch, watchAll, watchOne } from './watch.js'

/** The client, with what must be known before it may send. */
interface Connected {
  readonly sdk: Sdk
  readonly client: AwsKmsClient
  readonly watch: Watch
  readonly region: string | undefined
}

/** What the SDK is told besides the command. */
type SendOptions = Parameters<AwsKmsClient['send']>[1]

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
  #own: OwnClient | undefined
  readonly #clock = createServerClock()

  constructor(options: AwsKmsOptions) {
    this.#options = options
  }

  sign(parameters: SignParameters, context: CallContext): Promise<Answered<SignCommandOutput>> {
    return this.#send(
      { ...this.#callOf(parameters, context), message: parameters.Message },
      context,
      // What algorithms are called is an enumeration there; here it comes from the table.
      (sdk) => new sdk.SignCommand(parameters as SignCommandInput),
      (client, command, options) => client.send(command, options),
    )
  }

  getPublicKey(
    parameters: KeyParameters,
    context: CallContext,
  ): Promise<Answered<GetPublicKeyCommandOutput>> {
    return this.#send(
      this.#callOf(parameters, context),
      context,
      (sdk) => new sdk.GetPublicKeyCommand(parameters),
      (client, command, options) => client.send(command, options),
    )
  }

  /** Ends the connections of our client. A client that the user made is the user's to end. */
  close(): void {
    this.#own?.client.destroy()
  }

  #callOf({ KeyId, GrantTokens }: KeyParameters, context: CallContext): Call {
    const { credentials, client } = this.#options
    const ending = endingOf(context)
    return { keyId: KeyId, grantTokens: GrantTokens, ending, credentials, client, clock: this.#clock }
  }

  async #send<Command extends SignCommand | GetPublicKeyCommand, Output>(
    call: Call,
    context: CallContext,
    commandOf: (sdk: Sdk) => Command,
    send: (client: AwsKmsClient, command: Command, options?: SendOptions) => Promise<Output>,
  ): Promise<Answered<Output>> {
    const { clock, turn } = context
    const ending = endingOf(context)
    // The time for an answer runs from when the request is signed.
    clock?.pause()
    const { sdk, client, region, watch } = await this.#connected()
    assertKeyId(call.keyId, { provider: PROVIDER, region })
    const command = commandOf(sdk)
    const theirs = client === this.#options.client
    const { exchange, over } = watch(command, theirs ? { clock } : { clock, turn, ending })
    const options = theirs && context.signal ? { abortSignal: context.signal } : undefined
    // A client of the user's may never come to where these are asked for: then they are for all that the client does.
    if (theirs) {
      await turn?.()
      clock?.restart()
    }
    try {
      // The SDK does not look at the signal while it waits for credentials.
      const sending = send(client, command, options)
      // Not when the call ends: until the SDK is done with it, the request may still go out.
      Promise.resolve(sending).then(over, over)
      const output = await raceAbort(sending, ending, PROVIDER)
      return answered(output, exchange, call)
    } catch (error) {
      const failure = failureOf(error, exchange, call)
      const { fetched } = this.#own ?? {}
      if (!isExpired(failure) || !fetched) throw failure
      clock?.pause()
      const renewed = await raceAbort(fetched.renew(identityIn(exchange.request ?? {})), ending, PROVIDER)
      // The same refusal, which says now whether another try is worth while.
      throw failureOf(error, exchange, { ...call, renewed })
    }
  }

  #connected(): Promise<Connected> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      // What was missing or wrong may be right the next time; a client keeps what it has found.
      this.#connecting = undefined
      this.#own = undefined
      throw error
    })
    return this.#connecting
  }

  async #connect(): Promise<Connected> {
    const sdk = await loadSdk()
    const { client, watch } = this.#clientOf(sdk)
    return { sdk, client, watch, region: this.#options.region ?? (await regionOf(client)) }
  }

  #clientOf(sdk: Sdk): Pick<Connected, 'client' | 'watch'> {
    const { client } = this.#options
    if (client) return { client, watch: watchOne }
    this.#own = createOwnClient(sdk, this.#options, this.#clock)
    const watch = watchAll(this.#own.client, (destination) => assertDestination(destination, this.#options))
    return { client: this.#own.client, watch }
  }
}

/** A client of the user's may give back anything, or nothing. */
function answered<Output>(output: Output, exchange: Exchange, call: Call): Answered<Output> {
  const { $metadata } = Object(output) as { $metadata?: unknown }
  const id = requestIdIn($metadata)
  const secrets = () => secretsOf(exchange, call)
  return {
    output: Object(output),
    requestId: id && redactId(id, credentialsIn(exchange, call), secrets),
    secrets,
  }
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
