import { createHmac } from 'node:crypto'
import type { Parameters } from './parameters.js'

/** The parameter that is not covered: the signature itself. */
const SIGNATURE = 'Signature'

/** What the signature of a request covers (SignatureVersion 1.0): the method and every parameter, in one order. */
function stringToSign(method: string, parameters: Parameters): string {
  const pairs = [...parameters]
    .filter(([name]) => name !== SIGNATURE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
  return [method, encode('/'), encode(pairs.join('&'))].join('&')
}

/** The signature of a request: HMAC-SHA1 in base64. */
export function signatureOf(method: string, parameters: Parameters, secret: string): string {
  return createHmac('sha1', `${secret}&`).update(stringToSign(method, parameters)).digest('base64')
}

/** All bytes but those that RFC 3986 section 2.3 calls unreserved are encoded. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
