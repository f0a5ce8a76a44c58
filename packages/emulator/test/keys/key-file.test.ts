import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { KEY_SPECS, usualUsage } from '../../src/keys/key-spec.js'
import { base64, call, createKey, output, start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'

const folder = testFolder()
const path = () => folder.path('keys.json')
const startThere = (more = {}) => start({ auth: 'none', keysFile: path(), ...more })

test('keys, aliases and states outlast the emulator', async () => {
  const first = await startThere()
  const specs = KEY_SPECS.filter((spec) => !/RSA_[34]/.test(spec))
  const ids = new Map<string, string>()
  for (const spec of specs) ids.set(spec, await createKey(first, spec, usualUsage(spec)))
  const [one, other, third] = [...ids.values()]
  await output(first, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: one })
  await output(first, 'DisableKey', { KeyId: other })
  await output(first, 'ScheduleKeyDeletion', { KeyId: third, PendingWindowInDays: 9 })
  const tell = async (emulator: typeof first) => ({
    aliases: await output(emulator, 'ListAliases'),
    keys: await Promise.all([...ids.values()].map((KeyId) => output(emulator, 'DescribeKey', { KeyId }))),
    publicKeys: await Promise.all(
      [...ids.values()].map((KeyId) => call(emulator, 'GetPublicKey', { KeyId }).then(({ text }) => text)),
    ),
  })
  const before = await tell(first)
  await first.close()
  const second = await startThere()
  expect(await tell(second)).toEqual(before)
  expect(await output(second, 'ListKeys')).toMatchObject({ Keys: { length: ids.size } })
})

test('what one emulator signs, the next one verifies', async () => {
  const first = await startThere()
  const KeyId = await createKey(first, 'SM2')
  const input = { KeyId, Message: base64('m'), SigningAlgorithm: 'SM2DSA' }
  const { Signature } = await output(first, 'Sign', input)
  await first.close()
  expect(await output(await startThere(), 'Verify', { ...input, Signature })).toMatchObject({
    SignatureValid: true,
  })
})

test('the file is its owner’s alone, and nothing else is left in its folder', async () => {
  const emulator = await startThere()
  for (let count = 0; count < 3; count += 1) await createKey(emulator, 'ECC_NIST_P256')
  expect(statSync(path()).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder.path())).toEqual(['keys.json'])
})

test('changes at the same time are all kept', async () => {
  const emulator = await startThere()
  const ids = await Promise.all(Array.from({ length: 20 }, () => createKey(emulator, 'ECC_NIST_P256')))
  await emulator.close()
  const { keys } = JSON.parse(readFileSync(path(), 'utf8')) as { keys: { id: string }[] }
  expect(keys.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
})

test('a key that is gone by the clock is gone from the file when the emulator has been closed', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const emulator = await startThere({ clock: () => now })
  const KeyId = await createKey(emulator, 'ECC_NIST_P256')
  await output(emulator, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
  now = new Date('2026-01-08T00:00:00Z')
  await emulator.close()
  expect(readFileSync(path(), 'utf8')).not.toContain(KeyId)
})

describe('a file of keys', () => {
  test.each([0o640, 0o604, 0o620, 0o666])('of mode %o is refused', async (mode) => {
    writeFileSync(path(), '{"version":1,"keys":[]}')
    chmodSync(path(), mode)
    await expect(startThere()).rejects.toThrow(/keys\.json is open to others: run chmod 600 on it/)
  })

  test('that is a folder is refused', async () => {
    mkdirSync(path(), { mode: 0o700 })
    await expect(startThere()).rejects.toThrow(/keys\.json is not a regular file/)
  })

  test('that is damaged is refused, and stays as it is', async () => {
    writeFileSync(path(), '{"version":1,"keys":[{"id":7}]}', { mode: 0o600 })
    await expect(startThere()).rejects.toThrow(
      /The file of keys .*keys\.json cannot be used: keys\[0\]\.id: expected string/,
    )
    expect(readFileSync(path(), 'utf8')).toBe('{"version":1,"keys":[{"id":7}]}')
  })
})

test('what cannot be saved has not happened, and whoever runs the emulator is told why', async () => {
  const lines: string[] = []
  mkdirSync(folder.path('away'))
  const keysFile = folder.path('away/keys.json')
  const emulator = await start({ auth: 'none', keysFile, notify: (line) => lines.push(line) })
  rmSync(folder.path('away'), { recursive: true })
  const { status, text } = await call(emulator, 'CreateKey', {})
  expect([status, JSON.parse(text)]).toEqual([
    500,
    { __type: 'KMSInternalException', message: 'The emulator failed; it says more where it was started.' },
  ])
  expect(await output(emulator, 'ListKeys')).toMatchObject({ Keys: [] })
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^CreateKey failed in the emulator itself: Error ENOENT/),
  ])
})

test('a path that cannot be written to is an error at the start', async () => {
  const starting = start({ auth: 'none', keysFile: folder.path('none/keys.json') })
  await expect(starting).rejects.toMatchObject({ code: 'ENOENT' })
})
