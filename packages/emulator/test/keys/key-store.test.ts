import { expect, test } from '@jest/globals'
import type { KeyRecord } from '../../src/keys/key-record.js'
import { createKeyStore, type KeyState } from '../../src/keys/key-store.js'

const NOW = new Date('2026-01-02T03:04:05.000Z')
const empty: KeyState = { keys: new Map(), aliases: new Map() }

const record = (id: string): KeyRecord => ({
  id,
  spec: 'HMAC_256',
  usage: 'GENERATE_VERIFY_MAC',
  description: '',
  tags: {},
  created: NOW,
  enabled: true,
  versions: [{ id, created: NOW }],
})

test('changes are made one after the other, and seen when they are saved', async () => {
  const saved: string[][] = []
  const waiting: (() => void)[] = []
  const store = createKeyStore({
    initial: empty,
    clock: () => NOW,
    save: async ({ keys }) => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      saved.push([...keys.keys()])
    },
  })
  const ids = () => [...store.current().keys.keys()]
  const first = store.change(({ keys }) => void keys.set('a', record('a')))
  const second = store.change(({ keys }) => void keys.set('b', record('b')))
  while (waiting.length === 0) await Promise.resolve()
  expect(ids()).toEqual([])
  waiting[0]?.()
  await first
  expect(ids()).toEqual(['a'])
  while (waiting.length === 1) await Promise.resolve()
  waiting[1]?.()
  await second
  expect([ids(), saved]).toEqual([
    ['a', 'b'],
    [['a'], ['a', 'b']],
  ])
})

test('a change that fails, or that cannot be saved, leaves everything as it was and does not stop the next one', async () => {
  let full = true
  const store = createKeyStore({
    initial: empty,
    clock: () => NOW,
    save: async () => {
      if (full) throw new Error('full')
    },
  })
  const add = (id: string) => store.change(({ keys }) => void keys.set(id, record(id)))
  const failing = store.change(({ keys }) => {
    keys.set('a', record('a'))
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await expect(add('b')).rejects.toThrow('full')
  full = false
  await add('c')
  expect([...store.current().keys.keys()]).toEqual(['c'])
})
