import { describe, expect, test } from '@jest/globals'
import { type InputKind, type MessageTypeChoice, parseAlgorithm } from '../src/index.js'
import { assertDigestLength, assertRawLength, planDigest, planMessage, tooLarge } from '../src/plan.js'
import { failure } from './support/failure.js'
import { digestNames, names } from './support/oracle.js'

const STREAM = undefined
const RAW = { minBytes: 1, maxBytes: 4096 }

/** A service with a digest, one without, one in this process, and those that take one form alone. */
const SERVICES = {
  kms: ['digest', 'raw'],
  rawFirst: ['raw', 'digest'],
  local: ['stream', 'raw', 'digest'],
  rawOnly: ['raw'],
  digestOnly: ['digest'],
  streamOnly: ['stream'],
} satisfies Record<string, InputKind[]>

type Refusal = 'UnsupportedAlgorithm' | 'MessageTooLarge' | 'InvalidArgument'
type Plan = InputKind | Refusal

/** What each service is sent, by algorithm, choice and length: 0, 1, 4096 and 4097 bytes, and a stream. */
const PLANS: [string, MessageTypeChoice, keyof typeof SERVICES, Plan, Plan, Plan, Plan, Plan][] = [
  // An algorithm with a digest.                0                  1         4096      4097               stream
  ['ES256', 'auto', 'kms', 'digest', 'digest', 'digest', 'digest', 'digest'],
  ['ES256', 'raw', 'kms', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['ES256', 'digest', 'kms', 'digest', 'digest', 'digest', 'digest', 'digest'],
  ['ES256', 'auto', 'rawFirst', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'digest'],
  ['ES256', 'raw', 'rawFirst', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['ES256', 'digest', 'rawFirst', 'digest', 'digest', 'digest', 'digest', 'digest'],
  ['ES256', 'auto', 'local', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'stream'],
  ['ES256', 'raw', 'local', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'stream'],
  ['ES256', 'digest', 'local', 'digest', 'digest', 'digest', 'digest', 'digest'],
  ['ES256', 'auto', 'rawOnly', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['ES256', 'raw', 'rawOnly', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['ES256', 'digest', 'rawOnly', ...all('UnsupportedAlgorithm')],
  ['ES256', 'auto', 'digestOnly', ...all('digest')],
  ['ES256', 'raw', 'digestOnly', ...all('UnsupportedAlgorithm')],
  ['ES256', 'digest', 'digestOnly', ...all('digest')],
  ['ES256', 'auto', 'streamOnly', ...all('stream')],
  ['ES256', 'raw', 'streamOnly', ...all('stream')],
  ['ES256', 'digest', 'streamOnly', ...all('UnsupportedAlgorithm')],
  // An algorithm that reads the message twice.
  ['Ed25519', 'auto', 'kms', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'raw', 'kms', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'digest', 'kms', ...all('UnsupportedAlgorithm')],
  ['Ed25519', 'auto', 'rawFirst', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'auto', 'local', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'raw', 'local', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'digest', 'local', ...all('UnsupportedAlgorithm')],
  ['Ed25519', 'auto', 'rawOnly', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['Ed25519', 'auto', 'digestOnly', ...all('UnsupportedAlgorithm')],
  ['Ed25519', 'auto', 'streamOnly', ...all('UnsupportedAlgorithm')],
]

function all(plan: Plan): [Plan, Plan, Plan, Plan, Plan] {
  return [plan, plan, plan, plan, plan]
}

const partyOf = (name: string, inputs: readonly InputKind[], raw = RAW) => ({
  algorithm: parseAlgorithm(name),
  provider: 'test-kms',
  support: { wireName: 'X', inputs, raw },
})

describe.each(PLANS)('%s, %s, %s', (name, messageType, service, ...plans) => {
  const party = partyOf(name, SERVICES[service])
  const sizes = [0, 1, 4096, 4097, STREAM]

  test.each(sizes.map((size, index) => [size, plans[index] as Plan] as const))(
    '%p bytes: %s',
    async (messageBytes, plan) => {
      const work = () => planMessage({ ...party, messageType, messageBytes })
      if (/[A-Z]/.test(plan)) {
        const error = await failure(work, plan as Refusal)
        expect(error.message).toMatch(/test-kms|Ed25519 takes no digest/)
      } else expect(work()).toBe(plan)
    },
  )
})

test('every algorithm with a digest is planned like ES256, and only Ed25519 is not', () => {
  for (const [, messageType, service, ...plans] of PLANS.filter(([name]) => name === 'ES256'))
    for (const name of digestNames) {
      const work = () => planMessage({ ...partyOf(name, SERVICES[service]), messageType, messageBytes: 1 })
      if (/[A-Z]/.test(plans[1])) expect(work).toThrow()
      else expect(work()).toBe(plans[1])
    }
  expect(names.filter((name) => !digestNames.includes(name))).toEqual(['Ed25519'])
})

describe('what a refusal says', () => {
  test.each<[string, string, InputKind[], MessageTypeChoice, number, string]>([
    [
      'a message above the limit',
      'ES256',
      ['digest', 'raw'],
      'raw',
      4097,
      `The message of 4097 bytes is larger than the 4096 bytes that test-kms takes: send its digest, with messageType 'auto'.`,
    ],
    [
      'and where there is no digest',
      'Ed25519',
      ['raw'],
      'auto',
      4097,
      'The message of 4097 bytes is larger than the 4096 bytes that test-kms takes: Ed25519 has no form that signs a digest instead.',
    ],
    [
      'an empty message',
      'ES256',
      ['digest', 'raw'],
      'raw',
      0,
      `test-kms takes messages of at least 1 byte, but this one has 0: send its digest, with messageType 'auto'.`,
    ],
    [
      'an empty message where there is no digest',
      'Ed25519',
      ['raw'],
      'auto',
      0,
      'test-kms takes messages of at least 1 byte, but this one has 0: Ed25519 has no form that signs a digest instead.',
    ],
    [
      'a message for a service of digests',
      'ES256',
      ['digest'],
      'raw',
      1,
      `For ES256, test-kms does not take a message whole; send its digest, with messageType 'digest' or 'auto'.`,
    ],
    [
      'a digest for a service of messages',
      'ES256',
      ['raw'],
      'digest',
      1,
      'For ES256, test-kms does not take a digest.',
    ],
    [
      'a digest for Ed25519',
      'Ed25519',
      ['raw', 'digest'],
      'digest',
      1,
      'Ed25519 takes no digest: it reads the message twice (RFC 8032 section 5.1.6). Give it the message itself.',
    ],
  ])('%s', async (_, name, inputs, messageType, messageBytes, message) => {
    const work = () => planMessage({ ...partyOf(name, inputs), messageType, messageBytes })
    expect((await failure(work)).message).toBe(message)
  })

  test('a stream that is too large has no length yet', () => {
    expect(tooLarge(partyOf('Ed25519', ['raw'])).message).toMatch(
      /^The message is larger than the 4096 bytes/,
    )
  })
})

describe('a digest of the caller', () => {
  test.each(digestNames)('for %s has exactly its length', async (name) => {
    const expected = parseAlgorithm(name).digest?.bytes ?? 0
    for (const length of [0, 1, 20, 28, 31, 32, 33, 47, 48, 49, 63, 64, 65, 1000]) {
      const work = () => planDigest(partyOf(name, ['digest']), length)
      if (length === expected) expect(work).not.toThrow()
      else {
        const { code, message } = await failure(work)
        expect(code).toBe('DigestLengthMismatch')
        expect(message).toContain(`digest of exactly ${expected} bytes, but this one has ${length}`)
      }
    }
  })

  test('is refused where the algorithm has none, whatever its length', async () => {
    await failure(() => planDigest(partyOf('Ed25519', ['raw', 'digest']), 64), 'UnsupportedAlgorithm')
    await failure(() => assertDigestLength(parseAlgorithm('Ed25519'), 64), 'UnsupportedAlgorithm')
  })

  test('is refused where the service takes none', async () => {
    await failure(() => planDigest(partyOf('ES256', ['raw', 'stream']), 32), 'UnsupportedAlgorithm')
  })
})

test.each([
  [0, 0, 10, true],
  [9, 10, 20, false],
  [10, 10, 20, true],
  [20, 10, 20, true],
  [21, 10, 20, false],
])('%i bytes between %i and %i: %s', (length, minBytes, maxBytes, fits) => {
  const work = () => assertRawLength(partyOf('Ed25519', ['raw'], { minBytes, maxBytes }), length)
  if (fits) expect(work).not.toThrow()
  else expect(work).toThrow('bytes')
})
