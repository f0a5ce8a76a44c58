import type { Credential } from '../credential.js'
import { isSame } from '../same.js'
import { AuthFailure } from './auth-failure.js'
import { type Authorization, parseAuthorization } from './authorization.js'
import { canonicalRequest, type SignedRequest } from './canonical-request.js'
import { signatureOf } from './signature.js'
import { stringToSign } from './string-to-sign.js'

/** The service that requests must be signed for, and how it takes them. */
export interface SignedService {
  readonly region: string
  readonly service: string
  readonly credentials: readonly Credential[]
  readonly now: Date
  /** Whether dots and slashes in paths are resolved, as all services but S3 do. */
  readonly normalizePath?: boolean
  /** Whether a session token may be added after signing, as a few services allow. */
  readonly unsignedToken?: boolean
}

/**
 * Checks who sent a request, and that it is what they sent.
 *
 * @throws AuthFailure
 */
export function checkSignature(request: SignedRequest, service: SignedService): void {
  const header = only(request, 'authorization')
  if (header === undefined)
    throw new AuthFailure('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const authorization = parseAuthorization(header)
  const time = timeOf(request)
  assertCovered(request, authorization, service)
  const credential = credentialOf(authorization, service)
  assertScope(authorization, time, service)
  assertCurrent(time, service.now)
  assertSignature(request, authorization, time, credential, service)
  assertToken(request, credential, service.now)
}

function only({ headers }: SignedRequest, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

const TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

function timeOf(request: SignedRequest): string {
  const time = only(request, 'x-amz-date')
  if (time === undefined)
    throw new AuthFailure(
      'IncompleteSignatureException',
      "Authorization header requires 'X-Amz-Date' header.",
    )
  if (TIME.test(time) && !Number.isNaN(dateOf(time).getTime())) return time
  const message = "Date must be in ISO-8601 'basic format', such as 20260102T030405Z."
  throw new AuthFailure('IncompleteSignatureException', message)
}

function dateOf(time: string): Date {
  return new Date(time.replace(TIME, '$1-$2-$3T$4:$5:$6Z'))
}

/** What was not signed anybody may have changed on the way, or added. */
function assertCovered(
  { headers }: SignedRequest,
  { signedHeaders }: Authorization,
  { unsignedToken = false }: SignedService,
): void {
  const sent = headers.map(([name]) => name.toLowerCase())
  const needed = sent.filter((name) => name === 'content-type' || name.startsWith('x-amz-'))
  for (const name of ['host', ...needed]) {
    if (signedHeaders.includes(name) || (unsignedToken && name === 'x-amz-security-token')) continue
    const label = name === 'host' ? "'Host' or ':authority'" : `'${name}'`
    throw refused(`${label} must be a 'SignedHeader' in the AWS Authorization.`)
  }
}

function credentialOf({ accessKeyId }: Authorization, { credentials }: SignedService): Credential {
  const credential = credentials.find((each) => each.accessKeyId === accessKeyId)
  if (credential) return credential
  throw unrecognized()
}

function assertScope({ scope }: Authorization, time: string, { region, service }: SignedService): void {
  if (scope.region !== region)
    throw refused(`Credential should be scoped to a valid region, not '${scope.region}'.`)
  if (scope.service !== service)
    throw refused(`Credential should be scoped to correct service: '${service}'.`)
  const day = time.slice(0, 'yyyymmdd'.length)
  if (scope.day === day) return
  throw refused(
    `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.day}' != '${day}', from '${time}'.`,
  )
}

/** How far the clocks of both sides may be apart. */
const TOLERANCE_MS = 5 * 60 * 1000

function assertCurrent(time: string, now: Date): void {
  const difference = dateOf(time).getTime() - now.getTime()
  if (Math.abs(difference) > TOLERANCE_MS) throw refused(notCurrent(time, now))
}

function notCurrent(time: string, now: Date): string {
  const direction = dateOf(time) < now ? -1 : 1
  const limit = basicFormat(new Date(now.getTime() + direction * TOLERANCE_MS))
  return direction < 0
    ? `Signature expired: ${time} is now earlier than ${limit} (${basicFormat(now)} - 5 min.)`
    : `Signature not yet current: ${time} is still later than ${limit} (${basicFormat(now)} + 5 min.)`
}

/** What is said of a signature that was made a second too long before now. */
export function signatureExpired(now: Date): string {
  return notCurrent(basicFormat(new Date(now.getTime() - TOLERANCE_MS - 1000)), now)
}

function basicFormat(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

function assertSignature(
  request: SignedRequest,
  { scope, signedHeaders, signature }: Authorization,
  time: string,
  { secretAccessKey }: Credential,
  { normalizePath = true }: SignedService,
): void {
  const canonical = canonicalRequest(request, signedHeaders, normalizePath)
  const expected = signatureOf(stringToSign(canonical, time, scope), secretAccessKey, scope)
  if (isSame(expected, signature)) return
  throw refused(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
}

function assertToken(request: SignedRequest, { sessionToken = '', expiration }: Credential, now: Date): void {
  if (!isSame(sessionToken, only(request, 'x-amz-security-token') ?? '')) throw unrecognized()
  if (expiration && expiration <= now)
    throw new AuthFailure('ExpiredTokenException', 'The security token included in the request is expired')
}

function refused(message: string): AuthFailure {
  return new AuthFailure('InvalidSignatureException', message)
}

function unrecognized(): AuthFailure {
  const message = 'The security token included in the request is invalid.'
  return new AuthFailure('UnrecognizedClientException', message)
}
