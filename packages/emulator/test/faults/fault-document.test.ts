import { writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { EmulatorOptions, FaultDocument } from '@signport/emulator'
import { call, start } from '../support/emulator.js'
import { testFolder } from '../support/folder.js'

const folder = testFolder()

const DOCUMENT: FaultDocument = {
  faults: [
    { kind: 'throttle', operation: 'ListKeys', retryAfter: 1 },
    { kind: 'internal', operation: 'ListAliases', times: null },
  ],
  random: { seed: 1, rate: 1, kinds: ['unavailable'], operations: ['ListKeys'] },
}

function file(content: unknown): string {
  const path = folder.path('faults.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe.each<[string, () => EmulatorOptions]>([
  ['the option faults', () => ({ faults: DOCUMENT })],
  ['a file', () => ({ faultsFile: file(DOCUMENT) })],
])('faults from %s', (_what, options) => {
  test('are there from the start on', async () => {
    const emulator = await start({ auth: 'none', ...options() })
    expect(emulator.faults.list()).toEqual([
      { kind: 'throttle', operation: 'ListKeys', retryAfter: 1, remaining: 1 },
      { kind: 'internal', operation: 'ListAliases', remaining: null },
    ])
    const codes: string[] = []
    for (const operation of ['ListKeys', 'ListKeys', 'ListAliases', 'ListAliases'])
      codes.push(JSON.parse((await call(emulator, operation)).text).__type)
    expect(codes).toEqual([
      'ThrottlingException',
      'ServiceUnavailableException',
      'KMSInternalException',
      'KMSInternalException',
    ])
    expect(emulator.faults.seen()).toMatchObject({ throttle: 1, unavailable: 1, internal: 2, stall: 0 })
  })
})

test.each<[unknown, string]>([
  [{ fault: [] }, 'fault: there is no such member.'],
  [{ faults: [{ kind: 'stall' }, { kind: 'fire' }] }, 'faults[1].kind: expected'],
  [
    { faults: [{ kind: 'otherKey', operation: 'Verify' }] },
    'faults[0]: this kind never meets that operation.',
  ],
  [{ faults: {} }, 'faults: expected Array.'],
  [{ random: { seed: 1 } }, 'random.rate: it is missing.'],
  [{ random: { seed: 1, rate: 'often' } }, 'random.rate: expected a number from 0 to 1.'],
  [null, 'expected Object.'],
  [{ random: { seed: 1, rate: 1, retryAfter: 0.5 } }, 'random.retryAfter: expected whole seconds from 0 to'],
  [[{ kind: 'stall' }], 'expected an object with faults, random or both, and not a list.'],
  ['{\n"faults": [}\n', 'is not JSON'],
])('%j is refused, with its place', async (document, message) => {
  const path = file(document)
  const refused = await start({ faultsFile: path }).catch((error: unknown) => error as Error)
  expect(refused).toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining(`The file of faults ${path} `),
  })
  expect((refused as Error).message).toContain(message)
  if (typeof document === 'string') return
  await expect(start({ faults: document as FaultDocument })).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining(message),
  })
})

test.each<[string, unknown]>([
  ['without a plan', { faults: [{ kind: 'throttle' }], random: null }],
  ['behind the mark of its encoding', `\ufeff${JSON.stringify({ faults: [{ kind: 'throttle' }] })}`],
])('a file %s can be used', async (_what, content) => {
  const { faults } = await start({ faultsFile: file(content) })
  expect(faults.list()).toEqual([{ kind: 'throttle', remaining: 1 }])
})

test('a folder is named by the error of the system', async () => {
  const path = folder.path('.')
  await expect(start({ faultsFile: path })).rejects.toMatchObject({ code: 'EISDIR', path })
})

test('a file that is not there is the error of the system', async () => {
  const path = folder.path('none.json')
  await expect(start({ faultsFile: path })).rejects.toMatchObject({ code: 'ENOENT', path })
})

test('faults and faultsFile are not given both', async () => {
  await expect(start({ faults: {}, faultsFile: file({}) })).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining('give faults or faultsFile, not both'),
  })
})
