import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodeTls from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { createSigner, type SigningErrorCode } from '@signport/core'
import { type AlibabaKmsInstanceOptions, createAlibabaKmsProvider } from '../../src/index.js'
import { authorityAndServer } from '../support/certificate.js'
import { failure } from '../support/failure.js'
import { CLIENT_KEY, startInstance } from '../support/instance-service.js'
import { message } from '../support/protobuf.js'
import { startServer } from '../support/server.js'
import { P256 } from '../support/service-keys.js'
import { until } from '../support/until.js'

const MESSAGE = Buffer.from('a message that is signed')
const { ca, tls } = authorityAndServer()

const providerOf = (endpoint: string, options: Partial<AlibabaKmsInstanceOptions> = {}) =>
  createAlibabaKmsProvider({ transport: 'instance', endpoint, clientKey: CLIENT_KEY, ...options })

const keyOf = (endpoint: string, options?: Partial<AlibabaKmsInstanceOptions>, signal?: AbortSignal) =>
  providerOf(endpoint, options).getPublicKey({ keyId: P256.id }, signal ? { signal } : {})

const settled = () => new Promise((resolve) => setTimeout(resolve, 50))

describe('TLS', () => {
  test('of a private authority is trusted when it is named, by text or by file', async () => {
    const service = await startInstance({ tls })
    const provider = providerOf(service.host, { ca })
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256' })
    expect(P256.verify(MESSAGE, (await signer.sign(MESSAGE)).bytes, 'ECDSA_SHA_256')).toBe(true)
    await signer.close()

    const folder = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
    writeFileSync(join(folder, 'ca.pem'), ca)
    const other = providerOf(service.host, { caFile: join(folder, 'ca.pem') })
    expect((await other.getPublicKey({ keyId: P256.id }, {})).publicKey).toBe(P256.publicKey)
    rmSync(folder, { recursive: true })
    expect((await other.getPublicKey({ keyId: P256.id }, {})).publicKey).toBe(P256.publicKey)
    await other.close?.()
  })

  const expired = authorityAndServer({ notAfter: new Date('2021-01-01') })
  const elsewhere = authorityAndServer({ addresses: [[10, 0, 0, 1]] })
  test.each<[string, typeof tls, string | undefined, RegExp]>([
    [
      'of an authority that nobody named',
      tls,
      undefined,
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE \(.*\)\. .* by ca or caFile/,
    ],
    ['of another authority', authorityAndServer().tls, ca, /CERT_SIGNATURE_FAILURE|UNABLE_TO/],
    ['that has run out', expired.tls, expired.ca, /CERT_HAS_EXPIRED/],
    ['for another address', elsewhere.tls, elsewhere.ca, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ])('is not trusted with a certificate %s', async (_, given, authority, text) => {
    const service = await startInstance({ tls: given })
    const error = await failure(() => keyOf(service.host, { ca: authority }), 'Configuration')
    expect(error.message).toMatch(text)
    expect(error.retryable).toBe(false)
    expect(service.requests).toEqual([])
  })

  test('of version 1.1 is refused, also in a process that would take it', async () => {
    const { DEFAULT_CIPHERS, DEFAULT_MIN_VERSION } = nodeTls
    const lax = { DEFAULT_CIPHERS: 'DEFAULT@SECLEVEL=0', DEFAULT_MIN_VERSION: 'TLSv1' } as const
    const old = { ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: lax.DEFAULT_CIPHERS } as const
    const service = await startInstance({ tls: old })
    Object.assign(nodeTls, lax)
    try {
      const error = await failure(() => keyOf(service.host, { ca }), 'Configuration')
      expect(error.message).toContain('speaks no TLS: EPROTO')
    } finally {
      Object.assign(nodeTls, { DEFAULT_CIPHERS, DEFAULT_MIN_VERSION })
    }
    expect(service.requests).toEqual([])
  })

  test('is not left out for a server that speaks none', async () => {
    const service = await startInstance()
    await failure(() => keyOf(service.host, { ca }), 'Configuration')
    expect(service.requests).toEqual([])
  })
})

describe('connections', () => {
  test('are kept for later calls, and ended by closing', async () => {
    const service = await startInstance()
    const provider = providerOf(service.url)
    for (let round = 0; round < 5; round++) await provider.getPublicKey({ keyId: P256.id }, {})
    expect(service.connections()).toEqual({ all: 1, open: 1 })
    await provider.close?.()
    await until(() => service.connections().open === 0)
    expect(service.connections().all).toBe(1)
  })

  test('are ended under a call, which is not repeated', async () => {
    const service = await startInstance()
    const provider = providerOf(service.url)
    await provider.getPublicKey({ keyId: P256.id }, {})
    service.instead = () => 'stall'
    const call = failure(() => provider.getPublicKey({ keyId: P256.id }, {}), 'Unavailable')
    await until(() => service.requests.length === 2)
    await provider.close?.()
    expect((await call).message).toContain('the connection ended early')
    await until(() => service.connections().open === 0)
    expect(service.requests).toHaveLength(2)
    expect(service.connections().all).toBe(1)
  })

  test('are at most as many as the option says', async () => {
    const service = await startInstance()
    const provider = providerOf(service.url, { maxConcurrency: 2 })
    await Promise.all(Array.from({ length: 10 }, () => provider.getPublicKey({ keyId: P256.id }, {})))
    expect(service.connections().all).toBe(2)
    await provider.close?.()
  })

  test('that the server closed while they were idle are replaced without a word', async () => {
    let round = 0
    const service = await startInstance()
    const provider = providerOf(service.url)
    await provider.getPublicKey({ keyId: P256.id }, {})
    service.instead = ({ socket }) => {
      if (++round > 1) return undefined
      socket.destroy()
      return 'stall'
    }
    await provider.getPublicKey({ keyId: P256.id }, {})
    expect(service.connections().all).toBe(2)
    expect(service.requests).toHaveLength(3)
    await provider.close?.()
  })

  test.each<[string, (socket: { destroy(): void; end(bytes: string): void }) => void, SigningErrorCode]>([
    ['before the answer', (socket) => socket.destroy(), 'Unavailable'],
    ['in the head of the answer', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), 'Unavailable'],
    [
      'within the answer',
      (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'),
      'Unavailable',
    ],
    [
      'with another protocol',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'Unavailable',
    ],
  ])('that end %s are an error that may pass', async (_, end, code) => {
    const server = await startServer(({ socket }) => {
      end(socket)
      return undefined
    })
    const error = await failure(() => keyOf(server.url), code)
    expect(error).toMatchObject({ retryable: true, provider: 'alibaba-kms' })
    expect(error.message).toContain(`There is no answer from ${server.host}`)
    expect(server.requests).toHaveLength(1)
  })

  test('that nobody takes are an error that may pass', async () => {
    const error = await failure(() => keyOf('http://127.0.0.1:1'), 'Unavailable')
    expect(error.message).toContain('ECONNREFUSED (nothing listens there)')
  })
})

describe('an abort', () => {
  test('ends the call and its connection at once', async () => {
    const service = await startInstance()
    service.instead = () => 'stall'
    const controller = new AbortController()
    const call = failure(() => keyOf(service.url, {}, controller.signal), 'Aborted')
    await until(() => service.requests.length === 1)
    controller.abort(new Error('enough'))
    expect(await call).toMatchObject({ name: 'AbortError', cause: { message: 'enough' } })
    await until(() => service.connections().open === 0)
    expect(service.connections().all).toBe(1)
  })

  test('between a kept connection that ended and a new one sends nothing more', async () => {
    const service = await startInstance()
    const provider = providerOf(service.url)
    await provider.getPublicKey({ keyId: P256.id }, {})
    service.instead = ({ socket }) => {
      socket.destroy()
      return 'stall'
    }
    const controller = new AbortController()
    const { signal } = controller
    // The first attempt is over when it listens no more.
    let over = 0
    signal.removeEventListener = (...parameters: Parameters<AbortSignal['removeEventListener']>) => {
      AbortSignal.prototype.removeEventListener.apply(signal, parameters)
      if (service.requests.length === 2 && over++ === 0) controller.abort(new Error('enough'))
    }
    const error = await failure(() => provider.getPublicKey({ keyId: P256.id }, { signal }), 'Aborted')
    expect(error).toMatchObject({ cause: { message: 'enough' } })
    await settled()
    expect(over).toBe(1)
    expect(service.requests).toHaveLength(2)
    expect(service.connections().all).toBe(1)
    await provider.close?.()
  })

  test('before the call sends nothing', async () => {
    const service = await startInstance()
    await failure(() => keyOf(service.url, {}, AbortSignal.abort()), 'Aborted')
    await settled()
    expect(service.connections().all).toBe(0)
  })

  test('ends the wait for a password, too', async () => {
    const service = await startInstance()
    const clientKey = {
      KeyId: 'KAAP.1',
      PrivateKeyData: 'AAAA',
      password: () => new Promise<string>(() => {}),
    }
    await failure(() => keyOf(service.url, { clientKey }, AbortSignal.timeout(50)), 'Aborted')
    expect(service.connections().all).toBe(0)
  })

  test('by the clock of a signer is a Timeout', async () => {
    const service = await startInstance()
    service.instead = () => 'stall'
    const signer = createSigner({ provider: providerOf(service.url), keyId: P256.id, algorithm: 'ES256' })
    await failure(() => signer.sign(MESSAGE, { timeoutMs: 100 }), 'Timeout')
    await signer.close()
    await until(() => service.connections().open === 0)
  })
})

test('a server that refuses a body before it has read it is understood', async () => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () =>
      socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const provider = providerOf(`http://127.0.0.1:${port}`)
  const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never' })
  await failure(() => signer.sign(new Uint8Array(3_000_000), { messageType: 'raw' }), 'MessageTooLarge')
  await signer.close()
  server.close()
})

test('a connection on which a body was refused before all of it was sent is not used again', async () => {
  const { createServer } = await import('node:net')
  const answer = message({ 1: P256.id, 2: P256.publicKey })
  let connections = 0
  const sockets = new Set<{ destroy(): void }>()
  const server = createServer((socket) => {
    const number = ++connections
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      // It says nothing of closing the connection, and reads no more of what is still to come.
      socket.pause()
      if (number === 1) socket.write('HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\n\r\n')
      else {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\n\r\n`)
        socket.write(answer)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const options = { maxConcurrency: 1, maxBodyBytes: 60_000_000 }
  const provider = providerOf(`http://127.0.0.1:${port}`, options)
  try {
    const signer = createSigner({ provider, keyId: P256.id, algorithm: 'ES256', check: 'never' })
    await failure(() => signer.sign(new Uint8Array(40_000_000), { messageType: 'raw' }), 'MessageTooLarge')
    const signal = AbortSignal.timeout(5000)
    expect(await provider.getPublicKey({ keyId: P256.id }, { signal })).toMatchObject({ keyId: P256.id })
    expect(connections).toBe(2)
  } finally {
    await provider.close?.()
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})
