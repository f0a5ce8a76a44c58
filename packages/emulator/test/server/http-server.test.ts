import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { startEmulator } from '@signport/emulator'
import { call, createKey, http, start } from '../support/emulator.js'

const TARGET = { 'x-amz-target': 'TrentService.ListKeys' }

describe('who is let in', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]'])('requests for %s', async (name) => {
    const { port } = await start({ auth: 'none' })
    const headers = { ...TARGET, host: `${name}:${port}` }
    expect(await http(port, { headers, body: '{}' })).toMatchObject({ status: 200 })
  })

  test.each([
    ['a name that leads here', (port: number) => `rebound.example:${port}`],
    ['another port', (port: number) => `127.0.0.1:${port - 1}`],
    ['no port', () => '127.0.0.1'],
    ['another address', (port: number) => `10.0.0.1:${port}`],
    ['a longer name', (port: number) => `127.0.0.1.example:${port}`],
  ])('no requests for %s', async (_what, hostOf) => {
    const { port } = await start({ auth: 'none' })
    const answer = await http(port, { headers: { ...TARGET, host: hostOf(port) }, body: '{}' })
    expect(answer).toMatchObject({ status: 403, headers: { connection: 'close' } })
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'AccessDeniedException',
      message: `Requests must be for this machine: the header Host should be 127.0.0.1:${port}.`,
    })
  })

  test.each(['https://attacker.example', 'http://127.0.0.1', 'null'])(
    'no requests of a web page from %s',
    async (origin) => {
      const { port } = await start({ auth: 'none' })
      const answer = await http(port, { headers: { ...TARGET, origin }, body: '{}' })
      expect(answer.status).toBe(403)
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
    },
  )

  test('no requests that do not say whom they are for', async () => {
    const { port } = await start({ auth: 'none' })
    const socket = connect(port, '127.0.0.1')
    socket.end('POST / HTTP/1.1\r\nX-Amz-Target: TrentService.ListKeys\r\nContent-Length: 2\r\n\r\n{}')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('nobody from another machine', async () => {
    const { port, host } = await start()
    expect(host).toBe('127.0.0.1')
    // All of 127/8 is this machine; a server on every address would answer here, too.
    const socket = connect(port, '127.0.0.2')
    const [error] = await once(socket, 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('bodies', () => {
  const MAX = 256 * 1024
  const padded = (length: number) => `{"Limit":1${' '.repeat(length - '{"Limit":1}'.length)}}`

  test('of 256 KiB are read', async () => {
    const { port } = await start({ auth: 'none' })
    expect(await http(port, { headers: TARGET, body: padded(MAX) })).toMatchObject({ status: 200 })
  })

  test.each([
    ['announced', true],
    ['not announced', false],
  ])('of a byte more are refused, their length %s', async (_how, announced) => {
    const { port } = await start({ auth: 'none' })
    const extra = announced ? { 'content-length': String(MAX + 1) } : { 'transfer-encoding': 'chunked' }
    const answer = await http(port, { headers: { ...TARGET, ...extra }, body: padded(MAX + 1) })
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.text)).toEqual({
      __type: 'RequestEntityTooLargeException',
      message: 'The body is longer than 262144 bytes.',
    })
  })

  test.each([
    ['the control plane', '/_signport/faults', {}],
    ['no protocol', '/', {}],
    ['the OpenAPI of Alibaba Cloud', '/?Action=ListKeys', {}],
  ])('of a byte more are refused by %s, too', async (_what, path, headers) => {
    const { port } = await start({ auth: 'none' })
    const answer = await http(port, { path, headers, body: padded(MAX + 1) })
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } })
    expect(answer.text).toContain('The body is longer than 262144 bytes.')
  })

  test.each([
    [
      'too much is told so',
      (port: number) => `127.0.0.1:${port}`,
      /^HTTP\/1\.1 413 .*longer than 262144 bytes/s,
    ],
    [
      'something for another machine is told so',
      () => '10.0.0.1',
      /^HTTP\/1\.1 403 .*must be for this machine/s,
    ],
  ])('a client that sends all before it listens, and %s', async (_what, hostOf, answer) => {
    const { port } = await start({ auth: 'none' })
    const socket = connect(port, '127.0.0.1').pause()
    const length = 32 * MAX
    const head = ['POST / HTTP/1.1', `Host: ${hostOf(port)}`, 'X-Amz-Target: TrentService.Sign']
    socket.write([...head, `Content-Length: ${length}`, '', ''].join('\r\n'))
    await new Promise<void>((resolve, reject) =>
      socket.write(Buffer.alloc(length), (error) => (error ? reject(error) : resolve())),
    )
    expect(await text(socket)).toMatch(answer)
  })

  test('without an end are refused as soon as they are too long', async () => {
    const { port } = await start({ auth: 'none' })
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', headers: TARGET })
    outgoing.on('error', () => undefined)
    outgoing.write(Buffer.alloc(MAX))
    outgoing.write(Buffer.alloc(MAX))
    const [response] = await once(outgoing, 'response')
    expect(response.statusCode).toBe(413)
    outgoing.destroy()
  })
})

test('what speaks no protocol of the emulator is told so', async () => {
  const { port } = await start()
  const { status, text: body } = await http(port, { method: 'GET' })
  const message =
    'This is an emulator of AWS KMS and of Alibaba Cloud KMS: send X-Amz-Target: TrentService.OPERATION, or ?Action=OPERATION&Version=2016-01-20, or x-kms-apiname: OPERATION.'
  expect([status, JSON.parse(body)]).toEqual([404, { message }])
})

describe('closing', () => {
  test('ends connections that are kept alive', async () => {
    const emulator = await startEmulator({ auth: 'none' })
    const agent = new Agent({ keepAlive: true })
    await http(emulator.port, { headers: TARGET, body: '{}', agent })
    const [socket] = Object.values(agent.freeSockets)[0] ?? []
    if (!socket) throw new Error('The connection was not kept.')
    const closed = once(socket, 'close')
    await emulator.close()
    await closed
    await expect(call(emulator, 'ListKeys')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('waits for what is under way', async () => {
    const emulator = await startEmulator({ auth: 'none' })
    const creating = createKey(emulator, 'RSA_3072')
    while (emulator.requests().length === 0) {
      // The log has a request when it is answered: another one shows that the first has come in.
      await call(emulator, 'ListKeys')
    }
    await emulator.close()
    expect(await creating).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('does not wait for requests that are still being sent', async () => {
    const emulator = await startEmulator({ auth: 'none' })
    const outgoing = request({ host: '127.0.0.1', port: emulator.port, method: 'POST', headers: TARGET })
    const failed = once(outgoing, 'error')
    outgoing.write('{')
    const half = connect(emulator.port, '127.0.0.1')
    half.on('error', () => undefined)
    half.write('POST / HT')
    await call(emulator, 'ListKeys')
    await emulator.close()
    await failed
  })

  test('may be asked for twice, and by await using', async () => {
    const emulator = await startEmulator()
    await Promise.all([emulator.close(), emulator.close()])
    await emulator[Symbol.asyncDispose]()
  })
})

test('a port that is taken is an error', async () => {
  const { port } = await start()
  await expect(startEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
})

test('a port can be chosen', async () => {
  const emulator = await startEmulator()
  const { port } = emulator
  await emulator.close()
  expect(await start({ port })).toMatchObject({ port, url: `http://127.0.0.1:${port}` })
})
