import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { generateKeyPair } from '@signport/contract'
import { createSigner, createVerifier, SigningError } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import { countConnections } from './support/connection-counter.js'

const LIMIT = 3 * 1024 * 1024
const KEY_ID = '00000000-0000-4000-8000-000000000001'
const SHORT = 'alias/a'
const LONG = `alias/${'a'.repeat(240)}`
const { privateKey, publicKey } = generateKeyPair('ES256')

let emulator: Emulator

beforeAll(async () => {
  const keys = [{ id: KEY_ID, spec: 'ECC_NIST_P256' as const, privateKey }]
  const aliases = [SHORT, LONG].map((name) => ({ name, keyId: KEY_ID }))
  emulator = await startEmulator({ seed: { version: 1, keys, aliases }, tls: true })
})
afterAll(() => emulator.close())

async function signerFor(keyId: string, endpoint = emulator.tls?.url ?? '') {
  const { keyId: clientKeyId, privateKeyPem } = await emulator.clientKey()
  const provider = createAlibabaKmsProvider({
    transport: 'instance',
    endpoint,
    ca: emulator.tls?.ca,
    clientKey: { keyId: clientKeyId, privateKey: privateKeyPem },
  })
  // Megabytes take their time on a busy machine, and an attempt more would be a request more.
  const own = { messageType: 'raw', publicKey, attemptTimeoutMs: 60_000, timeoutMs: 60_000 } as const
  return createSigner({ provider, keyId, algorithm: 'ES256', ...own })
}

/** How long the head of a request is that has come, to the byte. */
function headBytes({ method, url, rawHeaders }: IncomingMessage): number {
  const lines = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  )
  return [`${method} ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n').length
}

/** The length of what surrounds a message in SignRequest, counted by hand: a tag, a length and the bytes of each field. */
function overhead(keyId: string): number {
  const text = (value: string) => 1 + (value.length < 128 ? 1 : 2) + value.length
  // A message of some megabytes has a length of four bytes.
  return text(keyId) + text('ECDSA_SHA_256') + text('RAW') + 1 + 4
}

describe.each([
  ['a short name', SHORT],
  ['a long one', LONG],
])('a key of %s', (_, keyId) => {
  const longest = LIMIT - overhead(keyId)

  test('signs the largest message that fits', async () => {
    const signer = await signerFor(keyId)
    const message = Buffer.alloc(longest, 7)
    const signature = await signer.sign(message)
    expect(signature).toMatchObject({ messageType: 'raw', keyId: KEY_ID })
    expect(await createVerifier({ publicKey, algorithm: 'ES256' }).verify(message, signature)).toBe(true)
    await signer.close()
  })

  test('sends exactly three megabytes with it', async () => {
    const connections = countConnections(emulator.port)
    const requests: IncomingMessage[] = []
    const onRequest = (message: unknown) =>
      void requests.push((message as { request: IncomingMessage }).request)
    subscribe('http.server.request.start', onRequest)
    // Without TLS, what comes over a connection can be counted.
    const signer = await signerFor(keyId, emulator.url)
    await signer.sign(Buffer.alloc(longest, 7))
    await signer.close()
    unsubscribe('http.server.request.start', onRequest)
    connections.stop()
    const [request] = requests
    if (!request || requests.length > 1) throw new Error('There should be one request.')
    expect(connections.receivedBytes() - headBytes(request)).toBe(LIMIT)
    expect(request.headers['content-length']).toBe(String(LIMIT))
  })

  test('does not send one byte more, and does not even connect', async () => {
    const connections = countConnections(emulator.tls?.port ?? 0)
    const signer = await signerFor(keyId)
    for (const length of [longest + 1, LIMIT, 2 * LIMIT]) {
      const error = await signer.sign(Buffer.alloc(length)).catch((error: unknown) => error)
      expect(SigningError.is(error, 'MessageTooLarge')).toBe(true)
      expect((error as Error).message).toContain(`the ${longest} bytes that alibaba-kms takes`)
    }
    expect(connections.all()).toBe(0)
    // What is counted is what comes.
    await signer.sign(Buffer.alloc(1))
    expect(connections.all()).toBe(1)
    connections.stop()
    await signer.close()
  })

  test('signs any message as a digest', async () => {
    const signer = await signerFor(keyId)
    const message = Buffer.alloc(2 * LIMIT, 1)
    const signature = await signer.sign(message, { messageType: 'auto' })
    expect(signature.messageType).toBe('digest')
    expect(signature.digest).toEqual(Uint8Array.from(createHash('sha256').update(message).digest()))
    await signer.close()
  })
})
