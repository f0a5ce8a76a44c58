import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Emulator, FaultKind, PlaneName } from '@signport/emulator'
import { rpcOutput } from '../support/alibaba-rpc.js'
import { call, createKey, output, start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'
import {
  exchange,
  PLANES,
  planeKey,
  publicKeyIn,
  publicKeyRequest,
  type SignCall,
  signatureIn,
  signRequest,
} from '../support/plane-call.js'

const folder = testFolder()

/** What a client of a protocol sees of a key behind a name. */
function clientOf(emulator: Emulator, plane: PlaneName, versionId: string) {
  const { port } = emulator
  return {
    async publicKey(keyId: string) {
      const { status, body } = await exchange(port, publicKeyRequest(plane, port, keyId, versionId))
      expect(status).toBe(200)
      return publicKeyIn(plane, body)
    },
    sign: (keyId: string, more: Partial<SignCall> = {}) =>
      exchange(port, signRequest(plane, port, { keyId, versionId, message: 'm', ...more })),
    async signature(keyId: string) {
      const { status, body } = await this.sign(keyId)
      expect(status).toBe(200)
      return signatureIn(plane, body)
    },
  }
}

const isValid = (pem: string, signature: Buffer, message = 'm') =>
  verify('sha256', Buffer.from(message), pem, signature)

async function ready(plane: PlaneName, kind?: FaultKind) {
  const emulator = await start({ auth: 'none' })
  const key = await planeKey(emulator)
  if (kind) emulator.faults.add({ kind })
  return { emulator, ...key, client: clientOf(emulator, plane, key.KeyVersionId) }
}

describe.each(PLANES)('in the protocol %s,', (plane) => {
  test.each<FaultKind>(['otherKey', 'otherMessage', 'bitFlip', 'doubleHash'])(
    '%s is not valid, under the name of the right key',
    async (kind) => {
      const { emulator, KeyId, client } = await ready(plane, kind)
      const { pem } = await client.publicKey(KeyId)
      const wrong = await client.signature(KeyId)
      expect(wrong.keyId).toContain(KeyId)
      expect(isValid(pem, wrong.signature)).toBe(false)
      expect(isValid(pem, (await client.signature(KeyId)).signature)).toBe(true)
      expect(emulator.faults.seen()[kind]).toBe(1)
    },
  )

  test('oldPublicKey is another one, under the name of the right key', async () => {
    const { emulator, KeyId, client } = await ready(plane, 'oldPublicKey')
    // Not a call that it could meet.
    const { signature } = await client.signature(KeyId)
    expect(emulator.faults.seen().oldPublicKey).toBe(0)
    const [old, right] = [await client.publicKey(KeyId), await client.publicKey(KeyId)]
    expect(old.keyId).toBe(right.keyId)
    expect([isValid(old.pem, signature), isValid(right.pem, signature)]).toEqual([false, true])
    expect(createPublicKey(old.pem).asymmetricKeyDetails).toEqual(
      createPublicKey(right.pem).asymmetricKeyDetails,
    )
    expect(emulator.faults.seen().oldPublicKey).toBe(1)
  })

  test('oldPublicKey and otherKey never fit together', async () => {
    const { emulator, KeyId, client } = await ready(plane)
    emulator.faults.add({ kind: 'oldPublicKey', times: null })
    emulator.faults.add({ kind: 'otherKey', times: null })
    const { pem } = await client.publicKey(KeyId)
    expect(isValid(pem, (await client.signature(KeyId)).signature)).toBe(false)
  })

  test('movedKey waits for a call that names its key by an alias', async () => {
    const { emulator, KeyId, client } = await ready(plane, 'movedKey')
    await client.signature(KeyId)
    await client.publicKey('alias/a')
    expect(emulator.faults.list()).toEqual([{ kind: 'movedKey', remaining: 1 }])
    expect((await client.publicKey('alias/a')).keyId).toContain(KeyId)
  })
})

describe.each(['trent', 'instance'] as const)('in the protocol %s,', (plane) => {
  test('movedKey puts another key behind the alias, and the first one again the next time', async () => {
    const { emulator, KeyId, client } = await ready(plane)
    const first = await client.publicKey('alias/a')
    emulator.faults.add({ kind: 'movedKey' })
    const moved = await client.signature('alias/a')
    const second = await client.publicKey('alias/a')
    expect(moved.keyId).toBe(second.keyId)
    expect(moved.keyId).not.toContain(KeyId)
    expect([isValid(first.pem, moved.signature), isValid(second.pem, moved.signature)]).toEqual([false, true])
    expect(await client.signature('alias/a')).toMatchObject({ keyId: second.keyId })
    // The first key is there as before.
    expect((await client.signature(KeyId)).keyId).toContain(KeyId)
    emulator.faults.add({ kind: 'movedKey' })
    expect((await client.signature('alias/a')).keyId).toBe(first.keyId)
    expect(emulator.faults.seen().movedKey).toBe(2)
  })
})

test('in the OpenAPI, the version of the first key is not one of the key that the alias is moved to', async () => {
  const { emulator, KeyId, client } = await ready('openapi', 'movedKey')
  const refused = await client.sign('alias/a')
  expect(refused.status).toBe(404)
  expect(JSON.parse(refused.body.toString())).toMatchObject({ Code: 'Forbidden.KeyVersionNotFound' })
  type Listed = { Aliases: { Alias: { KeyId: string; AliasName: string }[] } }
  const { Aliases } = await rpcOutput<Listed>(emulator, 'ListAliases')
  expect(Aliases.Alias[0]?.KeyId).not.toBe(KeyId)
  expect(emulator.faults.seen().movedKey).toBe(1)
})

test('many moves at once are made one after the other, between two keys', async () => {
  const { emulator, client } = await ready('trent')
  emulator.faults.add({ kind: 'movedKey', times: 9 })
  const signed = await Promise.all(Array.from({ length: 9 }, () => client.signature('alias/a')))
  const { Keys } = await output<{ Keys: unknown[] }>(emulator, 'ListKeys')
  expect(Keys).toHaveLength(2)
  for (const { keyId, signature } of signed)
    expect(isValid((await client.publicKey(keyId)).pem, signature)).toBe(true)
})

describe('a file of keys', () => {
  const keys = () => JSON.parse(readFileSync(folder.path('keys.json'), 'utf8'))
  const startThere = () => start({ auth: 'none', keysFile: folder.path('keys.json') })

  test('is not told that a fault has moved an alias', async () => {
    const first = await startThere()
    const { KeyId, KeyVersionId } = await planeKey(first)
    const before = keys()
    first.faults.add({ kind: 'movedKey', times: 3 })
    const client = clientOf(first, 'trent', KeyVersionId)
    for (const { keyId } of [await client.signature('alias/a'), await client.publicKey('alias/a')])
      expect(keyId).not.toContain(KeyId)
    // What somebody else changes meanwhile is kept.
    const other = await createKey(first, 'ECC_NIST_P256')
    await first.close()
    const [{ updated, ...alias }] = keys().aliases
    expect(before.aliases[0]).toMatchObject(alias)
    expect(keys().keys.map(({ id }: { id: string }) => id)).toEqual([KeyId, other])
    const second = await startThere()
    expect((await clientOf(second, 'trent', KeyVersionId).signature('alias/a')).keyId).toContain(KeyId)
  })

  test('can be read again when the key has gone for which another one stood', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const keysFile = folder.path('keys.json')
    const first = await start({ auth: 'none', keysFile, clock: () => now })
    const { KeyId, KeyVersionId } = await planeKey(first)
    first.faults.add({ kind: 'movedKey' })
    await clientOf(first, 'trent', KeyVersionId).signature('alias/a')
    await output(first, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    now = new Date('2026-02-01T00:00:00Z')
    await first.close()
    expect(keys()).toMatchObject({ keys: [], aliases: [] })
    await startThere()
  })
})

test('a key that has gone meanwhile is replaced by a new one', async () => {
  const { emulator, KeyId, client } = await ready('trent')
  emulator.faults.add({ kind: 'movedKey', times: 2 })
  const { keyId: second } = await client.signature('alias/a')
  await output(emulator, 'DisableKey', { KeyId })
  const { keyId: third } = await client.signature('alias/a')
  expect(third).not.toContain(KeyId)
  expect(third).not.toBe(second)
})

test('GetPublicKey of a key without a public half meets no fault of public keys', async () => {
  const emulator = await start({ auth: 'none' })
  const KeyId = await createKey(emulator, 'SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT')
  emulator.faults.add({ kind: 'oldPublicKey' })
  expect((await call(emulator, 'GetPublicKey', { KeyId })).status).toBe(400)
  expect(emulator.faults.list()).toHaveLength(1)
})
