import { DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import type { Emulator, PlaneName } from '@signport/emulator'
import { rpc, send, signed as signedParameters } from '../support/alibaba-rpc.js'
import { call, clientOf, start } from '../support/emulator.js'
import { errorOf, instanceCall, post, signedHeaders } from '../support/instance.js'
import { exchange, PLANES, planeKey, publicKeyRequest } from '../support/plane-call.js'
import { decode, encode } from '../support/protobuf.js'

const MINUTE_MS = 60_000

/** What a refusal says. */
function refusalIn(plane: PlaneName, body: Buffer): { code: string; message: string } {
  if (plane === 'instance') {
    const fields = decode(body)
    return { code: String(fields.get(2)), message: String(fields.get(3)) }
  }
  const { __type, message, Code, Message } = JSON.parse(body.toString()) as Record<string, string>
  return { code: __type ?? Code ?? '', message: message ?? Message ?? '' }
}

async function ready(plane: PlaneName) {
  const emulator = await start({ auth: 'none' })
  const { KeyId, KeyVersionId } = await planeKey(emulator)
  const ask = async () => {
    const request = publicKeyRequest(plane, emulator.port, KeyId, KeyVersionId)
    const answer = await exchange(emulator.port, request)
    return { ...answer, ...(answer.status === 200 ? {} : refusalIn(plane, answer.body)) }
  }
  return { emulator, ask }
}

describe.each(PLANES)('in the protocol %s,', (plane) => {
  test('a refusal says when to try again, if the fault does', async () => {
    const { emulator, ask } = await ready(plane)
    emulator.faults.add({ kind: 'throttle', retryAfter: 7 })
    emulator.faults.add({ kind: 'unavailable', retryAfter: 0 })
    emulator.faults.add({ kind: 'unavailable' })
    expect((await ask()).headers['retry-after']).toBe('7')
    expect((await ask()).headers['retry-after']).toBe('0')
    expect((await ask()).headers).not.toHaveProperty('retry-after')
    expect((await ask()).headers).not.toHaveProperty('retry-after')
  })

  test('hostileText forbids the call, in a text that no terminal should be shown', async () => {
    const { emulator, ask } = await ready(plane)
    emulator.faults.add({ kind: 'hostileText' })
    const { status, code, message = '' } = await ask()
    const expected = {
      trent: [400, 'AccessDeniedException'],
      openapi: [403, 'Forbidden.NoPermission'],
      instance: [403, 'Forbidden.NoPermission'],
    }
    expect([status, code]).toEqual(expected[plane])
    expect(message).toHaveLength(64 * 1024)
    for (const trick of [
      '\u001b[2J',
      '\u001b]52;',
      '\u001b]8;;',
      '\u0007',
      '\u009b',
      '\b',
      '\u0000',
      '\u202e',
      '\u2066',
      '\u200b',
      '\r\n',
    ]) {
      expect(message.slice(0, 500)).toContain(trick)
      expect(message.slice(-500)).toContain(trick)
    }
    expect((await ask()).status).toBe(200)
  })

  test('clockSkew refuses a call for its time, in the words of the protocol', async () => {
    const { emulator, ask } = await ready(plane)
    emulator.faults.add({ kind: 'clockSkew' })
    const { status, code, message } = await ask()
    const expected = {
      trent: [
        'InvalidSignatureException',
        expect.stringMatching(
          /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 5 min\.\)$/,
        ),
      ],
      openapi: ['InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.'],
      instance: ['RequestTimeTooSkewed', 'Request time exceeds server time more than 15 minutes.'],
    }
    expect([status, code, message]).toEqual([400, ...expected[plane]])
  })
})

describe('a clock that is not that of the client', () => {
  const skewed = (ms: number) => start({ clock: () => new Date(Date.now() + ms) })

  test.each([
    ['ahead', 10 * MINUTE_MS, 'Signature expired: '],
    ['behind', -10 * MINUTE_MS, 'Signature not yet current: '],
  ])('is told by AWS: %s', async (_what, ms, beginning) => {
    const emulator = await skewed(ms)
    await expect(clientOf(emulator).send(new ListKeysCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: expect.stringMatching(new RegExp(`^${beginning}`)),
    })
  })

  test.each([10 * MINUTE_MS, -10 * MINUTE_MS])(
    'is corrected by the official client, which reads the header Date: %d ms',
    async (ms) => {
      const { $metadata } = await clientOf(await skewed(ms), 2).send(new ListKeysCommand({}))
      expect($metadata.attempts).toBe(2)
    },
  )

  test.each([20 * MINUTE_MS, -20 * MINUTE_MS])('is told by the OpenAPI: %d ms', async (ms) => {
    const emulator = await skewed(ms)
    const [credential] = emulator.credentials
    const { text } = await send(emulator, signedParameters({ Action: 'ListKeys' }, { credential }))
    expect(JSON.parse(text)).toMatchObject({ HttpStatus: 400, Code: 'InvalidTimeStamp.Expired' })
  })

  test.each([20 * MINUTE_MS, -20 * MINUTE_MS])('is told by an instance: %d ms', async (ms) => {
    const emulator = await skewed(ms)
    const body = encode({ 1: 'alias/none' })
    const headers = signedHeaders(await emulator.clientKey(), 'GetPublicKey', body)
    expect(errorOf(await post(emulator.port, headers, body))).toMatchObject({
      status: 400,
      code: 'RequestTimeTooSkewed',
    })
  })
})

test('the official client corrects its clock after clockSkew, and gets through', async () => {
  const emulator = await start()
  emulator.faults.add({ kind: 'clockSkew' })
  const { $metadata } = await clientOf(emulator, 2).send(new ListKeysCommand({}))
  expect([$metadata.attempts, emulator.faults.seen().clockSkew]).toEqual([2, 1])
})

test('the official client waits as long as Retry-After says', async () => {
  const emulator = await start()
  emulator.faults.add({ kind: 'throttle', retryAfter: 1 })
  const begun = Date.now()
  await clientOf(emulator, 2).send(new ListKeysCommand({}))
  expect(Date.now() - begun).toBeGreaterThanOrEqual(990)
})

test('the official client takes hostile text for a refusal', async () => {
  const emulator = await start()
  emulator.faults.add({ kind: 'hostileText' })
  await expect(
    clientOf(emulator).send(new DescribeKeyCommand({ KeyId: 'alias/none' })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('\u001b[2J') })
})

describe('the header Date of every answer is the time of the emulator', () => {
  const AT = new Date('2031-02-03T04:05:06Z')
  const DATE = 'Mon, 03 Feb 2031 04:05:06 GMT'

  test.each<[string, (emulator: Emulator) => Promise<{ headers: object }>]>([
    ['of AWS', (emulator) => call(emulator, 'ListKeys')],
    ['of AWS that says no', (emulator) => call(emulator, 'ListKey')],
    ['of the OpenAPI', (emulator) => rpc(emulator, 'ListKeys')],
    ['of an instance', (emulator) => instanceCall(emulator, 'Sign', encode({ 1: 'none' }))],
    ['that belongs to no protocol', ({ url }) => fetch(url).then(withHeaders)],
    ['of the control plane', ({ url }) => fetch(`${url}/_signport/faults`).then(withHeaders)],
    ['to a web page', ({ url }) => fetch(url, { headers: { origin: 'null' } }).then(withHeaders)],
  ])('an answer %s', async (_what, ask) => {
    const emulator = await start({ auth: 'none', clock: () => AT })
    expect((await ask(emulator)).headers).toMatchObject({ date: DATE })
  })

  const withHeaders = ({ headers }: Response) => ({ headers: Object.fromEntries(headers) })
})
