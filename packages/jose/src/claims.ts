import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import { type JsonObject, type JsonValue, kindOf } from './json-value.js'

/** How far in the future `iat` may be, in seconds: what clocks of one system may be apart. */
const CLOCK_SKEW_S = 60

/** A number of seconds since 1970 up to here is before the year 5138; one of milliseconds is after March of 1973. */
const MAX_SECONDS = 1e11

/** What the claims are held against. */
export interface ClaimRules {
  /** The names that must be there. */
  readonly required: readonly string[]
  /** The time, in milliseconds since 1970. */
  readonly now: number
  /** The longest time that a token may be valid, in milliseconds. */
  readonly lifetimeMs: number | undefined
}

const invalid = (message: string) => new SigningError('InvalidArgument', message)

/**
 * The claims of a token that verifiers will take (RFC 7519 section 4.1).
 *
 * @throws SigningError `InvalidArgument`, with the claim and what is wrong with it
 */
export function assertClaims(claims: JsonObject, rules: ClaimRules): void {
  for (const name of ['iss', 'sub']) assertStringOrUri(`claims.${name}`, claims[name])
  assertText('claims.jti', claims.jti)
  assertAudience(claims.aud)
  for (const name of ['exp', 'nbf', 'iat']) assertTime(`claims.${name}`, claims[name])
  for (const name of rules.required) assertPresent(name, claims)
  assertOrder(claims as Times, rules.now / 1000)
  assertLifetime(claims as Times, rules)
}

function assertText(path: string, value: JsonValue | undefined): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return
  throw invalid(`${path} must be text, not ${kindOf(value)}.`)
}

/** RFC 3986 appendix A, without the parts of an authority: a scheme, a colon, and the characters of a URI. */
const URI = /^[a-z][a-z0-9+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i

/** RFC 7519 section 2. */
function assertStringOrUri(path: string, value: JsonValue | undefined): void {
  assertText(path, value)
  if (typeof value !== 'string' || !value.includes(':') || URI.test(value)) return
  throw invalid(`${path} has a colon and so must be a URI, which ${printable(value, 40)} is not.`)
}

function assertAudience(aud: JsonValue | undefined): void {
  if (aud === undefined || typeof aud === 'string') assertStringOrUri('claims.aud', aud)
  else if (Array.isArray(aud)) assertAudiences(aud)
  else throw invalid(`claims.aud must be text or a list of texts, not ${kindOf(aud)}.`)
}

function assertAudiences(aud: readonly JsonValue[]): void {
  if (aud.length === 0) throw invalid('claims.aud must name somebody: the list is empty.')
  const seen = new Set<string>()
  aud.forEach((each, index) => {
    const path = `claims.aud[${index}]`
    if (typeof each !== 'string') throw invalid(`${path} must be text, not ${kindOf(each)}.`)
    assertStringOrUri(path, each)
    if (seen.has(each)) throw invalid(`${path} is named a second time.`)
    seen.add(each)
  })
}

/** RFC 7519 section 2, NumericDate. */
function assertTime(path: string, value: JsonValue | undefined): void {
  if (value === undefined) return
  if (typeof value !== 'number')
    throw invalid(`${path} must be a number of seconds since 1970, not ${kindOf(value)}.`)
  if (value < 0) throw invalid(`${path} must be a number of seconds since 1970 from 0 on, not ${value}.`)
  if (value > MAX_SECONDS)
    throw invalid(
      `${path} must be in seconds since 1970, and ${value} looks like milliseconds: divide it by 1000.`,
    )
}

function assertPresent(name: string, claims: JsonObject): void {
  if (Object.hasOwn(claims, name)) return
  const lifetime = name === 'exp' ? ' (the option expiresIn sets it)' : ''
  throw invalid(
    `claims.${printable(name, 40)} is missing${lifetime}. The option require lists the claims that a token must have.`,
  )
}

/** The claims that are times, in seconds, after `assertTime`. */
interface Times {
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
}

function assertOrder({ exp, nbf, iat }: Times, now: number): void {
  const rounded = Math.floor(now)
  if (iat !== undefined && iat > now + CLOCK_SKEW_S)
    throw invalid(`claims.iat is in the future: it is ${iat}, and now it is ${rounded}.`)
  if (exp === undefined) return
  if (exp <= now) throw invalid(`claims.exp is over: it is ${exp}, and now it is ${rounded}.`)
  if (iat !== undefined && exp <= iat) throw invalid(`claims.exp (${exp}) must be after claims.iat (${iat}).`)
  if (nbf !== undefined && exp <= nbf) throw invalid(`claims.exp (${exp}) must be after claims.nbf (${nbf}).`)
}

/** A retired key stays published for as long as a token may be valid, and not for longer. */
function assertLifetime({ exp }: Times, { now, lifetimeMs }: ClaimRules): void {
  if (lifetimeMs === undefined) return
  const most = `the signer's keys rotate, and no token may be valid for longer than ${lifetimeMs / 1000} s (tokenLifetimeMs)`
  if (exp === undefined) throw invalid(`claims.exp is missing: ${most}.`)
  if (exp * 1000 - now > lifetimeMs)
    throw invalid(`claims.exp is too late, ${Math.ceil(exp - now / 1000)} s from now: ${most}.`)
}
