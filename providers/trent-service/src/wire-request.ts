import { types } from 'node:util'
import { SigningError } from '@signport/core'
import type { HttpRequest } from '@signport/core/http'
import { printable, type ServerClock } from '@signport/core/kit'
import type { Pairs } from './canonical-request.js'
import type { TrentServiceCredentials } from './credentials.js'
import { PROVIDER } from './failure.js'
import { createAmzDate, createSigV4Signer, sha256 } from './sigv4.js'

/** A request as it goes over the wire: POST, with the operation in a header (AWS JSON 1.1). */
interface WireRequest extends HttpRequest {
  readonly body: string
  /** With what time it is signed, in milliseconds since 1970. */
  readonly signedAt?: number
}

/** What a request is signed for. */
export interface RequestSigning {
  readonly url: URL
  readonly region: string
  readonly signedHeaders: ReadonlySet<string>
  readonly clock: Pick<ServerClock, 'now'>
}

/** Writes requests, signed where there are credentials. */
export type RequestWriter = (
  operation: string,
  parameters: object,
  credentials?: TrentServiceCredentials,
) => WireRequest

/** Every server that speaks the protocol is signed for under this name. */
const SERVICE = 'kms'

/** Operations that change nothing: to do them twice is to do them once. */
const REPEATABLE = /^(?:Sign|Verify|(?:Get|Describe|List)[A-Z][A-Za-z]*)$/

/** A writer for one server. */
export function createRequestWriter(signing: RequestSigning): RequestWriter {
  const sign = createSigV4Signer()
  const dateOf = createAmzDate()
  return (operation, parameters, credentials) => {
    const body = JSON.stringify(inBase64(parameters))
    const repeatable = REPEATABLE.test(operation)
    const target = targetOf(operation)
    const { url, region, signedHeaders, clock } = signing
    if (!credentials) return { headers: headersOf(url, body, target), body, repeatable }
    const bodyHash = sha256(body)
    const now = clock.now()
    const date = dateOf(now)
    const headers = headersOf(url, body, target, credentialHeaders(signing, credentials, bodyHash, date))
    const signed: Pairs = Object.entries(headers).filter(([name]) => signedHeaders.has(name))
    const request = { method: 'POST', path: url.pathname, query: [], headers: signed, bodyHash }
    const authorization = sign(request, { date, region, service: SERVICE }, credentials)
    // The copy last: see http-exchange.ts of core.
    return { headers: { authorization, ...headers }, body, repeatable, signedAt: now.getTime() }
  }
}

/** In the order in which they are signed. */
function headersOf(url: URL, body: string, target: string, own: Readonly<Record<string, string>> = {}) {
  return {
    'accept-encoding': 'identity',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'user-agent': 'signport',
    ...own,
    'x-amz-target': target,
  }
}

/** The hash of the body is signed in any case; as a header it is sent where it is signed as one. */
function credentialHeaders(
  { signedHeaders }: RequestSigning,
  { sessionToken }: TrentServiceCredentials,
  bodyHash: string,
  date: string,
) {
  return {
    ...(signedHeaders.has('x-amz-content-sha256') && { 'x-amz-content-sha256': bodyHash }),
    'x-amz-date': date,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  }
}

function targetOf(operation: string): string {
  if (/^[A-Za-z]{1,64}$/.test(operation)) return `TrentService.${operation}`
  const message = `An operation must be a name such as DescribeKey, not '${printable(String(operation), 40)}'.`
  throw new SigningError('InvalidArgument', message, { provider: PROVIDER })
}

/** Bytes are text on the wire; JSON would make an object of them. */
function inBase64(parameters: object): object {
  const written: Record<string, unknown> = { ...parameters }
  for (const name in written) {
    const value = written[name]
    if (isBytes(value)) written[name] = base64(value)
  }
  return written
}

const isBytes = (value: unknown): value is Uint8Array => types.isUint8Array(value)

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
