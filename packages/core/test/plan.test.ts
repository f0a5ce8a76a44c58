import { describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  type AlgorithmParameters,
  type AlgorithmSupport,
  type DigestKind,
  type InputKind,
  type MessageTypeChoice,
  parseAlgorithm,
} from '../src/index.js'
import { assertDigestLength, assertRawLength, planDigest, planMessage, tooLarge } from '../src/plan.js'
import { failure } from './support/failure.js'
import { digestNames, kindOfDigest, names } from './support/oracle.js'

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
  ['ES256', 'auto', 'rawFirst', 'digest', 'raw', 'raw', 'digest', 'digest'],
  ['ES256', 'raw', 'rawFirst', 'InvalidArgument', 'raw', 'raw', 'MessageTooLarge', 'raw'],
  ['ES256', 'digest', 'rawFirst', 'digest', 'digest', 'digest', 'digest', 'digest'],
  ['ES256', 'auto', 'local', 'digest', 'raw', 'raw', 'digest', 'stream'],
  ['ES256', 'raw', 'local', 'stream', 'raw', 'raw', 'stream', 'stream'],
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
  parameters: {},
})

/** What a form is called for an algorithm: the digest of ML-DSA is mu. */
const formOf = <Form extends string>(name: AlgorithmName, form: Form) =>
  form === 'digest' && name.startsWith('ML-DSA') ? 'external-mu' : form

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

describe.each(digestNames)('%s', (name) => {
  const likeEs256 = PLANS.filter(([row]) => row === 'ES256')

  test.each(likeEs256)('is planned like %s: %s, %s', async (_, messageType, service, ...plans) => {
    const party = partyOf(
      name,
      SERVICES[service].map((kind) => formOf(name, kind)),
    )
    for (const [index, messageBytes] of [0, 1, 4096, 4097, STREAM].entries()) {
      const plan = plans[index] as Plan
      const work = () => planMessage({ ...party, messageType, messageBytes })
      if (/[A-Z]/.test(plan)) await failure(work, plan as Refusal)
      else expect(work()).toBe(formOf(name, plan))
    }
  })
})

test('Ed25519 alone has no digest', () => {
  expect(names.filter((name) => !digestNames.includes(name))).toEqual(['Ed25519'])
})

test.each(digestNames)('a service that takes digests of another kind takes none of %s', async (name) => {
  const inputs: InputKind[] = [formOf(name, 'digest') === 'digest' ? 'external-mu' : 'digest']
  for (const messageType of ['auto', 'digest', 'raw'] as const) {
    const work = () => planMessage({ ...partyOf(name, inputs), messageType, messageBytes: 1 })
    await failure(work, 'UnsupportedAlgorithm')
  }
})

describe('SM2 with the id of a signer', () => {
  const plan = (
    userId: string,
    messageType: MessageTypeChoice,
    inputs: InputKind[],
    messageBytes: number | undefined,
    more: Partial<AlgorithmSupport> = {},
  ) => {
    const party = partyOf('SM2', inputs)
    const support = { ...party.support, ...more }
    const parameters = { userId: Buffer.from(userId) }
    return planMessage({ ...party, support, parameters, messageType, messageBytes })
  }

  test('goes as every message does where the id is the usual one', () => {
    expect(plan('1234567812345678', 'auto', ['raw', 'digest'], 1)).toBe('raw')
    expect(plan('1234567812345678', 'raw', ['digest', 'raw'], 1)).toBe('raw')
    expect(plan('1234567812345678', 'auto', ['stream', 'digest'], STREAM)).toBe('stream')
  })

  test.each(['alice', '', '1234567812345679'])('goes as a digest where it is %j', async (userId) => {
    for (const inputs of [
      ['raw', 'digest'],
      ['stream', 'raw', 'digest'],
    ] as InputKind[][])
      for (const bytes of [0, 1, 4097, STREAM]) expect(plan(userId, 'auto', inputs, bytes)).toBe('digest')
    await failure(() => plan(userId, 'auto', ['raw', 'stream'], 1), 'UnsupportedAlgorithm')
    await failure(() => plan(userId, 'raw', ['raw', 'digest'], 1), 'UnsupportedAlgorithm')
  })

  test('goes as the service likes that knows ids', () => {
    expect(plan('alice', 'auto', ['raw', 'digest'], 1, { userId: true })).toBe('raw')
    expect(plan('alice', 'raw', ['digest', 'raw'], 1, { userId: true })).toBe('raw')
    expect(plan('alice', 'auto', ['stream', 'digest'], STREAM, { userId: true })).toBe('stream')
  })
})

describe.each(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('%s with a context', (name) => {
  const party = (context: string, more: Partial<AlgorithmSupport> = {}) => {
    const plain = partyOf(name, ['external-mu', 'raw'])
    const parameters: AlgorithmParameters = { context: Buffer.from(context) }
    return { ...plain, support: { ...plain.support, ...more }, parameters }
  }
  const plan = (context: string, messageType: MessageTypeChoice, more?: Partial<AlgorithmSupport>) =>
    planMessage({ ...party(context, more), messageType, messageBytes: 1 })

  test('is refused by a service that knows none, in every form', async () => {
    for (const messageType of ['auto', 'raw', 'digest'] as const) {
      const error = await failure(() => plan('c', messageType), 'UnsupportedAlgorithm')
      expect(error.message).toBe(`For ${name}, test-kms does not take a context.`)
    }
    await failure(() => planDigest(party('c'), 64, 'ml-dsa-mu'), 'UnsupportedAlgorithm')
  })

  test('that is empty is none', () => {
    expect(plan('', 'auto')).toBe('external-mu')
    expect(plan('', 'raw')).toBe('raw')
    expect(planDigest(party(''), 64, 'ml-dsa-mu')).toBe('external-mu')
  })

  test('goes to a service that knows them', () => {
    expect(plan('c', 'auto', { context: true })).toBe('external-mu')
    expect(plan('c', 'raw', { context: true })).toBe('raw')
    expect(planDigest(party('c', { context: true }), 64, 'ml-dsa-mu')).toBe('external-mu')
  })
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
      `For ES256, test-kms does not take the message itself; messageType 'auto' sends what it takes.`,
    ],
    [
      'a message for a service of digests that the algorithm does not have',
      'Ed25519',
      ['digest'],
      'auto',
      1,
      'For Ed25519, test-kms does not take the message itself; it takes nothing else.',
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

const KINDS: (DigestKind | undefined)[] = [undefined, 'sm2-za-message', 'ml-dsa-mu']

describe('a digest of the caller', () => {
  test.each(digestNames)('for %s has exactly its length', async (name) => {
    const expected = parseAlgorithm(name).digest?.bytes ?? 0
    const { digestKind } = kindOfDigest(name)
    const input = formOf(name, 'digest' as const)
    for (const length of [0, 1, 20, 28, 31, 32, 33, 47, 48, 49, 63, 64, 65, 1000]) {
      const work = () => planDigest(partyOf(name, [input]), length, digestKind)
      if (length === expected) expect(work()).toBe(input)
      else {
        const { code, message } = await failure(work)
        expect(code).toBe('DigestLengthMismatch')
        expect(message).toContain(`digest of exactly ${expected} bytes, but this one has ${length}`)
      }
    }
  })

  test.each(digestNames)('for %s is of its kind, and says so', async (name) => {
    const { digestKind: right } = kindOfDigest(name)
    const bytes = parseAlgorithm(name).digest?.bytes ?? 0
    expect(parseAlgorithm(name).digest?.kind).toBe(right)
    for (const digestKind of KINDS.filter((kind) => kind !== right)) {
      const work = () => planDigest(partyOf(name, ['digest', 'external-mu']), bytes, digestKind)
      const { message } = await failure(work, 'InvalidArgument')
      expect(message).toContain(right ? `say digestKind: '${right}'` : 'leave digestKind out')
    }
  })

  test.each([
    [
      'SM2',
      `The digest of SM2 is SM3(Z ‖ M), not SM3(M): say digestKind: 'sm2-za-message' if that is what it is.`,
    ],
    [
      'ML-DSA-65',
      `The digest of ML-DSA-65 is mu, not a hash of the message: say digestKind: 'ml-dsa-mu' if that is what it is.`,
    ],
  ])('for %s without its kind: the error says what it must be', async (name, message) => {
    const bytes = parseAlgorithm(name).digest?.bytes ?? 0
    const work = () => planDigest(partyOf(name, ['digest', 'external-mu']), bytes)
    expect((await failure(work, 'InvalidArgument')).message).toBe(message)
  })

  test('for ES256 with a kind: the error says that it has none', async () => {
    const work = () => planDigest(partyOf('ES256', ['digest']), 32, 'ml-dsa-mu')
    expect((await failure(work)).message).toBe('The digest of ES256 is a plain hash: leave digestKind out.')
  })

  test('is refused where the algorithm has none, whatever its length', async () => {
    for (const digestKind of KINDS) {
      const work = () => planDigest(partyOf('Ed25519', ['raw', 'digest']), 64, digestKind)
      await failure(work, 'UnsupportedAlgorithm')
    }
    await failure(() => assertDigestLength(parseAlgorithm('Ed25519'), 64), 'UnsupportedAlgorithm')
  })

  test.each(digestNames)('is refused where the service takes none of %s', async (name) => {
    const bytes = parseAlgorithm(name).digest?.bytes ?? 0
    const work = () => planDigest(partyOf(name, ['raw', 'stream']), bytes, kindOfDigest(name).digestKind)
    expect((await failure(work, 'UnsupportedAlgorithm')).message).toBe(
      `For ${name}, test-kms does not take a digest.`,
    )
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
