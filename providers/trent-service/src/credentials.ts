import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { misconfigured, PROVIDER } from './failure.js'
import { type Identity, readIdentity, reasonOf } from './protocol/index.js'

/** What requests are signed with, as in the AWS SDK. */
export interface TrentServiceCredentials extends Identity {}

/** Credentials that run out. */
export interface ExpiringCredentials extends TrentServiceCredentials {
  readonly expiration?: Date | undefined
}

/**
 * Gives credentials when they are needed. It has the shape of the AWS SDK's `AwsCredentialIdentityProvider`, so that
 * those of `@aws-sdk/credential-providers` can be used.
 */
export type CredentialsCallback = () => Promise<ExpiringCredentials>

/** Where the credentials of a client come from. */
export interface CredentialSource {
  /** Whether there are others after those that ran out. */
  readonly renewable: boolean
  get(): Promise<TrentServiceCredentials>
  /** To be called with credentials that the service said have expired: they are not given out again. */
  forget(credentials: TrentServiceCredentials): void
}

/** New credentials are fetched this long before the known ones run out, in milliseconds. */
const EARLY_MS = 5 * 60 * 1000

/**
 * @param trusted whether the credentials of the environment may go to the endpoint
 * @throws SigningError `Configuration`, with nothing of the credentials in it
 */
export function createCredentialSource(
  credentials: TrentServiceCredentials | CredentialsCallback | undefined,
  trusted: boolean,
  host: string,
): CredentialSource {
  if (typeof credentials === 'function') return fetchedBy(credentials)
  if (credentials !== undefined) return always(readIdentity(credentials, 'the option credentials', PROVIDER))
  if (trusted) return { renewable: false, get: async () => environmentCredentials(), forget() {} }
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

function always(credentials: TrentServiceCredentials): CredentialSource {
  return { renewable: false, get: async () => credentials, forget() {} }
}

function fetchedBy(callback: CredentialsCallback): CredentialSource {
  let known: ExpiringCredentials | undefined
  let fetching: Promise<ExpiringCredentials> | undefined
  const fetchOnce = () => {
    fetching ??= fetched(callback)
      .then((fresh) => {
        known = fresh
        return fresh
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }
  return {
    renewable: true,
    get: async () => (known && isFresh(known) ? known : fetchOnce()),
    forget(credentials) {
      if (known === credentials) known = undefined
    },
  }
}

function isFresh({ expiration }: ExpiringCredentials): boolean {
  return expiration === undefined || expiration.getTime() - EARLY_MS > Date.now()
}

async function fetched(callback: CredentialsCallback): Promise<ExpiringCredentials> {
  const credentials = await called(callback)
  const known = readIdentity(credentials, 'what the credentials callback gave', PROVIDER)
  const { expiration } = credentials
  if (expiration === undefined || expiration === null) return known
  const time = new Date(expiration)
  if (Number.isNaN(time.getTime())) throw misconfigured('The expiration of credentials must be a Date.')
  return { ...known, expiration: time }
}

/** The failure is told in words: errors of SDKs hold requests and answers, and so tokens. */
async function called(callback: CredentialsCallback): Promise<ExpiringCredentials> {
  try {
    return await callback()
  } catch (error) {
    if (SigningError.is(error)) throw error
    throw unauthenticated(`No credentials could be fetched: ${reasonOf(error)}.`)
  }
}

function unauthenticated(message: string): SigningError {
  return new SigningError('Unauthenticated', message, { provider: PROVIDER })
}
