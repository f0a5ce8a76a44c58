import { SigningError } from '@signport/core'
import { printable, typeName } from '@signport/core/kit'
import type { AlibabaKmsCredentials, AlibabaKmsCredentialsCallback } from '../alibaba-kms-options.js'
import { misconfigured, unauthenticated } from '../failure.js'
import { redact } from '../redact.js'
import { bounded } from '../wait.js'
import { loadCredentialsSdk } from './sdk.js'

/** Where credentials come from. */
export interface CredentialSource {
  /** The credentials of one request, all parts of them of the same moment. */
  get(): Promise<AlibabaKmsCredentials>
  /** Whether a later request may get other ones. */
  readonly renews: boolean
}

/** What is known of a host that credentials go to. */
interface Surroundings {
  readonly host: string
  /** Whether credentials that are only found may go there. */
  readonly trusted: boolean
  /** The longest wait for them, where it is not the usual one. In milliseconds. */
  readonly limitMs?: number
}

const WHAT = 'The credentials'

/** No part of them has other characters. */
const VISIBLE = /^[\x21-\x7e]+$/

/** @throws SigningError `Configuration`, with nothing of the credentials in it */
export function createCredentialSource(
  credentials: AlibabaKmsCredentials | AlibabaKmsCredentialsCallback | undefined,
  { host, trusted, limitMs }: Surroundings,
): CredentialSource {
  if (typeof credentials === 'function') {
    const get = async () => checked(await asked(credentials), 'what the credentials function gave')
    return { get: () => bounded(get(), WHAT, limitMs), renews: true }
  }
  if (credentials !== undefined) {
    const known = checked(credentials, 'the option credentials')
    return { get: async () => known, renews: false }
  }
  if (trusted) return { get: foundBySdk(limitMs), renews: true }
  throw misconfigured(
    `Credentials that are only found are not sent to ${printable(host)}, which is neither KMS nor this machine: set the option credentials.`,
  )
}

async function asked(callback: AlibabaKmsCredentialsCallback): Promise<unknown> {
  try {
    return await callback()
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
 * asked nobody else has it, so that a search that never ends is not in the way of the next one.
 */
function foundBySdk(limitMs: number | undefined): CredentialSource['get'] {
  let chain: Chain | undefined
  let searching: Promise<AlibabaKmsCredentials> | undefined
  const search = async () => {
    const { default: Credential } = await loadCredentialsSdk()
    const kept = chain
    chain = undefined
    try {
      const asked: Chain = kept ?? new Credential()
      const found = checked(await asked.getCredential(), 'what @alicloud/credentials found')
      chain = asked
      return found
    } catch (error) {
      chain ??= kept
      throw SigningError.is(error) ? error : notFound(error)
    }
  }
  return () => {
    searching ??= bounded(search(), WHAT, limitMs).finally(() => {
      searching = undefined
    })
    return searching
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
