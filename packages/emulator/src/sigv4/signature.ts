import { createHmac } from 'node:crypto'
import type { Scope } from './string-to-sign.js'

/** The signature ("Calculate the signature" of SigV4), in lower-case hexadecimal. */
export function signatureOf(stringToSign: string, secretAccessKey: string, scope: Scope): string {
  return hmac(signingKey(secretAccessKey, scope), stringToSign).toString('hex')
}

function signingKey(secretAccessKey: string, { day, region, service }: Scope): Buffer {
  const steps = [day, region, service, 'aws4_request']
  return steps.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
