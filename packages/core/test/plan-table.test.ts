import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  type AlgorithmParameters,
  type AlgorithmSupport,
  createSigner,
  type DigestKind,
  type InputKind,
  type MessageTypeChoice,
  parseAlgorithm,
  SigningError,
} from '../src/index.js'
import { planDigest, planMessage } from '../src/plan.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names, strangerDigest } from './support/oracle.js'
import { streamOf } from './support/streams.js'

/** What services take, the best first, and how large a raw message may be. */
const SERVICES = {
  aws: { inputs: ['digest', 'external-mu', 'raw'], raw: { minBytes: 1, maxBytes: 4096 } },
  openapi: { inputs: ['digest'], raw: { minBytes: 1, maxBytes: 4096 } },
  instance: { inputs: ['digest', 'raw'], raw: { minBytes: 0, maxBytes: 3 * 1024 * 1024 } },
  local: {
    inputs: ['raw', 'stream', 'digest', 'external-mu'],
    raw: { minBytes: 0, maxBytes: 64 * 1024 * 1024 },
  },
  simple: { inputs: ['raw'], raw: { minBytes: 1, maxBytes: 65_536 } },
  nothing: { inputs: [], raw: { minBytes: 0, maxBytes: 4096 } },
} satisfies Record<string, Omit<AlgorithmSupport, 'wireName'>>

type Service = keyof typeof SERVICES

/** The algorithms that are planned alike: by what their digest is. */
const CLASSES: Record<'plain' | 'whole' | 'sm2' | 'mlDsa', AlgorithmName[]> = {
  plain: [
    ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
    ...(['ES256', 'ES384', 'ES512', 'ES256K', 'Ed25519ph', 'Ed25519ph-SHA512'] as const),
  ],
  whole: ['Ed25519'],
  sm2: ['SM2'],
  mlDsa: ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'],
}

test('every algorithm is in one class', () => {
  expect(Object.values(CLASSES).flat().sort()).toEqual([...names].sort())
})

/** A letter for each plan, and for each refusal. */
const LETTERS: Record<string, string> = {
  digest: 'd',
  'external-mu': 'm',
  raw: 'r',
  stream: 's',
  UnsupportedAlgorithm: '-',
  InvalidArgument: '<',
  MessageTooLarge: '>',
} satisfies Record<InputKind | 'UnsupportedAlgorithm' | 'InvalidArgument' | 'MessageTooLarge', string>

/**
 * What is sent, a letter each for messages of 0 bytes, 1 byte, one less than the limit, as many, one more, and 1 GiB in
 * memory, and for a stream, whose length nobody knows.
 */
const PLANS: [Service, MessageTypeChoice, Record<keyof typeof CLASSES, string>][] = [
  ['aws', 'auto', { plain: 'ddddddd', whole: '<rrr>>r', sm2: 'ddddddd', mlDsa: 'mmmmmmm' }],
  ['aws', 'raw', { plain: '<rrr>>r', whole: '<rrr>>r', sm2: '<rrr>>r', mlDsa: '<rrr>>r' }],
  ['aws', 'digest', { plain: 'ddddddd', whole: '-------', sm2: 'ddddddd', mlDsa: 'mmmmmmm' }],
  ['openapi', 'auto', { plain: 'ddddddd', whole: '-------', sm2: 'ddddddd', mlDsa: '-------' }],
  ['openapi', 'raw', { plain: '-------', whole: '-------', sm2: '-------', mlDsa: '-------' }],
  ['openapi', 'digest', { plain: 'ddddddd', whole: '-------', sm2: 'ddddddd', mlDsa: '-------' }],
  ['instance', 'auto', { plain: 'ddddddd', whole: 'rrrr>>r', sm2: 'ddddddd', mlDsa: 'rrrr>>r' }],
  ['instance', 'raw', { plain: 'rrrr>>r', whole: 'rrrr>>r', sm2: 'rrrr>>r', mlDsa: 'rrrr>>r' }],
  ['instance', 'digest', { plain: 'ddddddd', whole: '-------', sm2: 'ddddddd', mlDsa: '-------' }],
  ['local', 'auto', { plain: 'rrrrdds', whole: 'rrrr>>r', sm2: 'rrrrdds', mlDsa: 'rrrrmms' }],
  ['local', 'raw', { plain: 'rrrrsss', whole: 'rrrr>>r', sm2: 'rrrrsss', mlDsa: 'rrrrsss' }],
  ['local', 'digest', { plain: 'ddddddd', whole: '-------', sm2: 'ddddddd', mlDsa: 'mmmmmmm' }],
  ['simple', 'auto', { plain: '<rrr>>r', whole: '<rrr>>r', sm2: '<rrr>>r', mlDsa: '<rrr>>r' }],
  ['simple', 'raw', { plain: '<rrr>>r', whole: '<rrr>>r', sm2: '<rrr>>r', mlDsa: '<rrr>>r' }],
  ['simple', 'digest', { plain: '-------', whole: '-------', sm2: '-------', mlDsa: '-------' }],
  ['nothing', 'auto', { plain: '-------', whole: '-------', sm2: '-------', mlDsa: '-------' }],
  ['nothing', 'raw', { plain: '-------', whole: '-------', sm2: '-------', mlDsa: '-------' }],
  ['nothing', 'digest', { plain: '-------', whole: '-------', sm2: '-------', mlDsa: '-------' }],
]

/** What a party may have besides the service's usual support. */
interface Extras {
  readonly parameters?: AlgorithmParameters
  readonly userId?: boolean
  readonly context?: boolean
}

const partyOf = (name: string, service: Service, { parameters = {}, ...more }: Extras = {}) => ({
  algorithm: parseAlgorithm(name),
  provider: 'test-kms',
  support: { wireName: 'X', ...SERVICES[service], ...more },
  parameters,
})

/** The plans for messages of every size, as letters. */
function plansOf(name: string, service: Service, messageType: MessageTypeChoice, extras?: Extras): string {
  const party = partyOf(name, service, extras)
  const { maxBytes } = party.support.raw
  const sizes = [0, 1, maxBytes - 1, maxBytes, maxBytes + 1, 2 ** 30, undefined]
  return sizes
    .map((messageBytes) => letterOf(() => planMessage({ ...party, messageType, messageBytes })))
    .join('')
}

function letterOf(work: () => string): string | undefined {
  try {
    return LETTERS[work()]
  } catch (error) {
    if (SigningError.is(error)) return LETTERS[error.code]
    throw error
  }
}

const all = (letter: string) => letter.repeat(7)

describe.each(PLANS)('%s, %s', (service, messageType, plans) => {
  const lines = Object.entries(CLASSES).flatMap(([kind, members]) =>
    members.map((name) => [name, plans[kind as keyof typeof plans]] as const),
  )

  test.each(lines)('%s: %s', (name, expected) => {
    expect(plansOf(name, service, messageType)).toBe(expected)
  })
})

const USUAL_ID = Buffer.from('1234567812345678')

describe('SM2 with an id of its own', () => {
  const extras = { parameters: { userId: Buffer.from('Alice') } }

  // Only a service that takes the id, too, would sign the message that is meant.
  test.each<[Service, MessageTypeChoice, string, string]>([
    ['aws', 'auto', all('d'), all('d')],
    ['aws', 'digest', all('d'), all('d')],
    ['aws', 'raw', all('-'), '<rrr>>r'],
    ['openapi', 'auto', all('d'), all('d')],
    ['instance', 'auto', all('d'), all('d')],
    ['instance', 'raw', all('-'), 'rrrr>>r'],
    ['local', 'auto', all('d'), 'rrrrdds'],
    ['local', 'raw', all('-'), 'rrrrsss'],
    ['simple', 'auto', all('-'), '<rrr>>r'],
    ['simple', 'raw', all('-'), '<rrr>>r'],
  ])('%s, %s: %s, and where the service takes ids %s', (service, messageType, without, taken) => {
    expect(plansOf('SM2', service, messageType, extras)).toBe(without)
    expect(plansOf('SM2', service, messageType, { ...extras, userId: true })).toBe(taken)
  })

  test('that is the usual one, or empty', () => {
    for (const [service, messageType] of PLANS) {
      const usual = plansOf('SM2', service, messageType, { parameters: { userId: USUAL_ID } })
      expect(usual).toBe(plansOf('SM2', service, messageType))
      const empty = plansOf('SM2', service, messageType, { parameters: { userId: Buffer.alloc(0) } })
      expect(empty).not.toMatch(/[rs<>]/)
    }
  })

  test('says why nothing is sent whole', async () => {
    const party = partyOf('SM2', 'aws', extras)
    const work = () => planMessage({ ...party, messageType: 'raw', messageBytes: 1 })
    expect((await failure(work)).message).toBe(
      `For SM2, test-kms does not take the message itself; messageType 'auto' sends what it takes.`,
    )
  })
})

describe('ML-DSA with a context', () => {
  test.each(CLASSES.mlDsa)('%s, where the service takes one, and where it does not', async (name) => {
    const parameters = { context: Buffer.from('invoices') }
    for (const [service, messageType, plans] of PLANS) {
      expect(plansOf(name, service, messageType, { parameters })).toBe(all('-'))
      expect(plansOf(name, service, messageType, { parameters, context: true })).toBe(plans.mlDsa)
      const empty = { parameters: { context: Buffer.alloc(0) } }
      expect(plansOf(name, service, messageType, empty)).toBe(plans.mlDsa)
    }
    const party = partyOf(name, 'aws', { parameters })
    const digest = () => planDigest(party, 64, 'ml-dsa-mu')
    expect((await failure(digest, 'UnsupportedAlgorithm')).message).toContain('does not take a context')
    expect(planDigest(partyOf(name, 'aws', { parameters, context: true }), 64, 'ml-dsa-mu')).toBe(
      'external-mu',
    )
  })
})

const KINDS: (DigestKind | undefined)[] = [undefined, 'sm2-za-message', 'ml-dsa-mu']
const BYTES: Record<string, number> = { sha256: 32, sha384: 48, sha512: 64, sm3: 32, shake256: 64 }

describe.each(names)('a digest of the caller for %s', (name) => {
  const { digest, scheme } = parseAlgorithm(name)
  const right = scheme === 'sm2' ? 'sm2-za-message' : scheme === 'ml-dsa' ? 'ml-dsa-mu' : undefined
  const bytes = BYTES[digest?.hash ?? ''] ?? 0

  test.each(KINDS)('of the kind %s', async (kind) => {
    const party = partyOf(name, 'aws')
    const work = () => planDigest(party, bytes, kind)
    if (name === 'Ed25519') return expect((await failure(work)).code).toBe('UnsupportedAlgorithm')
    if (kind === right) return expect(work()).toBe(scheme === 'ml-dsa' ? 'external-mu' : 'digest')
    const { message } = await failure(work, 'InvalidArgument')
    const words = right ? `say digestKind: '${right}'` : 'leave digestKind out'
    return expect(message).toMatch(new RegExp(`^The digest of ${name} is .*${words}`))
  })

  test('of every other length', async () => {
    if (name === 'Ed25519') return
    for (const length of [0, 1, 20, bytes - 1, bytes + 1, 2 * bytes, 4096])
      await failure(() => planDigest(partyOf(name, 'aws'), length, right), 'DigestLengthMismatch')
  })

  test.each(['simple', 'nothing'] as const)('for the service %s, which takes none', async (service) => {
    await failure(() => planDigest(partyOf(name, service), bytes, right), 'UnsupportedAlgorithm')
  })

  test('of a kind that nobody knows', async () => {
    const work = () => planDigest(partyOf(name, 'aws'), bytes, 'sha256' as DigestKind)
    await failure(work, name === 'Ed25519' ? 'UnsupportedAlgorithm' : 'InvalidArgument')
  })
})

describe('a plain hash of the message is not what SM2 and ML-DSA sign', () => {
  const message = Buffer.from('a message')

  test.each([
    ['SM2', 'sm3', 'sm2-za-message', 'SM3(Z ‖ M), not SM3(M)'],
    ['ML-DSA-44', 'sha512', 'ml-dsa-mu', 'mu, not a hash of the message'],
    ['ML-DSA-65', 'sha512', 'ml-dsa-mu', 'mu, not a hash of the message'],
    ['ML-DSA-87', 'sha512', 'ml-dsa-mu', 'mu, not a hash of the message'],
  ] as const)('%s and %s', async (algorithm, hash, digestKind, words) => {
    const pair = keyPair(algorithm)
    const provider = new NodeProvider(pair)
    const signer = createSigner({ provider, keyId: 'k', algorithm })
    const plain = createHash(hash).update(message).digest()
    const refused = await failure(() => signer.signDigest(plain), 'InvalidArgument')
    expect(refused.message).toContain(`is ${words}: say digestKind: '${digestKind}' if that is what it is`)
    expect(provider.signed).toEqual([])
    // Who says so is believed: what is signed then is no signature of the message.
    const wrong = await signer.signDigest(plain, { digestKind })
    expect(await signer.verify(message, wrong)).toBe(false)
    const right = await signer.signDigest(strangerDigest(algorithm, pair.publicKey, message), { digestKind })
    expect(await signer.verify(message, right)).toBe(true)
  })

  test('and a kind does not make a plain digest another one', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
    const work = () => signer.signDigest(new Uint8Array(32), { digestKind: 'sm2-za-message' })
    expect((await failure(work, 'InvalidArgument')).message).toContain('a plain hash: leave digestKind out')
  })
})

describe('what is planned is what is sent', () => {
  test.each(names)('%s', async (algorithm) => {
    const message = Buffer.from('a message')
    const provider = new NodeProvider(keyPair(algorithm))
    const signer = createSigner({ provider, keyId: 'k', algorithm })
    for (const input of [message, streamOf(message)]) {
      const { messageType, digest } = await signer.sign(input)
      const { publicKey } = keyPair(algorithm)
      if (algorithm === 'Ed25519') {
        expect(messageType).toBe('raw')
        expect(digest).toBeUndefined()
      } else {
        expect(messageType).toBe(algorithm.startsWith('ML-DSA') ? 'external-mu' : 'digest')
        expect(Buffer.from(digest ?? [])).toEqual(strangerDigest(algorithm, publicKey, message))
      }
    }
  })
})
