import { createHmac, createSecretKey, type Hmac, hash, type KeyObject } from 'node:crypto'
import { canonicalRequest, type SignableRequest } from './canonical-request.js'

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** For when, where and what a signature holds. */
export interface SigningScope {
  /** As in the header x-amz-date: `20150830T123600Z`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** The two halves of a pair of credentials. */
interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Makes the value of `Authorization` for a request. */
export type SigV4Signer = (request: SignableRequest, scope: SigningScope, keys: KeyPair) => string

/**
 * AWS Signature Version 4, by the header `Authorization`. A session token is a header like any other: the caller sends
 * it as x-amz-security-token and has it signed.
 *
 * The key that signs follows from the secret, the day, the region and the service, and is kept: deriving it is four of
 * the five HMACs.
 */
export function createSigV4Signer(): SigV4Signer {
  let kept: { readonly secret: string; readonly place: string; readonly key: KeyObject } | undefined
  return (request, scope, { accessKeyId, secretAccessKey }) => {
    const place = placeOf(scope)
    if (kept?.secret !== secretAccessKey || kept.place !== place)
      kept = { secret: secretAccessKey, place, key: signingKey(secretAccessKey, scope) }
    const { text, signedHeaders } = canonicalRequest(request)
    const signature = hmac(kept.key).update(stringToSign(text, scope)).digest('hex')
    return `${ALGORITHM} Credential=${accessKeyId}/${place}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  }
}

/** What is signed for a canonical request (SigV4, "Create a string to sign"). */
export function stringToSign(canonical: string, scope: SigningScope): string {
  return [ALGORITHM, scope.date, placeOf(scope), sha256(canonical)].join('\n')
}

/** SHA-256 in hexadecimal: of a body, it is what the signature holds of it. */
export function sha256(content: string | Uint8Array): string {
  return hash('sha256', content)
}

/** The time as x-amz-date has it, to the second. */
export function amzDate(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d{3}/g, '')
}

/** The same, kept for all requests of one second. */
export function createAmzDate(): (time: Date) => string {
  let kept = { second: Number.NaN, text: '' }
  return (time) => {
    const second = Math.floor(time.getTime() / 1000)
    if (second !== kept.second) kept = { second, text: amzDate(time) }
    return kept.text
  }
}

const dayOf = ({ date }: SigningScope) => date.slice(0, 8)

const placeOf = (scope: SigningScope) => `${dayOf(scope)}/${scope.region}/${scope.service}/aws4_request`

function signingKey(secret: string, scope: SigningScope): KeyObject {
  const parts = [dayOf(scope), scope.region, scope.service, 'aws4_request']
  return parts.reduce(
    (key, part) => createSecretKey(hmac(key).update(part).digest()),
    createSecretKey(`AWS4${secret}`, 'utf8'),
  )
}

function hmac(key: KeyObject): Hmac {
  return createHmac('sha256', key)
}
