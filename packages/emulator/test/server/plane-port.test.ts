import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { type Emulator, type PlaneName, startEmulator } from '@signport/emulator'
import { http, start } from '../support/emulator.js'
import { exchange, PLANES, planeKey, signatureIn, signRequest } from '../support/plane-call.js'

const separate = () => start({ auth: 'none', separatePorts: true })

function planesOf({ planes }: Emulator) {
  if (!planes) throw new Error('The protocols should have ports of their own.')
  return planes
}

async function refusal(port: number): Promise<string | undefined> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  } finally {
    socket.destroy()
  }
}

test('without the option there are no such ports', async () => {
  expect((await start()).planes).toBeUndefined()
})

describe.each(PLANES)('the port of %s', (plane) => {
  test('speaks this protocol alone, with the keys of all', async () => {
    const emulator = await separate()
    const planes = planesOf(emulator)
    const { KeyId: keyId, KeyVersionId: versionId } = await planeKey(emulator)
    const statuses = await Promise.all(
      PLANES.map(async (spoken) => {
        const { port } = planes[plane]
        const request = signRequest(spoken, port, { keyId, versionId, message: 'm' })
        return [spoken, (await exchange(port, request)).status]
      }),
    )
    expect(statuses).toEqual(PLANES.map((spoken) => [spoken, spoken === plane ? 200 : 404]))
    expect(planes[plane].url).toBe(`http://127.0.0.1:${planes[plane].port}`)
    const ports = [emulator.port, ...PLANES.map((each) => planes[each].port)]
    expect(new Set(ports).size).toBe(4)
  })

  test('is shut and opened again, and nothing else with it', async () => {
    const emulator = await separate()
    const planes = planesOf(emulator)
    const open = async () => {
      const codes = await Promise.all(PLANES.map(async (each) => [each, await refusal(planes[each].port)]))
      return [
        ...codes.filter(([, code]) => code === undefined).map(([each]) => each),
        await refusal(emulator.port),
      ]
    }
    const { port } = planes[plane]
    await planes[plane].refuse()
    expect(planes[plane]).toMatchObject({ accepting: false, port })
    expect(await refusal(port)).toBe('ECONNREFUSED')
    expect(await open()).toEqual([...PLANES.filter((each) => each !== plane), undefined])
    await planes[plane].accept()
    expect(planes[plane]).toMatchObject({ accepting: true, port })
    expect(await open()).toEqual([...PLANES, undefined])
  })

  test('ends what is under way when it is shut', async () => {
    const emulator = await separate()
    const { port, refuse } = planesOf(emulator)[plane]
    const { KeyId: keyId, KeyVersionId: versionId } = await planeKey(emulator)
    emulator.faults.add({ kind: 'stall' })
    const stalled = exchange(port, signRequest(plane, port, { keyId, versionId, message: 'm' }))
    while (emulator.faults.seen().stall === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await refuse()
    expect(await stalled).toMatchObject({ status: 0 })
  })
})

describe('a port', () => {
  test('ends connections that are kept alive when it is shut', async () => {
    const { trent } = planesOf(await separate())
    const agent = new Agent({ keepAlive: true })
    await http(trent.port, { headers: { 'x-amz-target': 'TrentService.ListKeys' }, body: '{}', agent })
    const [socket] = Object.values(agent.freeSockets)[0] ?? []
    if (!socket) throw new Error('The connection was not kept.')
    const closed = once(socket, 'close')
    await trent.refuse()
    await closed
  })

  test('may be shut and opened many times, also at once', async () => {
    const { instance } = planesOf(await separate())
    await Promise.all([instance.refuse(), instance.refuse(), instance.accept(), instance.accept()])
    expect(await refusal(instance.port)).toBeUndefined()
    await Promise.all([instance.accept(), instance.refuse(), instance.accept(), instance.refuse()])
    expect(await refusal(instance.port)).toBe('ECONNREFUSED')
    for (let count = 0; count < 5; count += 1) {
      await instance.accept()
      expect(await refusal(instance.port)).toBeUndefined()
      await instance.refuse()
    }
  })

  test.each([true, false])('is shut for good when the emulator is closed (open before: %p)', async (open) => {
    const emulator = await startEmulator({ separatePorts: true })
    const { openapi } = planesOf(emulator)
    if (!open) await openapi.refuse()
    await emulator.close()
    expect(await refusal(openapi.port)).toBe('ECONNREFUSED')
    await expect(openapi.accept()).rejects.toThrow('The emulator is closed: its ports stay shut.')
    await openapi.refuse()
    expect(openapi.accepting).toBe(false)
  })

  test('is shut for good also when it is being opened while the emulator is closed', async () => {
    const emulator = await startEmulator({ separatePorts: true })
    const { openapi } = planesOf(emulator)
    await openapi.refuse()
    const opening = openapi.accept()
    await Promise.all([opening, emulator.close()])
    expect(await refusal(openapi.port)).toBe('ECONNREFUSED')
  })

  test('that somebody else has taken meanwhile is an error, and can be opened later', async () => {
    const emulator = await separate()
    const { trent } = planesOf(emulator)
    await trent.refuse()
    const other = await startEmulator({ port: trent.port })
    await expect(trent.accept()).rejects.toMatchObject({ code: 'EADDRINUSE', port: trent.port })
    expect(trent.accepting).toBe(false)
    await other.close()
    await trent.accept()
    expect(await refusal(trent.port)).toBeUndefined()
  })

  test('has a second one that speaks TLS, which is shut and opened with it', async () => {
    const emulator = await start({ auth: 'none', separatePorts: true, tls: true })
    const { instance } = planesOf(emulator)
    const { tls, port } = instance
    expect(tls).toEqual({ url: `https://127.0.0.1:${tls?.port}`, port: tls?.port, ca: emulator.tls?.ca })
    await instance.refuse()
    expect([await refusal(port), await refusal(tls?.port ?? 0)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED'])
    await instance.accept()
    expect([await refusal(port), await refusal(tls?.port ?? 0)]).toEqual([undefined, undefined])
  })
})

describe('the control plane', () => {
  const ask = async ({ port, controlToken }: Emulator, body?: unknown) => {
    const headers = { authorization: `Bearer ${controlToken}` }
    const method = body === undefined ? 'GET' : 'POST'
    const answer = await http(port, {
      method,
      path: '/_signport/planes',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return [answer.status, JSON.parse(answer.text)]
  }
  const state = (emulator: Emulator, shut?: PlaneName) => ({
    planes: Object.fromEntries(
      PLANES.map((each) => [each, { url: planesOf(emulator)[each].url, accepting: each !== shut }]),
    ),
  })

  test('shuts a port, opens it, and says which are open', async () => {
    const emulator = await separate()
    expect(await ask(emulator)).toEqual([200, state(emulator)])
    const shut = await ask(emulator, { plane: 'openapi', accepting: false })
    expect(shut).toEqual([200, state(emulator, 'openapi')])
    expect(await refusal(planesOf(emulator).openapi.port)).toBe('ECONNREFUSED')
    expect(await ask(emulator)).toEqual(shut)
    expect(await ask(emulator, { plane: 'openapi', accepting: true })).toEqual([200, state(emulator)])
  })

  test('says when a port is taken', async () => {
    const emulator = await separate()
    const { trent } = planesOf(emulator)
    await trent.refuse()
    await start({ port: trent.port })
    expect(await ask(emulator, { plane: 'trent', accepting: true })).toEqual([
      409,
      { message: 'The port of trent stays shut: EADDRINUSE' },
    ])
  })

  test.each<[unknown, string]>([
    [{ plane: 'aws', accepting: true }, 'The body cannot be used: plane: expected'],
    [{ plane: 'trent' }, 'The body cannot be used: accepting: it is missing'],
    [null, 'The body cannot be used: expected Object'],
  ])('refuses %j', async (body, message) => {
    expect(await ask(await separate(), body)).toEqual([400, { message: expect.stringContaining(message) }])
  })

  test('says that there are no such ports', async () => {
    const message = 'The protocols have no ports of their own: start the emulator with separatePorts.'
    const emulator = await start()
    expect(await ask(emulator)).toEqual([409, { message }])
    expect(await ask(emulator, { plane: 'trent', accepting: false })).toEqual([409, { message }])
  })

  test('is not on the ports of the protocols', async () => {
    const emulator = await separate()
    const { trent } = planesOf(emulator)
    const headers = { authorization: `Bearer ${emulator.controlToken}` }
    const answer = await http(trent.port, { method: 'GET', path: '/_signport/faults', headers })
    expect(answer.status).toBe(404)
  })
})

test('a signature comes from the port of its protocol as from the shared one', async () => {
  const emulator = await separate()
  const { port } = planesOf(emulator).instance
  const { KeyId: keyId, KeyVersionId: versionId } = await planeKey(emulator)
  const { body } = await exchange(port, signRequest('instance', port, { keyId, versionId, message: 'm' }))
  expect(signatureIn('instance', body)).toMatchObject({ keyId })
})
