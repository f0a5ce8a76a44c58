import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { connect as connectPlain } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { startEmulator } from '@signport/emulator'
import { start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'
import { signedHeaders } from '../support/instance.js'
import { encode } from '../support/protobuf.js'

const folder = testFolder()
const LIST_KEYS = '/?Action=ListKeys&Version=2016-01-20'
const DAY_MS = 24 * 60 * 60 * 1000

async function startTls(options = {}) {
  const emulator = await start({ auth: 'none', tls: true, ...options })
  if (!emulator.tls) throw new Error('It should speak TLS.')
  return { emulator, tls: emulator.tls }
}

async function get(port: number, options: RequestOptions, body?: Uint8Array) {
  const outgoing = request({ host: '127.0.0.1', port, method: 'POST', agent: false, ...options })
  const [response] = await Promise.all([once(outgoing, 'response'), Promise.resolve(outgoing.end(body))])
  return { status: response[0].statusCode, body: await text(response[0]) }
}

/** The certificate of the server, as a client sees it. */
async function certificateOf(port: number, ca: string): Promise<X509Certificate> {
  const socket = connect({ host: '127.0.0.1', port, ca })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerX509Certificate()
  socket.destroy()
  if (!certificate) throw new Error('There should be a certificate.')
  return certificate
}

test.each([
  ['an address', '127.0.0.1', {}],
  ['a name', 'localhost', { servername: 'localhost' }],
])('a client that trusts the CA is answered under %s', async (_what, name, options) => {
  const { tls } = await startTls()
  expect(tls.url).toBe(`https://127.0.0.1:${tls.port}`)
  const headers = { host: `${name}:${tls.port}` }
  const answer = await get(tls.port, { ...options, ca: tls.ca, path: LIST_KEYS, headers })
  expect(answer).toMatchObject({ status: 200 })
})

test('all protocols are spoken, with the same keys', async () => {
  const { emulator, tls } = await startTls({ auth: 'sigv4' })
  const { ca, port } = tls
  const body = encode({ 1: 'alias/none' })
  const headers = signedHeaders(await emulator.clientKey(), 'GetPublicKey', body)
  expect(await get(port, { ca, headers }, body)).toMatchObject({ status: 404 })
  const trent = await get(port, { ca, headers: { 'x-amz-target': 'TrentService.ListKeys' } })
  expect(JSON.parse(trent.body).__type).toBe('MissingAuthenticationTokenException')
  expect(JSON.parse((await get(port, { ca, path: '/?Action=ListKeys' })).body)).toMatchObject({
    Code: 'MissingParameter',
  })
  const control = { authorization: `Bearer ${emulator.controlToken}` }
  expect(await get(port, { ca, method: 'GET', path: '/_signport/faults', headers: control })).toMatchObject({
    status: 200,
  })
  expect(emulator.requests()).toHaveLength(3)
})

test.each<[string, RequestOptions, string]>([
  ['trusts nobody', {}, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['expects another name', { servername: 'kms.example' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('a client that %s goes away', async (_what, options, code) => {
  const { tls } = await startTls()
  const ca = code.startsWith('ERR') ? { ca: tls.ca } : {}
  await expect(get(tls.port, { ...ca, ...options })).rejects.toMatchObject({ code })
})

test('requests for another host are not answered', async () => {
  const { emulator, tls } = await startTls()
  const headers = { host: `127.0.0.1:${emulator.port}` }
  expect(await get(tls.port, { ca: tls.ca, headers })).toMatchObject({ status: 403 })
})

describe('the certificates', () => {
  test('are valid to openssl for this machine, and for nothing else', async () => {
    const { tls } = await startTls()
    const certificate = await certificateOf(tls.port, tls.ca)
    writeFileSync(folder.path('ca.pem'), tls.ca)
    writeFileSync(folder.path('server.pem'), certificate.toString())
    const verify = (...args: string[]) =>
      execFileSync(
        'openssl',
        [
          'verify',
          '-x509_strict',
          '-purpose',
          'sslserver',
          '-CAfile',
          folder.path('ca.pem'),
          ...args,
          folder.path('server.pem'),
        ],
        { stdio: 'pipe' },
      ).toString()
    for (const name of [
      ['-verify_ip', '127.0.0.1'],
      ['-verify_hostname', 'localhost'],
    ])
      expect(verify(...name)).toMatch(/server\.pem: OK\n$/)
    for (const name of [
      ['-verify_ip', '127.0.0.2'],
      ['-verify_hostname', 'kms.example'],
    ])
      expect(() => verify(...name)).toThrow('mismatch')
    const shown = execFileSync('openssl', ['x509', '-noout', '-text'], { input: tls.ca }).toString()
    expect(shown).toMatch(
      /X509v3 Name Constraints: critical\n\s+Permitted:\n\s+DNS:localhost\n\s+IP:127\.0\.0\.1\/255\.255\.255\.255\n/,
    )
    expect(shown).toMatch(/X509v3 Basic Constraints: critical\n\s+CA:TRUE, pathlen:0\n/)
    expect(shown).toMatch(/X509v3 Key Usage: critical\n\s+Certificate Sign\n/)
  })

  test('are valid for seven days, and new in each start', async () => {
    const [one, other] = [(await startTls()).tls, (await startTls()).tls]
    expect(one.ca).not.toBe(other.ca)
    await expect(certificateOf(one.port, other.ca)).rejects.toMatchObject({ code: expect.any(String) })
    const server = await certificateOf(one.port, one.ca)
    for (const { validFrom, validTo } of [server, new X509Certificate(one.ca)]) {
      expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(7 * DAY_MS)
      expect(Date.parse(validFrom)).toBeLessThan(Date.now())
    }
    expect(server.checkIssued(new X509Certificate(one.ca))).toBe(true)
  })
})

describe('faults', () => {
  test('reset breaks the connection off', async () => {
    const { emulator, tls } = await startTls()
    emulator.faults.add({ kind: 'reset' })
    const path = LIST_KEYS
    await expect(get(tls.port, { ca: tls.ca, path })).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(await get(tls.port, { ca: tls.ca, path })).toMatchObject({ status: 200 })
  })

  test('stall gives no answer until the emulator is closed, which does not wait for it', async () => {
    const { emulator, tls } = await startTls()
    emulator.faults.add({ kind: 'stall' })
    const stalled = get(tls.port, { ca: tls.ca, path: LIST_KEYS }).catch((error: unknown) => error)
    while (emulator.requests().length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await emulator.close()
    expect(await stalled).toMatchObject({ code: 'ECONNRESET' })
  })
})

test('closing ends both ports, and connections that have not shaken hands yet', async () => {
  const emulator = await startEmulator({ tls: true })
  const port = emulator.tls?.port ?? 0
  const plain = connectPlain(port, '127.0.0.1')
  plain.on('error', () => undefined)
  await once(plain, 'connect')
  const closed = once(plain, 'close')
  await emulator.close()
  await closed
  for (const each of [port, emulator.port])
    await expect(get(each, {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('without the option there is one port', async () => {
  expect((await start()).tls).toBeUndefined()
})
