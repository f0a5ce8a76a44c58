import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { describe, expect, test } from '@jest/globals'
import type { Emulator, FaultKind, PlaneName } from '@signport/emulator'
import { start } from '../support/emulator.js'
import { exchange, PLANES, planeKey, signRequest } from '../support/plane-call.js'

const CONTENT_TYPES: Record<PlaneName, string> = {
  trent: 'application/x-amz-json-1.1',
  openapi: 'application/json;charset=utf-8',
  instance: 'application/x-protobuf',
}

/** An emulator, and a request that signs with a key of it. */
async function ready(plane: PlaneName) {
  const emulator = await start({ auth: 'none' })
  const { KeyId: keyId, KeyVersionId: versionId } = await planeKey(emulator)
  const wire = signRequest(plane, emulator.port, { keyId, versionId, message: 'm' })
  const sign = (patient = false) => exchange(emulator.port, wire, patient)
  const meet = (kind: FaultKind, patient = false) => {
    emulator.faults.add({ kind })
    return sign(patient)
  }
  return { emulator, sign, meet }
}

/** As the signatures of ECDSA, answers differ by a few bytes. */
const near = (length: number) => ({
  asymmetricMatch: (value: unknown) => Math.abs(Number(value) - length) <= 8,
  toString: () => `near ${length}`,
})

function assertOnce({ faults, requests }: Emulator, kind: FaultKind): void {
  const happened = Object.entries(faults.seen()).filter(([, count]) => count > 0)
  expect(happened).toEqual([[kind, 1]])
  expect(faults.list()).toEqual([])
  const logged = requests().flatMap((record) => ('fault' in record ? [record.fault] : []))
  expect(logged).toEqual([kind])
}

describe.each(PLANES)('in the protocol %s,', (plane) => {
  test('reset breaks the connection off before an answer', async () => {
    const { emulator, meet } = await ready(plane)
    expect(await meet('reset')).toMatchObject({ status: 0, ended: 'reset' })
    assertOnce(emulator, 'reset')
    expect(emulator.requests().at(-1)?.status).toBeUndefined()
  })

  test('resetDuring sends the head and half of the body, and breaks the connection off', async () => {
    const { emulator, sign, meet } = await ready(plane)
    const { body } = await sign()
    const broken = await meet('resetDuring')
    expect(broken).toMatchObject({ status: 200, ended: 'reset' })
    expect(broken.headers['content-length']).toEqual(near(body.length))
    expect(broken.body).toHaveLength(Math.floor(Number(broken.headers['content-length']) / 2))
    assertOnce(emulator, 'resetDuring')
  })

  test('resetAfter sends the whole answer, and breaks the connection off', async () => {
    const { emulator, meet } = await ready(plane)
    const broken = await meet('resetAfter', true)
    expect(broken).toMatchObject({ status: 200, ended: 'reset' })
    expect(broken.body).toHaveLength(Number(broken.headers['content-length']))
    assertOnce(emulator, 'resetAfter')
  })

  test('truncated announces the whole body, sends half of it, and ends the connection', async () => {
    const { emulator, sign, meet } = await ready(plane)
    const { body } = await sign()
    const broken = await meet('truncated')
    expect(broken).toMatchObject({ status: 200, ended: 'end' })
    expect(broken.headers['content-length']).toEqual(near(body.length))
    expect(broken.body).toHaveLength(Math.floor(Number(broken.headers['content-length']) / 2))
    assertOnce(emulator, 'truncated')
  })

  test('cut sends half of the body as if it were all', async () => {
    const { emulator, sign, meet } = await ready(plane)
    const { body } = await sign()
    const half = await meet('cut')
    expect(half).toMatchObject({ status: 200, ended: 'whole' })
    expect(half.body.length).toEqual(near(body.length / 2))
    expect(half.headers['content-type']).toBe(CONTENT_TYPES[plane])
    assertOnce(emulator, 'cut')
  })

  test('empty sends nothing as if it were all', async () => {
    const { emulator, meet } = await ready(plane)
    const empty = await meet('empty')
    expect(empty).toMatchObject({ status: 200, ended: 'whole', headers: { 'content-length': '0' } })
    expect(empty.headers['content-type']).toBe(CONTENT_TYPES[plane])
    assertOnce(emulator, 'empty')
  })

  test.each([
    ['html', 502],
    ['htmlOk', 200],
  ] as const)('%s sends the page of a proxy with %i', async (kind, status) => {
    const { emulator, meet } = await ready(plane)
    const page = await meet(kind)
    expect(page).toMatchObject({ status, ended: 'whole', headers: { 'content-type': 'text/html' } })
    expect(page.body.toString()).toMatch(/^<!DOCTYPE html>/)
    assertOnce(emulator, kind)
    expect(emulator.requests().at(-1)?.status).toBe(status)
  })

  test('oversized sends the answer with spaces behind it, 4 MiB altogether', async () => {
    const { emulator, sign, meet } = await ready(plane)
    const { body } = await sign()
    const long = await meet('oversized')
    expect(long.body).toHaveLength(4 * 1024 * 1024)
    expect(long.body.toString('latin1').trimEnd().length).toEqual(near(body.length))
    assertOnce(emulator, 'oversized')
  })

  test('contentType calls the right answer plain text', async () => {
    const { emulator, sign, meet } = await ready(plane)
    const { body } = await sign()
    const plain = await meet('contentType')
    expect(plain).toMatchObject({ status: 200, headers: { 'content-type': 'text/plain' } })
    expect(plain.body.length).toEqual(near(body.length))
    assertOnce(emulator, 'contentType')
  })

  test('redirect sends clients to another host', async () => {
    const { emulator, meet } = await ready(plane)
    const headers = { location: 'http://elsewhere.invalid/' }
    expect(await meet('redirect')).toMatchObject({ status: 307, ended: 'whole', headers })
    assertOnce(emulator, 'redirect')
  })

  test('drip sends byte after byte, and closing does not wait for them', async () => {
    const { emulator, meet } = await ready(plane)
    const begun = Date.now()
    const dripping = meet('drip')
    while (emulator.requests().at(-1)?.fault !== 'drip') await pause(5)
    await pause(1_000)
    await emulator.close()
    const { status, headers, body } = await dripping
    const seconds = (Date.now() - begun) / 1000
    expect(status).toBe(200)
    const rate = body.length / seconds
    // At this rate the whole takes longer than the usual five seconds of an attempt, by far.
    expect(Number(headers['content-length']) / rate).toBeGreaterThan(20)
    expect(body.length).toBeGreaterThan(0)
    assertOnce(emulator, 'drip')
  })

  test('an answer that says no is altered, too', async () => {
    const { emulator } = await ready(plane)
    emulator.faults.add({ kind: 'contentType' })
    const none = { keyId: 'alias/none', versionId: 'none', message: 'm' }
    const answer = await exchange(emulator.port, signRequest(plane, emulator.port, none))
    expect(answer.status).toBe(plane === 'trent' ? 400 : 404)
    expect(answer.headers['content-type']).toBe('text/plain')
    assertOnce(emulator, 'contentType')
  })
})

describe('by TLS', () => {
  /** What the client of Node makes of an answer. */
  async function ask(kind: FaultKind) {
    const emulator = await start({ auth: 'none', tls: true })
    emulator.faults.add({ kind })
    const { port, ca } = emulator.tls ?? { port: 0, ca: '' }
    const headers = { 'x-amz-target': 'TrentService.ListKeys' }
    const outgoing = request({ host: '127.0.0.1', port, ca, method: 'POST', headers, agent: false })
    outgoing.end('{}')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    const chunks: Buffer[] = []
    let error: unknown
    const failed = (each: Error) => {
      error = each
    }
    outgoing.on('error', failed)
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', failed)
    await new Promise((resolve) => response.once('close', resolve))
    const announced = Number(response.headers['content-length'])
    return { received: Buffer.concat(chunks).length, announced, complete: response.complete, error }
  }

  test.each<FaultKind>(['resetDuring', 'truncated'])('%s cuts the answer in half', async (kind) => {
    const { received, announced, complete, error } = await ask(kind)
    expect([received, complete]).toEqual([Math.floor(announced / 2), false])
    expect(error).toMatchObject({ code: 'ECONNRESET' })
  })

  test('resetAfter sends the whole answer', async () => {
    const { received, announced, complete, error } = await ask('resetAfter')
    expect([received, complete, error]).toEqual([announced, true, undefined])
  })
})

/** How many timers keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('closing', () => {
  const DELIVERIES: FaultKind[] = [
    'stall',
    'reset',
    'resetDuring',
    'resetAfter',
    'drip',
    'truncated',
    'oversized',
  ]

  test.each(DELIVERIES)('does not wait for %s, and leaves no timer', async (kind) => {
    const before = timers()
    const { emulator, meet } = await ready('trent')
    const met = Promise.all(Array.from({ length: 5 }, () => meet(kind, true)))
    while (emulator.faults.seen()[kind] < 5) await pause(5)
    const begun = Date.now()
    await emulator.close()
    await met
    // A drip would take a minute, and the rest would never end.
    expect(Date.now() - begun).toBeLessThan(20_000)
    while (timers() > before) await pause(5)
  })

  test('leaves no timer behind for clients that go away themselves', async () => {
    const { emulator } = await ready('trent')
    const before = timers()
    emulator.faults.add({ kind: 'drip', times: null })
    const client = new AbortController()
    const asked = fetch(emulator.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'TrentService.ListKeys' },
      body: '{}',
      signal: client.signal,
    }).then((response) => response.text())
    while (emulator.faults.seen().drip === 0) await pause(5)
    client.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    while (timers() > before) await pause(20)
  })
})
