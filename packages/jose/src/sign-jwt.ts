import { type CallOptions, isRotatingSigner, type Signer, SigningError } from '@signport/core'
import { readDuration } from '@signport/core/kit'
import { assertClaims } from './claims.js'
import { type JsonObject, jsonText, kindOf, readJsonObject } from './json-value.js'
import { assertOptions } from './option-names.js'
import { signJws } from './sign-jws.js'
import type { JwsHeader } from './types.js'

/** The claims of a token (RFC 7519 section 4), the registered ones with their types. Times are seconds since 1970. */
export interface JwtClaims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  /** Now, where it is not given. */
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: unknown
}

/** The name of a claim: a registered one, or any other. */
export type ClaimName =
  | 'iss'
  | 'sub'
  | 'aud'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'jti'
  | (string & Record<never, never>)

/** How a token is signed. */
export interface JwtOptions extends CallOptions {
  /** What the token is: `JWT` by default, `at+jwt` for an access token (RFC 9068); `false` leaves it out. */
  readonly typ?: string | false
  /** The header, besides `alg`, `kid` and `typ`. */
  readonly header?: JwsHeader
  /** `false` leaves `kid` out of the header. */
  readonly kid?: false
  /** Sets `exp`, from now: a number of seconds, or a length of time such as `10m`. */
  readonly expiresIn?: number | string
  /** The claims that the token must have: `iss`, `aud` and `exp` by default, as RFC 8725 advises. */
  readonly require?: readonly ClaimName[]
  /** The time, in milliseconds since 1970: `Date.now` by default. A rotating signer must go by the same clock. */
  readonly now?: () => number
}

const OPTIONS = ['typ', 'header', 'kid', 'expiresIn', 'require', 'now', 'signal', 'timeoutMs']
const REQUIRED = ['iss', 'aud', 'exp']

/** Options of `signJws` that would make something else than a JWT of it (RFC 7519 section 3, RFC 7797 section 7). */
const NO_JWT = ['b64', 'detached', 'serialization', 'unprotected']

const invalid = (message: string) => new SigningError('InvalidArgument', message)

/**
 * Signs claims as a JSON Web Token (RFC 7519), in the compact serialization, with the algorithm and the key of the signer.
 * Claims that verifiers could not take, or would misread, are refused before anything is signed.
 *
 * @throws TypeError for arguments of the wrong type
 * @throws SigningError `InvalidArgument`, with the claim and what is wrong with it; and what `signJws` throws
 */
export async function signJwt(signer: Signer, claims: JwtClaims, options: JwtOptions = {}): Promise<string> {
  const foreign = NO_JWT.find((name) => Object.hasOwn(Object(options), name))
  if (foreign)
    throw invalid(`A JWT has no option ${foreign}: it is a compact JWS with its payload. Use signJws.`)
  assertOptions('signJwt', options, OPTIONS)
  const { typ, header, kid, expiresIn, require = REQUIRED, now = Date.now, signal, timeoutMs } = options
  const time = readClock(now)
  const complete = completeClaims(readJsonObject('claims', claims), expiresIn, time)
  const lifetimeMs = isRotatingSigner(signer) ? signer.tokenLifetimeMs : undefined
  assertClaims(complete, { required: readRequired(require), now: time, lifetimeMs })
  return signJws(signer, Buffer.from(jsonText(complete)), {
    header: headerWith(typ, header),
    ...(kid !== undefined && { kid }),
    ...(signal !== undefined && { signal }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
}

function readClock(now: unknown): number {
  if (typeof now !== 'function') throw new TypeError(`The option now must be a function, not ${kindOf(now)}.`)
  const time: unknown = now()
  if (typeof time === 'number' && Number.isFinite(time) && time >= 0) return time
  throw new TypeError(`The option now must give milliseconds since 1970, not ${kindOf(time)}.`)
}

/** The caller's claims, then `iat` and `exp` where they follow from the time. */
function completeClaims(claims: JsonObject, expiresIn: unknown, now: number): JsonObject {
  const seconds = Math.floor(now / 1000)
  if (expiresIn === undefined) return { ...claims, ...(!('iat' in claims) && { iat: seconds }) }
  if ('exp' in claims)
    throw invalid('claims.exp and the option expiresIn exclude each other: give one of them.')
  const exp = seconds + secondsOf(expiresIn)
  return { ...claims, ...(!('iat' in claims) && { iat: seconds }), exp }
}

/** As much as a text may say. In seconds. */
const MAX_EXPIRES_IN = 9e9

function secondsOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' ? readDurationOption(expiresIn) / 1000 : expiresIn
  if (Number.isInteger(seconds) && (seconds as number) > 0 && (seconds as number) <= MAX_EXPIRES_IN)
    return seconds as number
  const came = typeof seconds === 'number' ? String(seconds) : kindOf(seconds)
  throw invalid(
    `The option expiresIn must be a whole number of seconds from 1 to ${MAX_EXPIRES_IN}, or a text such as 10m, not ${came}.`,
  )
}

function readDurationOption(expiresIn: string): number {
  try {
    return readDuration(expiresIn)
  } catch (error) {
    throw SigningError.is(error)
      ? invalid(`The option expiresIn is no length of time. ${error.message}`)
      : error
  }
}

function readRequired(names: unknown): readonly string[] {
  if (!Array.isArray(names))
    throw new TypeError(`The option require must be a list of claims, not ${kindOf(names)}.`)
  return names.map((name: unknown, index) => {
    if (typeof name === 'string' && name !== '') return name
    throw new TypeError(
      `The option require must be a list of claims, and its item ${index} is ${kindOf(name)}.`,
    )
  })
}

/** RFC 7797 section 7; and RFC 8725 section 3.11: a token says what it is, so that none is taken for one of another kind. */
function headerWith(typ: unknown, header: unknown = {}): JwsHeader {
  const given = readJsonObject('header', header)
  if ('b64' in given || (Array.isArray(given.crit) && given.crit.includes('b64')))
    throw invalid('header has b64, and the payload of a JWT is always encoded: leave it out.')
  if (typ !== undefined && typ !== false && (typeof typ !== 'string' || typ === ''))
    throw new TypeError(`The option typ must be text or false, not ${kindOf(typ)}.`)
  if (!('typ' in given)) return typ === false ? given : { typ: typ ?? 'JWT', ...given }
  if (typ === undefined) return given
  throw invalid('header.typ and the option typ exclude each other: give one of them.')
}
