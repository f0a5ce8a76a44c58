import { hash, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { ClientKey } from './client-key.js'

/** A request as it goes over the wire: POST to `/`, with the operation in a header. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The operations that are used. */
export type ApiName = 'Sign' | 'GetPublicKey'

/** What a request is made of. */
export interface RequestParts {
  readonly apiName: ApiName
  readonly host: string
  readonly body: Uint8Array
  readonly date: Date
  /** In a header that the vendor's migration SDK has. */
  readonly keyVersion?: string | undefined
}

/** The header of a key's version, in requests and answers. */
export const KEY_VERSION_HEADER = 'x-kms-migrationkeyversionid'

const CONTENT_TYPE = 'application/x-protobuf'

const signInPool = promisify(sign)

/** Writes a request and signs it with a ClientKey. */
export async function authorize(parts: RequestParts, { keyId, privateKey }: ClientKey): Promise<WireRequest> {
  const { body, host } = parts
  // Copies last, here and below: see http-exchange.ts of core.
  const headers = {
    accept: CONTENT_TYPE,
    'accept-encoding': 'identity',
    host,
    ...signedHeaders(parts, keyId),
  }
  const signature = await signInPool('sha256', Buffer.from(stringToSign(headers)), privateKey)
  return {
    headers: {
      'content-length': String(body.length),
      'user-agent': 'signport',
      authorization: `Bearer ${signature.toString('base64')}`,
      ...headers,
    },
    body,
  }
}

function signedHeaders({ apiName, body, date, keyVersion }: RequestParts, keyId: string) {
  return {
    'content-sha256': hash('sha256', body, 'hex').toUpperCase(),
    'content-type': CONTENT_TYPE,
    date: date.toUTCString(),
    'x-kms-apiversion': 'dkms-gcs-0.2',
    'x-kms-apiname': apiName,
    'x-kms-signaturemethod': 'RSA_PKCS1_SHA_256',
    // With three c's: so it is called on the wire.
    'x-kms-acccesskeyid': keyId,
    ...(keyVersion !== undefined && { [KEY_VERSION_HEADER]: keyVersion }),
  }
}

/** What the signature of a request is made over: three headers, and all of KMS's own in the order of their names. */
export function stringToSign(headers: Readonly<Record<string, string>>): string {
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-kms-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}`)
  const known = ['content-sha256', 'content-type', 'date'].map((name) => headers[name] ?? '')
  return ['POST', ...known, ...own, '/'].join('\n')
}
