import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach } from '@jest/globals'
import { type Emulator, type EmulatorOptions, startEmulator } from '@signport/emulator'

const started: { close(): Promise<void> | void }[] = []

afterEach(async () => {
  for (const each of started.splice(0)) await each.close()
})

/** Starts an emulator that the test's end stops. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator(options)
  started.push(emulator)
  return emulator
}

/** The official client, as a user configures it. It does not retry unless it is told. */
export function clientOf(emulator: Emulator, maxAttempts = 1): KMSClient {
  const { url, region, credentials } = emulator
  const client = new KMSClient({ endpoint: url, region, credentials: credentials[0], maxAttempts })
  started.push({ close: () => client.destroy() })
  return client
}

/** What came back over HTTP. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface HttpCall {
  readonly method?: string
  readonly path?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Uint8Array
  readonly agent?: Agent
}

/**
 * Sends a request by nothing but node:http, over a connection of its own: one that was kept may be closed by the server
 * just when it is used again.
 */
export function http(port: number, call: HttpCall = {}): Promise<HttpAnswer> {
  const { method = 'POST', path = '/', headers = {}, body, agent = false } = call
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent })
    outgoing.once('error', reject)
    outgoing.once('response', async (response) => {
      try {
        const text = (await buffer(response)).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      } catch (error) {
        reject(error)
      }
    })
    outgoing.end(body)
  })
}

/** Calls an operation without a signature. */
export function call(
  emulator: Emulator,
  operation: string,
  input: object | string = {},
): Promise<HttpAnswer> {
  return http(emulator.port, {
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    },
    body: typeof input === 'string' ? input : JSON.stringify(input),
  })
}

/** As `call`, for what must succeed. */
export async function output<T = Record<string, unknown>>(
  emulator: Emulator,
  operation: string,
  input: object = {},
): Promise<T> {
  const { status, text } = await call(emulator, operation, input)
  if (status !== 200) throw new Error(`${operation}: ${status} ${text}`)
  return JSON.parse(text) as T
}

/** Makes a signing key, and gives its id. */
export async function createKey(emulator: Emulator, spec: string, usage = 'SIGN_VERIFY'): Promise<string> {
  const input = { KeySpec: spec, KeyUsage: usage }
  const { KeyMetadata } = await output<{ KeyMetadata: { KeyId: string } }>(emulator, 'CreateKey', input)
  return KeyMetadata.KeyId
}

export const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64')
