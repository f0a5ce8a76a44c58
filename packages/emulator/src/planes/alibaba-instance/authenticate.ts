import { createHash, verify } from 'node:crypto'
import type { ClientKeys } from '../../client-key/client-keys.js'
import { AlibabaFailure } from '../alibaba/failure.js'
import type { PlaneContext } from '../context.js'
import { headerValue, type PlaneRequest } from '../plane.js'
import { stringToSign } from './string-to-sign.js'

/** The header that names the ClientKey. It is misspelt so by everybody. */
const KEY_ID_HEADER = 'x-kms-acccesskeyid'

/** Lets in requests that a ClientKey has signed. @throws AlibabaFailure */
export function authenticate(
  request: PlaneRequest,
  { credentials, clock }: PlaneContext,
  clientKeys: ClientKeys,
): void {
  if (!credentials) return
  const now = clock()
  assertCurrent(headerValue(request, 'date'), now)
  assertMethod(headerValue(request, 'x-kms-signaturemethod'))
  const keyId = headerValue(request, KEY_ID_HEADER)
  if (!keyId)
    throw new AlibabaFailure(
      'MissingParameter',
      `Parameter ${KEY_ID_HEADER} does not exist in http header or body.`,
    )
  const signature = readAuthorization(headerValue(request, 'authorization'))
  assertBody(request)
  const clientKey = clientKeys.find(keyId)
  if (!clientKey || !verify('sha256', Buffer.from(stringToSign(request)), clientKey.publicKey, signature))
    throw new AlibabaFailure('SignatureNotMatch')
  if (clientKey.notAfter <= now) throw new AlibabaFailure('Unauthorized')
}

function invalidParam(what: string): AlibabaFailure {
  return new AlibabaFailure('InvalidParam', `The Param ${what} is invalid.`)
}

/** How far the clocks of both sides may be apart. */
const TOLERANCE_MS = 15 * 60 * 1000

/** The form of RFC 1123 that Date.toUTCString() writes. */
function assertCurrent(value: string | undefined, now: Date): void {
  const time = new Date(value ?? '')
  if (Number.isNaN(time.getTime()) || time.toUTCString() !== value) throw invalidParam('Date')
  if (Math.abs(time.getTime() - now.getTime()) > TOLERANCE_MS)
    throw new AlibabaFailure('RequestTimeTooSkewed')
}

function assertMethod(value: string | undefined): void {
  if (value === 'RSA_PKCS1_SHA_256') return
  const message = 'The Param x-kms-signaturemethod is invalid.'
  throw new AlibabaFailure('InvalidParam', value ? `${message} message:${JSON.stringify(value)}.` : message)
}

/** The SDKs send Bearer, the documentation says TOKEN. */
const AUTHORIZATION = /^(?:Bearer|TOKEN) ((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/

function readAuthorization(value: string | undefined): Buffer {
  const signature = AUTHORIZATION.exec(value ?? '')?.[1]
  if (signature === undefined) throw invalidParam('Authorization')
  return Buffer.from(signature, 'base64')
}

function assertBody(request: PlaneRequest): void {
  const expected = createHash('sha256').update(request.body).digest('hex').toUpperCase()
  if (headerValue(request, 'content-sha256') !== expected) throw invalidParam('Content-SHA256')
  if (headerValue(request, 'content-type') !== CONTENT_TYPE) throw invalidParam('Content-Type')
}

/** What bodies are, in both directions. */
export const CONTENT_TYPE = 'application/x-protobuf'
