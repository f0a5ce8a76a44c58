import { SigningError } from '@signport/core'
import { bounded, printable } from '@signport/core/kit'
import { misconfigured, PROVIDER } from './failure.js'
import {
  type CredentialSource,
  createCredentialSource,
  type Identity,
  isSame,
  readExpiration,
  readIdentity,
  readMembers,
  reasonOf,
} from './protocol/index.js'

/** What requests are signed with, as in the AWS SDK. */
export interface TrentServiceCredentials extends Identity {}

/** Credentials that run out. */
export interface ExpiringCredentials extends TrentServiceCredentials {
  readonly expiration?: Date | undefined
}

/** What a function for credentials is asked. */
export interface CredentialsRequest {
  /** The service refuses what was given last: whoever keeps credentials must fetch others. */
  readonly forceRefresh?: boolean
}

/**
 * Gives credentials when they are needed. It has the shape of the AWS SDK's `AwsCredentialIdentityProvider`, so that
 * those of `@aws-sdk/credential-providers` can be used.
 */
export type CredentialsCallback = (request?: CredentialsRequest) => Promise<ExpiringCredentials>

/**
 * @param trusted whether the credentials of the environment may go to the endpoint
 * @throws SigningError `Configuration`, with nothing of the credentials in it
 */
export function credentialSourceOf(
  credentials: TrentServiceCredentials | CredentialsCallback | undefined,
  trusted: boolean,
  host: string,
): CredentialSource<TrentServiceCredentials> {
  if (typeof credentials === 'function') return createCredentialSource((anew) => fetched(credentials, anew))
  if (credentials !== undefined) return always(readIdentity(credentials, 'the option credentials', PROVIDER))
  if (trusted) return ofEnvironment()
  const instead = `set credentials, or auth: 'none' if the server asks for none`
  throw misconfigured(
    `The AWS credentials of the environment are not sent to ${printable(host)}, which is neither AWS KMS nor this machine: ${instead}.`,
  )
}

/** @throws SigningError `Unauthenticated` when there are none */
export function environmentCredentials(): TrentServiceCredentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw unauthenticated(
      'There are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option credentials.',
    )
  const found = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY }
  const all = AWS_SESSION_TOKEN ? { ...found, sessionToken: AWS_SESSION_TOKEN } : found
  return readIdentity(all, 'the environment', PROVIDER)
}

function always(credentials: TrentServiceCredentials): CredentialSource<TrentServiceCredentials> {
  return { get: () => credentials, renew: async () => false }
}

/** A program can change its environment: it is read each time. */
function ofEnvironment(): CredentialSource<TrentServiceCredentials> {
  return {
    get: environmentCredentials,
    renew: async (refused) => !isSame(environmentCredentials(), refused),
  }
}

async function fetched(callback: CredentialsCallback, anew: boolean): Promise<ExpiringCredentials> {
  const asking = called(callback, anew ? { forceRefresh: true } : undefined)
  const credentials = await bounded(asking, { what: 'The credentials', provider: PROVIDER })
  const known = readIdentity(credentials, 'what the credentials callback gave', PROVIDER)
  const expiration = readExpiration(credentials.expiration, PROVIDER)
  return { ...known, ...(expiration && { expiration }) }
}

/** The failure is told in words: errors of SDKs hold requests and answers, and so tokens. */
async function called(
  callback: CredentialsCallback,
  request: CredentialsRequest | undefined,
): Promise<ExpiringCredentials> {
  try {
    return readMembers(await callback(request))
  } catch (error) {
    if (SigningError.is(error)) throw error
    throw unauthenticated(`No credentials could be fetched: ${reasonOf(error)}.`)
  }
}

function unauthenticated(message: string): SigningError {
  return new SigningError('Unauthenticated', message, { provider: PROVIDER })
}
