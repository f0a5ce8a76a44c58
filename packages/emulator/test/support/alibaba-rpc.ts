import { createHmac, randomUUID } from 'node:crypto'
import type { Credential, Emulator } from '@signport/emulator'
import { type HttpAnswer, http } from './emulator.js'

/** Requests of Alibaba Cloud's OpenAPI, signed here as its documentation says (SignatureVersion 1.0). */

const encode = (text: string) =>
  Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9\-_.~]/.test(character)) return character
    return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

const joined = (parameters: readonly (readonly [name: string, value: string])[]) =>
  parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')

export function signatureOf(method: string, parameters: Record<string, string>, secret: string): string {
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const text = [method, '%2F', encode(joined(sorted))].join('&')
  return createHmac('sha1', `${secret}&`).update(text).digest('base64')
}

export interface Signing {
  readonly credential: Credential
  readonly date?: Date
  readonly method?: string
}

/** The parameters of a call with what every request has, and its signature. */
export function signed(
  parameters: Record<string, string>,
  { credential, date = new Date(), method = 'POST' }: Signing,
): Record<string, string> {
  const all = {
    Version: '2016-01-20',
    Format: 'JSON',
    AccessKeyId: credential.accessKeyId,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: randomUUID(),
    Timestamp: date.toISOString().replace(/\.\d{3}/, ''),
    ...(credential.sessionToken !== undefined && { SecurityToken: credential.sessionToken }),
    ...parameters,
  }
  return { ...all, Signature: signatureOf(method, all, credential.secretAccessKey) }
}

/** Sends parameters as they are. */
export function send(
  { port }: Emulator,
  parameters: Record<string, string>,
  method = 'POST',
): Promise<HttpAnswer> {
  return http(port, { method, path: `/?${joined(Object.entries(parameters))}` })
}

/** Sends parameters as a form. */
export function sendForm({ port }: Emulator, parameters: Record<string, string>): Promise<HttpAnswer> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  return http(port, { headers, body: new URLSearchParams(parameters).toString() })
}

/** Calls an operation without a signature. */
export async function rpc(
  emulator: Emulator,
  Action: string,
  parameters: Record<string, string> = {},
): Promise<{ status: number; headers: HttpAnswer['headers']; body: Record<string, unknown> }> {
  const { status, headers, text } = await send(emulator, { Action, Version: '2016-01-20', ...parameters })
  return { status, headers, body: JSON.parse(text) as Record<string, unknown> }
}

/** As `rpc`, for what must succeed. */
export async function rpcOutput<T = Record<string, unknown>>(
  emulator: Emulator,
  Action: string,
  parameters: Record<string, string> = {},
): Promise<T> {
  const { status, body } = await rpc(emulator, Action, parameters)
  if (status !== 200) throw new Error(`${Action}: ${status} ${JSON.stringify(body)}`)
  return body as T
}

/** Makes a key, and gives its id with that of its only version. */
export async function rpcKey(
  emulator: Emulator,
  KeySpec: string,
  more: Record<string, string> = {},
): Promise<{ KeyId: string; KeyVersionId: string }> {
  type Created = { KeyMetadata: { KeyId: string } }
  const { KeyMetadata } = await rpcOutput<Created>(emulator, 'CreateKey', { KeySpec, ...more })
  return { KeyId: KeyMetadata.KeyId, KeyVersionId: await onlyVersion(emulator, KeyMetadata.KeyId) }
}

/** The id of the only version of a key. */
export async function onlyVersion(emulator: Emulator, KeyId: string): Promise<string> {
  type Listed = { KeyVersions: { KeyVersion: { KeyVersionId: string }[] } }
  const { KeyVersions } = await rpcOutput<Listed>(emulator, 'ListKeyVersions', { KeyId })
  const [only, ...others] = KeyVersions.KeyVersion
  if (!only || others.length > 0) throw new Error('There should be one version.')
  return only.KeyVersionId
}
