import type { Credential } from '../../credential.js'
import { isSame } from '../../same.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import type { PlaneContext } from '../context.js'
import { headerValue, type PlaneRequest } from '../plane.js'
import { hashOf, headerSignatureOf, incomplete, parseHeaderSignature, SCHEME } from './header-signature.js'
import type { NonceMemory } from './nonce-memory.js'
import { choice, optional, required } from './parameter.js'
import type { Parameters } from './parameters.js'
import { signatureOf } from './string-to-sign.js'

/** How far the clocks of both sides may be apart, and how long a nonce is remembered. */
const TOLERANCE_MS = 15 * 60 * 1000

/** Who says to have sent a request, and how that is to be seen. */
interface Proof {
  readonly accessKeyId: string
  readonly signature: string
  readonly expected: (secret: string) => string
  readonly time: string | undefined
  readonly nonce: string | undefined
  readonly token: string
}

/** Lets in requests that somebody has signed who may use the emulator. @throws AlibabaFailure */
export function authenticate(
  request: PlaneRequest,
  parameters: Parameters,
  { credentials, clock }: PlaneContext,
  nonces: NonceMemory,
): void {
  if (!credentials) return
  const now = clock()
  const authorization = headerValue(request, 'authorization')
  const proof = authorization?.startsWith(SCHEME)
    ? inHeaders(request, authorization)
    : inParameters(request.method, parameters)
  const { accessKeyId, nonce } = proof
  const time = timeOf(proof.time, now)
  const credential = credentials.find((each) => each.accessKeyId === accessKeyId)
  if (!credential) throw new AlibabaFailure('InvalidAccessKeyId.NotFound')
  if (!isSame(proof.signature, proof.expected(credential.secretAccessKey)))
    throw new AlibabaFailure('IncompleteSignature')
  assertToken(proof.token, credential, now)
  const until = new Date(Math.max(time.getTime(), now.getTime()) + TOLERANCE_MS)
  if (nonce !== undefined && !nonces.use(`${accessKeyId} ${nonce}`, until, now))
    throw new AlibabaFailure('SignatureNonceUsed')
}

/** SignatureVersion 1.0: everything is a parameter. */
function inParameters(method: string, parameters: Parameters): Proof {
  const accessKeyId = required(parameters, 'AccessKeyId')
  const signature = required(parameters, 'Signature')
  required(parameters, 'SignatureMethod')
  choice(parameters, 'SignatureMethod', ['HMAC-SHA1'])
  required(parameters, 'SignatureVersion')
  choice(parameters, 'SignatureVersion', ['1.0'])
  return {
    accessKeyId,
    signature,
    expected: (secret) => signatureOf(method, parameters, secret),
    time: optional(parameters, 'Timestamp'),
    nonce: optional(parameters, 'SignatureNonce'),
    token: optional(parameters, 'SecurityToken') ?? '',
  }
}

/** The way of newer clients: everything but the operation's own parameters is in the headers. */
function inHeaders(request: PlaneRequest, authorization: string): Proof {
  const { accessKeyId, signedHeaders, signature } = parseHeaderSignature(authorization)
  for (const [name] of request.headers) assertCovered(name.toLowerCase(), signedHeaders)
  if (headerValue(request, 'x-acs-content-sha256') !== hashOf(request.body))
    throw incomplete('x-acs-content-sha256 should be the SHA-256 of the body, in hexadecimal.')
  return {
    accessKeyId,
    signature,
    expected: (secret) => headerSignatureOf(request, signedHeaders, secret),
    time: headerValue(request, 'x-acs-date'),
    nonce: headerValue(request, 'x-acs-signature-nonce'),
    token: headerValue(request, 'x-acs-security-token') ?? '',
  }
}

/** What is not signed anybody may have changed on the way. */
function assertCovered(name: string, signedHeaders: readonly string[]): void {
  const needed = name === 'host' || name === 'content-type' || name.startsWith('x-acs-')
  if (needed && !signedHeaders.includes(name)) throw incomplete(`SignedHeaders should name ${name}, too.`)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

function timeOf(value: string | undefined, now: Date): Date {
  if (value === undefined)
    throw illegal(
      'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.',
    )
  const time = new Date(value)
  if (!TIME.test(value) || Number.isNaN(time.getTime()))
    throw illegal('The input parameter "Timestamp" should be a time in UTC such as 2026-01-02T03:04:05Z.')
  if (Math.abs(time.getTime() - now.getTime()) <= TOLERANCE_MS) return time
  throw new AlibabaFailure('InvalidTimeStamp.Expired')
}

function illegal(message: string): AlibabaFailure {
  return new AlibabaFailure('IllegalTimestamp', message)
}

/** The service says the same of temporary credentials that have expired and of those that it does not know. */
function assertToken(token: string, { sessionToken = '', expiration }: Credential, now: Date): void {
  if (!isSame(token, sessionToken) || (expiration && expiration <= now))
    throw new AlibabaFailure('InvalidAccessKeyId.NotFound')
}
