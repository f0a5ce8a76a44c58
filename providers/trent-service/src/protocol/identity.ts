import { types } from 'node:util'
import { SigningError } from '@signport/core'
import { typeName } from '@signport/core/kit'
import { redact } from './redact.js'

/** What requests are signed with, as in AWS's SDKs. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined
}

/** What goes into a header as it is. */
const VISIBLE = {
  pattern: /^[\x21-\x7e]+$/,
  means: 'one or more visible characters of ASCII, without spaces',
}

const NO_CONTROLS = {
  pattern: /^\P{Cc}+$/u,
  means: 'one or more characters, none of them a control character',
}

/**
 * Checks credentials, whoever gave them. The result is a copy with nothing else in it: nobody can change afterwards
 * what was checked.
 *
 * @param what where they are from, to end "The accessKeyId of"
 * @throws SigningError `Configuration`, without the values
 */
export function readIdentity(given: unknown, what: string, provider: string): Identity {
  const { accessKeyId, secretAccessKey, sessionToken } = Object(given) as Record<string, unknown>
  const part = (name: string, value: unknown, rule: typeof VISIBLE) =>
    readPart(value, rule, `The ${name} of ${what}`, provider)
  return {
    accessKeyId: part('accessKeyId', accessKeyId, VISIBLE),
    secretAccessKey: part('secretAccessKey', secretAccessKey, NO_CONTROLS),
    ...(sessionToken !== undefined && { sessionToken: part('sessionToken', sessionToken, VISIBLE) }),
  }
}

/**
 * What a function for credentials gave, each member read once. A member may be a getter: what that throws is a failure of
 * the function, and to be told as one.
 */
export function readMembers<Given extends Identity & { readonly expiration?: Date | undefined }>(
  given: Given,
): Given {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = Object(given) as Given
  return { ...given, accessKeyId, secretAccessKey, sessionToken, expiration }
}

/**
 * Of text and numbers it would be a guess which time they mean: seconds, as tokens have them, would be a day of 1970.
 *
 * @throws SigningError `Configuration` for what is no time; there need not be one
 */
export function readExpiration(value: unknown, provider: string): Date | undefined {
  if (value === undefined || value === null) return undefined
  const time = types.isDate(value) ? new Date(value) : undefined
  if (time && !Number.isNaN(time.getTime())) return time
  const given = time ? 'an invalid one' : typeName(value)
  const message = `The expiration of credentials must be a Date, not ${given}.`
  throw new SigningError('Configuration', message, { provider })
}

function readPart(value: unknown, { pattern, means }: typeof VISIBLE, what: string, provider: string) {
  if (typeof value === 'string' && pattern.test(value)) return value
  const expected = typeof value === 'string' ? means : `a string, not ${typeName(value)}`
  throw new SigningError('Configuration', `${what} must be ${expected}.`, { provider })
}

/** How the credential providers of AWS's SDK name their failures, whose texts say what was not found where. */
const OF_PROVIDERS = new Set<unknown>(['CredentialsProviderError', 'TokenProviderError', 'ProviderError'])

/**
 * Why a function gave no credentials, as a person may see it. Whoever fetches secrets may well put one into a text of
 * theirs, so that only those of AWS's own credential providers are told.
 */
export function reasonOf(error: unknown): string {
  const { name, message } = Object(error) as { name?: unknown; message?: unknown }
  if (!OF_PROVIDERS.has(name) || typeof message !== 'string')
    return `the function that was given for them failed with ${typeName(error)}`
  return withoutCommand(message)
}

/** A text of AWS's SDK on credentials, redacted. The command that a profile names may have secrets among its arguments. */
export function withoutCommand(message: string): string {
  if (message.startsWith('Command failed')) return 'the credential_process of the profile failed'
  return redact(message, []).replace(/[.\s]+$/, '') || 'no reason is known'
}
