import type { KMSClient, KMSClientConfig } from '@aws-sdk/client-kms'
import type { ServerClock } from '@signport/core/kit'
import type { AwsKmsOptions } from './aws-kms-options.js'
import { type FetchedCredentials, foundCredentials, keptCredentials } from './credentials.js'
import { misconfigured } from './misconfigured.js'
import type { Sdk } from './sdk.js'

/** The client that the provider makes, where the user made none. */
export interface OwnClient {
  readonly client: KMSClient
  /** Its credentials, where they are fetched and not given. */
  readonly fetched?: FetchedCredentials
}

/** As many as core sends at once. */
const MAX_CONCURRENCY = 64

/** Where the SDK writes what it thinks of its connections. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** @param clock the time that requests are signed with */
export function createOwnClient(sdk: Sdk, options: AwsKmsOptions, clock: ServerClock): OwnClient {
  const settings = settingsOf(options)
  const { credentials } = options
  const fetched =
    typeof credentials === 'object'
      ? undefined
      : keptCredentials(credentials ?? foundCredentials(sdk, settings))
  const client = new sdk.KMSClient({
    ...settings,
    ...given({ credentials: fetched?.provide ?? credentials }),
  })
  setClock(client, clock)
  return { client, ...(fetched && { fetched }) }
}

/**
 * The SDK would take over the time that any answer says, whatever day it is. Here it is told, and not asked: its option
 * `disableClockSkewCorrection` would leave the offset unused.
 */
function setClock({ config }: KMSClient, clock: ServerClock): void {
  try {
    Object.defineProperty(config, 'systemClockOffset', { get: () => clock.offset, set() {} })
  } catch {
    throw misconfigured(
      'the time of this version of @aws-sdk/client-kms cannot be set: install an earlier one',
    )
  }
}

function settingsOf(options: AwsKmsOptions): KMSClientConfig {
  const { region, endpoint, profile, useFipsEndpoint, useDualstackEndpoint } = options
  const agent = { keepAlive: true, maxSockets: options.maxConcurrency ?? MAX_CONCURRENCY }
  return {
    ...given({ region, endpoint, profile, useFipsEndpoint, useDualstackEndpoint }),
    // Core retries and keeps time, for all providers alike.
    maxAttempts: 1,
    retryMode: 'standard',
    requestHandler: { httpAgent: agent, httpsAgent: agent, logger: SILENT },
  }
}

/** Only what was given: the SDK looks for the rest by itself. */
function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}
