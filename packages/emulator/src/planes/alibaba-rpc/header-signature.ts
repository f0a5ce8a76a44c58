import { createHash, createHmac } from 'node:crypto'
import { AlibabaFailure } from '../alibaba/failure.js'
import { headerValue, type PlaneRequest } from '../plane.js'
import { queryParameters, splitTarget } from './parameters.js'
import { encode } from './string-to-sign.js'

/** What `Authorization` says where a request is signed in its headers, as newer clients do. */
export interface HeaderSignature {
  readonly accessKeyId: string
  /** The names that are covered, in lower case and in order. */
  readonly signedHeaders: readonly string[]
  /** Hexadecimal. */
  readonly signature: string
}

/** How `Authorization` begins then. */
export const SCHEME = 'ACS3-HMAC-SHA256'

const AUTHORIZATION = new RegExp(
  `^${SCHEME} Credential=([^,\\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$`,
)

/** @throws AlibabaFailure for what is not written as it should be */
export function parseHeaderSignature(authorization: string): HeaderSignature {
  const [, accessKeyId, names, signature] = AUTHORIZATION.exec(authorization) ?? []
  if (accessKeyId === undefined || names === undefined || signature === undefined)
    throw incomplete(`Authorization should be ${SCHEME} Credential=…,SignedHeaders=…,Signature=….`)
  return { accessKeyId, signedHeaders: names.split(';'), signature }
}

/** The error for a signature of which something is missing. */
export function incomplete(message: string): AlibabaFailure {
  return new AlibabaFailure('IncompleteSignature', message)
}

/** The signature of a request: HMAC-SHA256 in hexadecimal. */
export function headerSignatureOf(
  request: PlaneRequest,
  signedHeaders: readonly string[],
  secret: string,
): string {
  const text = `${SCHEME}\n${hashOf(canonicalRequest(request, signedHeaders))}`
  return createHmac('sha256', secret).update(text).digest('hex')
}

function canonicalRequest(request: PlaneRequest, signedHeaders: readonly string[]): string {
  const { path, query } = splitTarget(request.target)
  const headers = signedHeaders.map((name) => `${name}:${(headerValue(request, name) ?? '').trim()}\n`)
  return [
    request.method,
    path,
    canonicalQuery(query),
    headers.join(''),
    signedHeaders.join(';'),
    hashOf(request.body),
  ].join('\n')
}

/** Clients write a space as a plus sign, or leave more characters as they are, and sign one form of it all. */
function canonicalQuery(query: string): string {
  return [...queryParameters(query)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

/** SHA-256 in hexadecimal. */
export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
