import { SigningError } from '@signport/core'
import { bounded, printable, typeName } from '@signport/core/kit'
import type {
  AlibabaKmsCredentials,
  AlibabaKmsCredentialsCallback,
  AlibabaKmsCredentialsRequest,
} from '../alibaba-kms-options.js'
import { misconfigured, PROVIDER, unauthenticated } from '../failure.js'
import { redact } from '../redact.js'
import { loadCredentialsSdk } from './sdk.js'

/** Where credentials come from. */
export interface CredentialSource {
  /** The credentials of one request, all parts of them of the same moment. */
  get(): Promise<AlibabaKmsCredentials>
  /**
   * Asks for others than those that the service does not take any more, once for all who were refused with them.
   *
   * @returns whether there are others now
   */
  renew(refused: AlibabaKmsCredentials): Promise<boolean>
}

/** What is known of a host that credentials go to. */
interface Surroundings {
  readonly host: string
  /** Whether credentials that are only found may go there. */
  readonly trusted: boolean
  /** The longest wait for them, where it is not the usual one. In milliseconds. */
  readonly limitMs?: number
}

const waitOf = (limitMs: number | undefined) => ({ what: 'The credentials', provider: PROVIDER, limitMs })

/** No part of them has other characters. */
const VISIBLE = /^[\x21-\x7e]+$/

/** @throws SigningError `Configuration`, with nothing of the credentials in it */
export function createCredentialSource(
  credentials: AlibabaKmsCredentials | AlibabaKmsCredentialsCallback | undefined,
  { host, trusted, limitMs }: Surroundings,
): CredentialSource {
  if (typeof credentials === 'function') return givenBy(credentials, limitMs)
  if (credentials !== undefined) {
    const known = checked(credentials, 'the option credentials')
    return { get: async () => known, renew: async () => false }
  }
  if (trusted) return foundBySdk(limitMs)
  throw misconfigured(
    `Credentials that are only found are not sent to ${printable(host)}, which is neither KMS nor this machine: set the option credentials.`,
  )
}

/** Those of a function, which is asked before each request. */
function givenBy(callback: AlibabaKmsCredentialsCallback, limitMs: number | undefined): CredentialSource {
  let latest: AlibabaKmsCredentials | undefined
  let stale: AlibabaKmsCredentials | undefined
  let forced: AlibabaKmsCredentials | undefined
  let renewing: Promise<AlibabaKmsCredentials> | undefined
  const ask = async (request: AlibabaKmsCredentialsRequest) =>
    checked(await asked(callback, request), 'what the credentials function gave')
  const fetch = async () => {
    const given = await ask({})
    // It need not keep what it was made to fetch: as long as it gives what was refused, that is used in its place.
    if (!stale || !isSame(given, stale)) forced = undefined
    latest = forced ?? given
    return latest
  }
  const fetchAnew = async () => {
    latest = forced = await ask({ forceRefresh: true })
    return latest
  }
  return {
    get: () => bounded(fetch(), waitOf(limitMs)),
    async renew(refused) {
      if (latest && !isSame(latest, refused)) return true
      // What was forced before is refused now, and what the function gives by itself was before that.
      if (!forced || !isSame(forced, refused)) stale = refused
      renewing ??= bounded(fetchAnew(), waitOf(limitMs)).finally(() => {
        renewing = undefined
      })
      return !isSame(await renewing, refused)
    },
  }
}

/** Whether all parts of them are the same. */
export const isSame = (one: AlibabaKmsCredentials, other: AlibabaKmsCredentials) =>
  one.accessKeyId === other.accessKeyId &&
  one.accessKeySecret === other.accessKeySecret &&
  one.securityToken === other.securityToken

async function asked(
  callback: AlibabaKmsCredentialsCallback,
  request: AlibabaKmsCredentialsRequest,
): Promise<unknown> {
  try {
    // Members may be getters, which fail as the function may.
    const { accessKeyId, accessKeySecret, securityToken } = Object(await callback(request))
    return { accessKeyId, accessKeySecret, securityToken }
  } catch (error) {
    if (SigningError.is(error)) throw error
    // Its text is not repeated: whoever fetches secrets may well have put one into it.
    throw unauthenticated(
      `There are no credentials: the function that was given for them failed with ${typeName(error)}.`,
    )
  }
}

/** What is used of the vendor's search. */
interface Chain {
  getCredential(): Promise<unknown>
}

/**
 * The vendor's default chain, which keeps to the source that it found and fetches anew what has expired. Asked twice at
 * once, a new one takes the source that it is just trying for the one that was found, and one that found none keeps to the
 * last that it tried: so there is one search for all who wait, and a chain is kept once it has found something. While it is
 * asked nobody else has it, so that a search that never ends is not in the way of the next one. It goes by the time at which
 * credentials should expire: for those that were refused before that, a new chain is asked.
 */
function foundBySdk(limitMs: number | undefined): CredentialSource {
  let chain: Chain | undefined
  let searching: Promise<AlibabaKmsCredentials> | undefined
  let expired: AlibabaKmsCredentials | undefined
  const ask = async (asked: Chain) => {
    const found = checked(await asked.getCredential(), 'what @alicloud/credentials found')
    chain = asked
    return found
  }
  const search = async () => {
    const { default: Credential } = await loadCredentialsSdk()
    const kept = chain
    chain = undefined
    try {
      const found = await ask(kept ?? new Credential())
      return kept && expired && isSame(found, expired) ? await ask(new Credential()) : found
    } catch (error) {
      chain ??= kept
      throw SigningError.is(error) ? error : notFound(error)
    }
  }
  const get = () => {
    searching ??= bounded(search(), waitOf(limitMs)).finally(() => {
      searching = undefined
    })
    return searching
  }
  return {
    get,
    async renew(refused) {
      expired = refused
      return !isSame(await get(), refused)
    },
  }
}

/** The failure is told in words: the error may hold requests and answers, and so tokens. */
function notFound(error: unknown): SigningError {
  const { message } = Object(error) as { message?: unknown }
  const why = typeof message === 'string' ? redact(message, []).replace(/[.\s]+$/, '') : ''
  return unauthenticated(
    `There are no credentials: ${why || 'none were found'}. Set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, give this machine a role, or use the option credentials.`,
  )
}

/** A copy: nobody can change afterwards what was checked. Its values are in no message. */
function checked(credentials: unknown, what: string): AlibabaKmsCredentials {
  const { accessKeyId, accessKeySecret, securityToken } = Object(credentials) as AlibabaKmsCredentials
  assertText(accessKeyId, `The accessKeyId of ${what}`)
  assertText(accessKeySecret, `The accessKeySecret of ${what}`)
  // What the vendor's chain has for a long-lived AccessKey differs from source to source.
  if (securityToken === undefined || securityToken === null || securityToken === '')
    return { accessKeyId, accessKeySecret }
  assertText(securityToken, `The securityToken of ${what}`)
  return { accessKeyId, accessKeySecret, securityToken }
}

function assertText(value: unknown, what: string): void {
  if (typeof value !== 'string') throw misconfigured(`${what} must be a string, not ${typeName(value)}.`)
  if (!VISIBLE.test(value)) throw misconfigured(`${what} is empty, or has characters that none has.`)
}
