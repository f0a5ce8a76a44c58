import { createHash, createPublicKey, verify } from 'node:crypto'
import { ListKeysCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import type { Emulator, Fault, FaultKind } from '@signport/emulator'
import { FAULT_KINDS } from '../../src/faults/fault-kind.js'
import { rpc, rpcKey, rpcOutput } from '../support/alibaba-rpc.js'
import { base64, call, clientOf, createKey, http, output, start } from '../support/emulator.js'
import { errorOf, instanceCall, publicKey, sign } from '../support/instance.js'
import { encode } from '../support/protobuf.js'

const withoutAuth = () => start({ auth: 'none' })

const REFUSALS = {
  throttle: [
    400,
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  ],
  internal: [500, 'KMSInternalException', 'An internal error occurred.'],
  unavailable: [503, 'ServiceUnavailableException', 'The service is unavailable.'],
  dependencyTimeout: [
    503,
    'DependencyTimeoutException',
    'The system timed out while trying to fulfill the request.',
  ],
  expiredToken: [400, 'ExpiredTokenException', 'The security token included in the request is expired'],
} as const

/** What is tested in the tests of deliveries, of signatures and of keys. */
const ELSEWHERE = [
  ...['resetDuring', 'resetAfter', 'drip', 'html', 'htmlOk', 'empty', 'truncated', 'cut'],
  ...['oversized', 'contentType', 'redirect', 'otherMessage', 'otherSalt', 'bitFlip', 'highS', 'doubleHash'],
  ...['movedKey', 'oldPublicKey'],
]

test('every kind is tested, here or elsewhere', () => {
  const here = [...Object.keys(REFUSALS), 'clockSkew', 'hostileText', 'stall', 'reset', 'otherKey']
  expect([...here, ...ELSEWHERE].toSorted()).toEqual(FAULT_KINDS.toSorted())
})

describe.each(Object.entries(REFUSALS))('%s', (kind, [status, __type, message]) => {
  test('refuses one call, and no more', async () => {
    const emulator = await withoutAuth()
    emulator.faults.add({ kind: kind as FaultKind })
    const refused = await call(emulator, 'ListKeys')
    expect({ status: refused.status, ...JSON.parse(refused.text) }).toEqual({ status, __type, message })
    expect(await call(emulator, 'ListKeys')).toMatchObject({ status: 200 })
  })
})

const ALIBABA_REFUSALS = {
  throttle: [429, 'Rejected.Throttling', 'QPS Limit Exceeded'],
  internal: [500, 'InternalFailure', 'Internal Failure.'],
  unavailable: [503, 'ServiceUnavailableTemporary', 'Service Unavailable Temporary.'],
  dependencyTimeout: [503, 'ServiceUnavailableTemporary', 'Service Unavailable Temporary.'],
  expiredToken: [
    404,
    'InvalidAccessKeyId.NotFound',
    'The AccessKey ID provided does not exist in our records.',
  ],
} as const

describe.each(Object.entries(ALIBABA_REFUSALS))(
  '%s, in the words of Alibaba Cloud,',
  (kind, [status, code, message]) => {
    test('refuses one call of the OpenAPI, and no more', async () => {
      const emulator = await withoutAuth()
      emulator.faults.add({ kind: kind as FaultKind, operation: 'ListKeys' })
      const refused = await rpc(emulator, 'ListKeys')
      expect(refused).toMatchObject({ status, body: { HttpStatus: status, Code: code, Message: message } })
      expect(await rpc(emulator, 'ListKeys')).toMatchObject({ status: 200 })
    })

    test('refuses one call of an instance, and no more', async () => {
      const emulator = await withoutAuth()
      const { KeyId } = await rpcKey(emulator, 'EC_P256')
      emulator.faults.add({ kind: kind as FaultKind, operation: 'Sign', keyId: KeyId })
      const body = encode({ 1: KeyId, 4: 'm' })
      const expired = {
        status: 401,
        statusCode: 401,
        code: 'Unauthorized',
        message: 'The ClientKey has expired.',
      }
      const expected = kind === 'expiredToken' ? expired : { status, statusCode: status, code, message }
      expect(errorOf(await instanceCall(emulator, 'Sign', body))).toMatchObject(expected)
      expect(await instanceCall(emulator, 'Sign', body)).toMatchObject({ status: 200 })
    })
  },
)

describe('for clients of Alibaba Cloud', () => {
  const alibabaKey = async () => {
    const emulator = await withoutAuth()
    const { KeyId, KeyVersionId } = await rpcKey(emulator, 'EC_P256')
    const pem = (await publicKey(emulator, KeyId)).pem
    const isValid = (signature: Buffer) => verify('sha256', Buffer.from('m'), pem, signature)
    return { emulator, KeyId, KeyVersionId, isValid }
  }

  test('otherKey signs with another key, by AsymmetricSign and by Sign', async () => {
    const { emulator, KeyId, KeyVersionId, isValid } = await alibabaKey()
    const Digest = createHash('sha256').update('m').digest('base64')
    const input = { KeyId, KeyVersionId, Algorithm: 'ECDSA_SHA_256', Digest }
    const byRpc = async () => {
      const { Value } = await rpcOutput<{ Value: string }>(emulator, 'AsymmetricSign', input)
      return isValid(Buffer.from(Value, 'base64'))
    }
    const byInstance = async () =>
      isValid((await sign(emulator, { keyId: KeyId, message: Buffer.from('m') })).signature)
    emulator.faults.add({ kind: 'otherKey', times: 2 })
    await rpcOutput(emulator, 'DescribeKey', { KeyId })
    expect([await byRpc(), await byInstance(), await byRpc(), await byInstance()]).toEqual([
      false,
      false,
      true,
      true,
    ])
    emulator.faults.add({ kind: 'otherKey', operation: 'AsymmetricSign' })
    expect([await byInstance(), await byRpc()]).toEqual([true, false])
  })

  test.each(['id', 'arn', 'alias', 'aliasArn'] as const)(
    'a fault meets one key, named by its %s',
    async (form) => {
      const { emulator, KeyId } = await alibabaKey()
      await rpcOutput(emulator, 'CreateAlias', { AliasName: 'alias/a', KeyId })
      const { KeyId: other } = await rpcKey(emulator, 'EC_P256')
      const place = 'acs:kms:us-east-1:111122223333'
      const names = {
        id: KeyId,
        arn: `${place}:key/${KeyId}`,
        alias: 'alias/a',
        aliasArn: `${place}:alias/a`,
      }
      emulator.faults.add({ kind: 'internal', keyId: names[form], times: null })
      const statuses: number[] = []
      for (const name of [other, ...Object.values(names)]) {
        statuses.push((await rpc(emulator, 'DescribeKey', { KeyId: name })).status)
        statuses.push((await instanceCall(emulator, 'GetPublicKey', encode({ 1: name }))).status)
      }
      expect(statuses).toEqual([200, 200, ...Array(8).fill(500)])
    },
  )

  test('reset and stall are the same', async () => {
    const { emulator, KeyId } = await alibabaKey()
    emulator.faults.add({ kind: 'reset', times: 2 })
    await expect(rpc(emulator, 'ListKeys')).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(instanceCall(emulator, 'Sign', encode({ 1: KeyId }))).rejects.toMatchObject({
      code: 'ECONNRESET',
    })
    emulator.faults.add({ kind: 'stall' })
    const stalled = instanceCall(emulator, 'Sign', encode({ 1: KeyId })).catch((error: unknown) => error)
    const count = emulator.requests().length
    while (emulator.requests().length === count) await new Promise((resolve) => setTimeout(resolve, 5))
    await emulator.close()
    expect(await stalled).toMatchObject({ code: 'ECONNRESET' })
  })

  test('the log has what they asked for, and nothing of their messages', async () => {
    const { emulator, KeyId } = await alibabaKey()
    await sign(emulator, { keyId: KeyId, message: Buffer.from('hidden') })
    await rpc(emulator, 'DescribeKey', { KeyId: 'alias/none' })
    expect(emulator.requests().slice(-2)).toEqual([
      { at: expect.any(Date), operation: 'Sign', keyId: KeyId, status: 200, requestId: expect.any(String) },
      {
        at: expect.any(Date),
        operation: 'DescribeKey',
        keyId: 'alias/none',
        status: 404,
        code: 'Forbidden.AliasNotFound',
        requestId: expect.any(String),
      },
    ])
  })
})

test('the official client tries again after a fault', async () => {
  const emulator = await start()
  emulator.faults.add({ kind: 'internal' })
  emulator.faults.add({ kind: 'unavailable' })
  const { $metadata } = await clientOf(emulator, 3).send(new ListKeysCommand({}))
  expect($metadata.attempts).toBe(3)
  expect(emulator.requests().map(({ operation, status, code }) => [operation, status, code])).toEqual([
    ['ListKeys', 500, 'KMSInternalException'],
    ['ListKeys', 503, 'ServiceUnavailableException'],
    ['ListKeys', 200, undefined],
  ])
})

test('faults meet those alone who may use the emulator', async () => {
  const emulator = await start()
  emulator.faults.add({ kind: 'throttle' })
  expect(await call(emulator, 'ListKeys')).toMatchObject({ text: expect.stringContaining('Missing') })
  expect(emulator.faults.list()).toHaveLength(1)
})

test('reset breaks the connection off', async () => {
  const emulator = await withoutAuth()
  emulator.faults.add({ kind: 'reset' })
  await expect(call(emulator, 'ListKeys')).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(await call(emulator, 'ListKeys')).toMatchObject({ status: 200 })
})

test('stall gives no answer until the emulator is closed, which does not wait for it', async () => {
  const emulator = await withoutAuth()
  emulator.faults.add({ kind: 'stall' })
  let ended = false
  const stalled = call(emulator, 'ListKeys').catch((error: unknown) => {
    ended = true
    return error
  })
  while (emulator.requests().length === 0) await call(emulator, 'DescribeKey')
  // Had there been an answer to the first, it would have come before that to a later one.
  await call(emulator, 'ListKeys')
  expect(ended).toBe(false)
  await emulator.close()
  expect(await stalled).toMatchObject({ code: 'ECONNRESET' })
})

test('otherKey signs with another key of the same spec', async () => {
  const emulator = await withoutAuth()
  const KeyId = await createKey(emulator, 'ECC_NIST_P256')
  const { PublicKey } = await output<{ PublicKey: string }>(emulator, 'GetPublicKey', { KeyId })
  const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' })
  const isValid = async () => {
    const input = { KeyId, Message: base64('m'), SigningAlgorithm: 'ECDSA_SHA_256' }
    const { Signature, ...rest } = await output<{ Signature: string; KeyId: string }>(emulator, 'Sign', input)
    expect(rest.KeyId).toContain(KeyId)
    return verify('sha256', Buffer.from('m'), key, Buffer.from(Signature, 'base64'))
  }
  emulator.faults.add({ kind: 'otherKey' })
  await output(emulator, 'DescribeKey', { KeyId })
  expect([await isValid(), await isValid()]).toEqual([false, true])
})

describe('a fault', () => {
  const statuses = async (emulator: Emulator, calls: readonly (readonly [string, object])[]) => {
    const seen: number[] = []
    for (const [operation, input] of calls) seen.push((await call(emulator, operation, input)).status)
    return seen
  }

  test.each<[string, Pick<Fault, 'times'>, number[]]>([
    ['once', {}, [500, 200, 200]],
    ['twice', { times: 2 }, [500, 500, 200]],
    ['until it is cleared', { times: null }, [500, 500, 500]],
    ['for ever', { times: Number.POSITIVE_INFINITY }, [500, 500, 500]],
  ])('happens %s', async (_what, times, expected) => {
    const emulator = await withoutAuth()
    emulator.faults.add({ kind: 'internal', ...times })
    expect(await statuses(emulator, Array(3).fill(['ListKeys', {}]))).toEqual(expected)
    emulator.faults.clear()
    expect(await statuses(emulator, [['ListKeys', {}]])).toEqual([200])
  })

  test('meets one operation', async () => {
    const emulator = await withoutAuth()
    emulator.faults.add({ kind: 'internal', operation: 'ListAliases' })
    expect(
      await statuses(emulator, [
        ['ListKeys', {}],
        ['ListAliases', {}],
      ]),
    ).toEqual([200, 500])
  })

  test.each(['id', 'arn', 'alias', 'aliasArn'] as const)('meets one key, named by its %s', async (form) => {
    const emulator = await withoutAuth()
    const [id, other] = [
      await createKey(emulator, 'ECC_NIST_P256'),
      await createKey(emulator, 'ECC_NIST_P256'),
    ]
    await output(emulator, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: id })
    const place = 'arn:aws:kms:us-east-1:111122223333'
    const names = { id, arn: `${place}:key/${id}`, alias: 'alias/a', aliasArn: `${place}:alias/a` }
    emulator.faults.add({ kind: 'internal', keyId: names[form], times: null })
    const calls = [other, ...Object.values(names)].map((KeyId) => ['DescribeKey', { KeyId }] as const)
    expect(await statuses(emulator, [['ListKeys', {}], ...calls])).toEqual([200, 200, 500, 500, 500, 500])
  })

  test.each<[unknown, string]>([
    [{ kind: 'fire' }, 'kind: expected'],
    [{}, 'kind: it is missing'],
    [{ kind: 'stall', times: 0 }, 'times: expected a whole number from 1 on, or null for all'],
    [{ kind: 'stall', times: 1.5 }, 'times: expected a whole number from 1 on, or null for all'],
    [{ kind: 'otherKey', operation: 'Verify' }, 'this kind never meets that operation'],
    [{ kind: 'stall', operation: '' }, 'operation: expected'],
    [{ kind: 'stall', keyID: 'x' }, 'keyID: there is no such member'],
    [{ kind: 'oldPublicKey', operation: 'Sign' }, 'this kind never meets that operation'],
    [{ kind: 'throttle', retryAfter: -1 }, 'retryAfter: expected whole seconds from 0 to 86400'],
    [{ kind: 'throttle', retryAfter: 0.5 }, 'retryAfter: expected whole seconds from 0 to 86400'],
    [{ kind: 'throttle', retryAfter: '1' }, 'retryAfter: expected whole seconds from 0 to 86400'],
    [{ kind: 'stall', retryAfter: 1 }, 'retryAfter is for kinds that refuse a call, such as throttle'],
    ['stall', 'The fault cannot be used: expected Object'],
  ])('that is %j is refused', async (fault, message) => {
    const emulator = await withoutAuth()
    expect(() => emulator.faults.add(fault as Fault)).toThrow(message)
  })
})

describe('the control plane', () => {
  const control = (emulator: Emulator, method: string, body?: unknown, token = emulator.controlToken) =>
    http(emulator.port, {
      method,
      path: '/_signport/faults',
      headers: { authorization: `Bearer ${token}` },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })

  test('adds, lists and clears faults', async () => {
    const emulator = await start()
    const added = await control(emulator, 'POST', { kind: 'throttle', times: 2, operation: 'ListKeys' })
    const faults = [{ kind: 'throttle', operation: 'ListKeys', remaining: 2 }]
    expect([added.status, JSON.parse(added.text)]).toEqual([
      201,
      { faults, random: null, seen: emulator.faults.seen() },
    ])
    expect(emulator.faults.list()).toEqual(faults)
    const client = clientOf(emulator)
    await expect(client.send(new ListKeysCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' })
    const listed = await control(emulator, 'GET')
    const seen = { ...emulator.faults.seen(), throttle: 1 }
    expect(JSON.parse(listed.text)).toEqual({ faults: [{ ...faults[0], remaining: 1 }], random: null, seen })
    const cleared = await control(emulator, 'DELETE')
    expect([cleared.status, JSON.parse(cleared.text)]).toEqual([200, { faults: [], random: null, seen }])
    await client.send(new ListKeysCommand({}))
    await control(emulator, 'POST', { kind: 'stall', times: null })
    expect(emulator.faults.list()).toEqual([{ kind: 'stall', remaining: null }])
  })

  test('sets a plan, says it, and takes it away', async () => {
    const emulator = await withoutAuth()
    const put = async (plan: unknown) => {
      const answer = await http(emulator.port, {
        method: 'PUT',
        path: '/_signport/faults/random',
        headers: { authorization: `Bearer ${emulator.controlToken}` },
        body: JSON.stringify(plan),
      })
      return [answer.status, JSON.parse(answer.text)]
    }
    const plan = { seed: 1, rate: 1, kinds: ['internal'], operations: ['ListKeys'] }
    const seen = emulator.faults.seen()
    expect(await put(plan)).toEqual([200, { faults: [], random: plan, seen }])
    expect((await call(emulator, 'ListKeys')).status).toBe(500)
    expect(await put({ seed: 1 })).toEqual([
      400,
      { message: 'The plan of faults cannot be used: rate: it is missing.' },
    ])
    expect(await put(false)).toEqual([
      400,
      { message: 'The plan of faults cannot be used: expected Object.' },
    ])
    expect((await call(emulator, 'ListKeys')).status).toBe(500)
    const after = { faults: [], random: null, seen: { ...seen, internal: 2 } }
    expect(await put(null)).toEqual([200, after])
    expect((await call(emulator, 'ListKeys')).status).toBe(200)
    await put(plan)
    expect(JSON.parse((await control(emulator, 'DELETE')).text)).toEqual(after)
    expect((await call(emulator, 'ListKeys')).status).toBe(200)
  })

  test.each<[string, (token: string) => string]>([
    ['none', () => ''],
    ['another one', () => 'x'],
    ['half of it', (token) => token.slice(0, 20)],
    ['more than it', (token) => `${token}x`],
  ])('is closed to whoever has %s', async (_what, tokenOf) => {
    const emulator = await start()
    const token = tokenOf(emulator.controlToken)
    for (const method of ['GET', 'POST', 'DELETE'])
      expect(
        await control(emulator, method, method === 'POST' ? { kind: 'stall' } : undefined, token),
      ).toMatchObject({ status: 401 })
    expect(emulator.faults.list()).toEqual([])
  })

  test('is not opened by a signature, nor by checks that are switched off', async () => {
    const emulator = await withoutAuth()
    const answer = await http(emulator.port, { method: 'GET', path: '/_signport/faults' })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      401,
      { message: 'Send the control token, as Authorization: Bearer TOKEN.' },
    ])
  })

  test.each<[string, string | undefined, number, string]>([
    ['POST', '{', 400, 'The body should be JSON.'],
    ['POST', '{"kind":"fire"}', 400, 'The fault cannot be used: kind: expected'],
    ['PUT', undefined, 405, 'Use GET, POST, DELETE.'],
  ])('refuses %s of %j', async (method, body, status, message) => {
    const answer = await control(await start(), method, body)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text).message).toContain(message)
  })

  test('has nothing else', async () => {
    const { port, controlToken } = await start()
    const headers = { authorization: `Bearer ${controlToken}` }
    const { status, text } = await http(port, { method: 'GET', path: '/_signport/keys', headers })
    expect([status, JSON.parse(text)]).toEqual([
      404,
      {
        message: 'There is /_signport/faults, /_signport/faults/random, /_signport/planes, and nothing else.',
      },
    ])
  })
})

test('the log has the newest requests, and nothing of their messages', async () => {
  const emulator = await start({ auth: 'none', clock: () => new Date(0) })
  const KeyId = await createKey(emulator, 'ECC_NIST_P256')
  await output(emulator, 'Sign', { KeyId, Message: base64('hidden'), SigningAlgorithm: 'ECDSA_SHA_256' })
  const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/)
  expect(emulator.requests().slice(1)).toEqual([
    { at: new Date(0), operation: 'Sign', keyId: KeyId, status: 200, requestId },
  ])
})
