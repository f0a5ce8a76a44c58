import { createPrivateKey } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createRotatingSigner, createSigner, type RotationOptions } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { sentencesOf, stepToJson } from '../src/rotation-step.js'
import { privatePem } from './support/keys.js'

const KEYS = ['a', 'b', 'c', 'red\u001b[31m']
const key = createPrivateKey(privatePem('ES256'))
const provider = createLocalProvider({ keys: Object.fromEntries(KEYS.map((name) => [name, key])) })
const signerOf = (keyId: string) => createSigner({ provider, keyId, algorithm: 'ES256' })
const at = (time: string) => new Date(`2026-11-01T${time}Z`)

const active = { signer: signerOf('a'), published: at('08:00:00') }
const next = { signer: signerOf('b'), published: at('10:00:00') }
const planned = { ...next, activateAt: at('12:00:00.500') }

/** What is to be done at a time. */
function steps(time: string, keys: Pick<RotationOptions, 'active' | 'next' | 'retired'>) {
  const lengths = { cacheLifetimeMs: 600_000, tokenLifetimeMs: 3_600_000 }
  return createRotatingSigner({ ...lengths, ...keys, now: () => at(time).getTime() }).steps()
}

test.each<[string, string, Parameters<typeof steps>[1], string[], object[]]>([
  [
    'a key that verifiers may not know',
    '08:10:59',
    { active },
    ['tokens.active (local, a) signs from 2026-11-01T08:11:00Z on: until then, verifiers may not know it.'],
    [
      {
        name: 'tokens.active',
        role: 'active',
        key: 'a',
        step: 'sign',
        at: '2026-11-01T08:11:00Z',
        due: false,
      },
    ],
  ],
  [
    'a next key that is new',
    '10:10:59',
    { active, next },
    [
      'tokens.next (local, b) may be made active from 2026-11-01T10:11:00Z on: until then, verifiers may not know it.',
    ],
    [
      {
        name: 'tokens.next',
        role: 'next',
        key: 'b',
        step: 'activate',
        at: '2026-11-01T10:11:00Z',
        due: false,
      },
    ],
  ],
  [
    'a next key that everybody knows',
    '10:11:00',
    { active, next },
    [
      'tokens.next (local, b) may be made active, as every verifier has known it since 2026-11-01T10:11:00Z: move it to active, with published as it stands, and tokens.active to retired, with retiredAt the time from which no program signs with it, plus clockTolerance.',
    ],
    [
      {
        name: 'tokens.next',
        role: 'next',
        key: 'b',
        step: 'activate',
        at: '2026-11-01T10:11:00Z',
        due: true,
      },
    ],
  ],
  [
    'a next key that is to take over',
    '12:00:00',
    { active, next: planned },
    ['tokens.next (local, b) signs from 2026-11-01T12:00:00.500Z on, by activateAt.'],
    [
      {
        name: 'tokens.next',
        role: 'next',
        key: 'b',
        step: 'take-over',
        at: '2026-11-01T12:00:00.500Z',
        due: false,
      },
    ],
  ],
  [
    'a next key that has taken over',
    '12:00:01',
    { active, next: planned },
    [
      'tokens.next (local, b) has signed since 2026-11-01T12:00:00.500Z, by activateAt: move it to active, without activateAt and with published as it stands, and tokens.active to retired, with retiredAt: 2026-11-01T12:00:00.500Z.',
      'tokens.active (local, a) signs nothing from 2026-11-01T12:00:00.500Z on, and is in key sets until 2026-11-01T13:01:00.500Z.',
    ],
    [
      {
        name: 'tokens.next',
        role: 'next',
        key: 'b',
        step: 'promote',
        at: '2026-11-01T12:00:00.500Z',
        due: true,
      },
      {
        name: 'tokens.active',
        role: 'retired',
        key: 'a',
        step: 'remove',
        at: '2026-11-01T13:01:00.500Z',
        due: false,
      },
    ],
  ],
  [
    'a next key that has signed for longer than tokens live',
    '13:01:00.500',
    { active, next: planned },
    [
      'tokens.next (local, b) has signed since 2026-11-01T12:00:00.500Z, by activateAt: move it to active, without activateAt and with published as it stands, and tokens.active to retired, with retiredAt: 2026-11-01T12:00:00.500Z (or leave it out: its last token has expired).',
    ],
    [
      {
        name: 'tokens.next',
        role: 'next',
        key: 'b',
        step: 'promote',
        at: '2026-11-01T12:00:00.500Z',
        due: true,
      },
      {
        name: 'tokens.active',
        role: 'retired',
        key: 'a',
        step: 'remove',
        at: '2026-11-01T13:01:00.500Z',
        due: true,
      },
    ],
  ],
  [
    'a key that some servers sign with until they have the new configuration',
    '08:10:00',
    { active, retired: [{ signer: signerOf('c'), retiredAt: at('08:30:00') }] },
    [
      'tokens.active (local, a) signs from 2026-11-01T08:11:00Z on: until then, verifiers may not know it.',
      'tokens.retired.0 (local, c) signs nothing from 2026-11-01T08:30:00Z on, and is in key sets until 2026-11-01T09:31:00Z.',
    ],
    [
      {
        name: 'tokens.active',
        role: 'active',
        key: 'a',
        step: 'sign',
        at: '2026-11-01T08:11:00Z',
        due: false,
      },
      {
        name: 'tokens.retired.0',
        role: 'retired',
        key: 'c',
        step: 'remove',
        at: '2026-11-01T09:31:00Z',
        due: false,
      },
    ],
  ],
  [
    'retired keys, and a name that would colour the screen',
    '10:01:00',
    {
      active,
      retired: [
        { signer: signerOf('c'), retiredAt: at('09:30:00') },
        { signer: signerOf('red\u001b[31m'), retiredAt: at('09:00:00') },
      ],
    },
    [
      'tokens.retired.1 (local, red\\u{1b}[31m) has not been needed since 2026-11-01T10:01:00Z, when its last token had expired: remove it, and disable it in its service, unless something else uses it.',
      'tokens.retired.0 (local, c) signs nothing from 2026-11-01T09:30:00Z on, and is in key sets until 2026-11-01T10:31:00Z.',
    ],
    [
      {
        name: 'tokens.retired.1',
        role: 'retired',
        key: 'red\u001b[31m',
        step: 'remove',
        at: '2026-11-01T10:01:00Z',
        due: true,
      },
      {
        name: 'tokens.retired.0',
        role: 'retired',
        key: 'c',
        step: 'remove',
        at: '2026-11-01T10:31:00Z',
        due: false,
      },
    ],
  ],
])('%s', (_, time, keys, sentences, objects) => {
  expect(sentencesOf('tokens', steps(time, keys))).toEqual(sentences)
  expect(steps(time, keys).map((step) => stepToJson('tokens', step))).toEqual(objects)
})
