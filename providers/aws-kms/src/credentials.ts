import type { KMSClientConfig } from '@aws-sdk/client-kms'
import { bounded } from '@signport/core/kit'
import {
  type CredentialSource,
  createCredentialSource,
  readExpiration,
  readIdentity,
  readMembers,
} from '@signport/trent-service/protocol'
import type { AwsKmsCredentials } from './aws-kms-options.js'
import { chainFailure, functionFailure } from './credentials-failure.js'
import { PROVIDER } from './misconfigured.js'
import type { Sdk } from './sdk.js'

/** A function for credentials, as the SDK has them. */
export type Provide = Extract<AwsKmsCredentials, (...parameters: never[]) => unknown>

type Identity = Awaited<ReturnType<Provide>>

/** What such a function is told: the SDK says on whose behalf it asks. */
type Properties = NonNullable<Parameters<Provide>[0]>

/** Credentials that are fetched. */
export interface FetchedCredentials {
  /** What a client is given for them. */
  readonly provide: Provide
  readonly renew: CredentialSource<Identity>['renew']
}

/** The option, checked, and a function's failures without what they may say. */
export function credentialsOf(given: AwsKmsCredentials): AwsKmsCredentials {
  if (typeof given !== 'function') return checked(readMembers(given), 'the option credentials')
  return async (properties) =>
    checked(await waitedFor(asked(given, properties)), 'what the function for credentials gave')
}

/**
 * What the SDK finds by itself. It is looked for by a client of its own each time: a client waits for ever for what it once
 * has asked for and never got, as from a profile's program that hangs.
 */
export function foundCredentials({ KMSClient }: Sdk, settings: KMSClientConfig): Provide {
  return async (properties) => {
    const client = new KMSClient(settings)
    try {
      return await waitedFor(client.config.credentials(properties ?? {}))
    } catch (error) {
      throw chainFailure(error)
    } finally {
      client.destroy()
    }
  }
}

/** Keeps what a function gives, in place of the SDK, which cannot be told that a service has refused it. */
export function keptCredentials(fetch: Provide): FetchedCredentials {
  let properties: Properties = {}
  const source = createCredentialSource<Identity>((anew) =>
    fetch({ ...properties, ...(anew && { forceRefresh: true }) }),
  )
  const provide: Provide = async (given = {}) => {
    properties = given
    return source.get()
  }
  // By this mark the SDK knows that it need not keep them, too.
  return { provide: Object.assign(provide, { memoized: true }), renew: source.renew }
}

function checked({ expiration, ...identity }: Identity, what: string): Identity {
  readIdentity(identity, what, PROVIDER)
  const end = readExpiration(expiration, PROVIDER)
  return { ...identity, ...(end && { expiration: end }) }
}

const waitedFor = (credentials: Promise<Identity>) =>
  bounded(credentials, { what: 'The credentials', provider: PROVIDER })

async function asked(provide: Provide, properties: Properties | undefined): Promise<Identity> {
  try {
    return readMembers(await provide(properties))
  } catch (error) {
    throw functionFailure(error)
  }
}
