import { createHash, createSign } from 'node:crypto'
import { type IncomingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { ClientKey, Emulator } from '@signport/emulator'
import { decode, encode } from './protobuf.js'

/** A client of a KMS instance, as Alibaba Cloud's own are: signing by node:crypto, protobuf by hand. */

export interface InstanceAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** The headers that clients send, with the signature last. */
export function signedHeaders(
  clientKey: ClientKey,
  name: string,
  body: Uint8Array,
  { date = new Date(), more = {} }: { date?: Date; more?: Record<string, string> } = {},
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/x-protobuf',
    'content-type': 'application/x-protobuf',
    date: date.toUTCString(),
    'content-sha256': createHash('sha256').update(body).digest('hex').toUpperCase(),
    'x-kms-apiversion': 'dkms-gcs-0.2',
    'x-kms-apiname': name,
    'x-kms-signaturemethod': 'RSA_PKCS1_SHA_256',
    'x-kms-acccesskeyid': clientKey.keyId,
    ...more,
  }
  const named = Object.keys(headers)
    .filter((key) => key.startsWith('x-kms-'))
    .sort()
    .map((key) => `${key}:${headers[key]}\n`)
  const values = [headers['content-sha256'], headers['content-type'], headers.date]
  const text = `POST\n${values.join('\n')}\n${named.join('')}/`
  const signature = createSign('sha256').update(text).sign(clientKey.privateKeyPem, 'base64')
  return { ...headers, authorization: `Bearer ${signature}` }
}

/** Sends a body with headers as they are. */
export function post(
  port: number,
  headers: Record<string, string>,
  body: Uint8Array,
  method = 'POST',
): Promise<InstanceAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path: '/', headers, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', async (response) => {
      try {
        const answer = await buffer(response)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer })
      } catch (error) {
        reject(error)
      }
    })
    outgoing.end(body)
  })
}

/** Calls an operation with a signature. */
export async function instanceCall(
  emulator: Emulator,
  name: string,
  body: Uint8Array,
  more: Record<string, string> = {},
): Promise<InstanceAnswer> {
  const headers = signedHeaders(await emulator.clientKey(), name, body, { more })
  return post(emulator.port, headers, body)
}

const text = (value: Buffer | number | undefined) => value?.toString() ?? ''

/** Why a call failed. */
export function errorOf({ status, headers, body }: InstanceAnswer) {
  const fields = decode(body)
  return {
    status,
    contentType: headers['content-type'],
    statusCode: fields.get(1),
    code: text(fields.get(2)),
    message: text(fields.get(3)),
    requestId: text(fields.get(4)),
  }
}

function fieldsOf(answer: InstanceAnswer): Map<number, Buffer | number> {
  if (answer.status !== 200) throw new Error(JSON.stringify(errorOf(answer)))
  return decode(answer.body)
}

export interface Signing {
  readonly keyId: string
  readonly message: Uint8Array
  readonly algorithm?: string
  readonly messageType?: string
}

/** Sign, for what must succeed. */
export async function sign(emulator: Emulator, input: Signing, more: Record<string, string> = {}) {
  const { keyId, algorithm, message, messageType } = input
  const body = encode({ 1: keyId, 3: algorithm, 4: message, 5: messageType })
  const answer = await instanceCall(emulator, 'Sign', body, more)
  const fields = fieldsOf(answer)
  return {
    keyId: text(fields.get(1)),
    signature: fields.get(2) as Buffer,
    requestId: text(fields.get(3)),
    algorithm: text(fields.get(4)),
    messageType: text(fields.get(5)),
    versionId: answer.headers['x-kms-migrationkeyversionid'],
  }
}

/** Verify, for what must be answered. False is not on the wire. */
export async function verify(emulator: Emulator, input: Signing & { readonly signature: Uint8Array }) {
  const { keyId, algorithm, message, messageType, signature } = input
  const body = encode({ 1: keyId, 3: signature, 4: algorithm, 5: message, 6: messageType })
  const fields = fieldsOf(await instanceCall(emulator, 'Verify', body))
  return {
    keyId: text(fields.get(1)),
    value: fields.get(2) === 1,
    algorithm: text(fields.get(4)),
    messageType: text(fields.get(5)),
  }
}

/** GetPublicKey, for what must succeed. */
export async function publicKey(emulator: Emulator, keyId: string, more: Record<string, string> = {}) {
  const fields = fieldsOf(await instanceCall(emulator, 'GetPublicKey', encode({ 1: keyId }), more))
  return { keyId: text(fields.get(1)), pem: text(fields.get(2)), requestId: text(fields.get(3)) }
}
