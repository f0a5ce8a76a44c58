import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { assertSigns, type Starter, start } from '../../../src/cases/start/starter.js'
import { withKey } from '../../../src/cases/with-key.js'
import type { Settings } from '../../../src/programs/settings.js'

const starter = (program: string, settings: Settings): Starter => ({
  name: program,
  program,
  settings: { ...settings, message: 'a message' },
})

test('a start has its times, and a signature where its program signs', async () => {
  await withKey(async ({ settings }) => {
    const bare = await start(starter('bare', settings))
    expect(bare.signature).toBeUndefined()
    const { wall, cpu, signature } = await start(starter('local', settings))
    expect(signature).toHaveLength(256)
    for (const time of [bare.wall, bare.cpu, wall, cpu]) expect(time).toBeGreaterThan(0)
  })
})

test('a program that does not sign with the key, or not at all, is found', async () => {
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  await withKey(async ({ settings, publicKey }) => {
    await assertSigns(starter('local', settings), publicKey)
    await expect(assertSigns(starter('local', settings), another)).rejects.toThrow(
      'local gave no valid signature',
    )
    await expect(assertSigns(starter('bare', settings), publicKey)).rejects.toThrow(
      'bare gave no valid signature',
    )
  })
})
