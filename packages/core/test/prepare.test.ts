import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  type AlgorithmParameters,
  type InputKind,
  type ProviderInput,
  PublicKey,
  parseAlgorithm,
} from '../src/index.js'
import type { MessageTypeChoice } from '../src/plan.js'
import { prepareDigest, prepareMessage } from '../src/prepare.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { digestNames, names, strangerDigest } from './support/oracle.js'
import { collected, reusing, stuckAfter } from './support/streams.js'

const MIB = 1024 * 1024

interface Options {
  readonly name?: AlgorithmName
  readonly parameters?: AlgorithmParameters
  readonly keyOf?: () => Promise<PublicKey>
  readonly messageType?: MessageTypeChoice
  readonly checked?: boolean
  readonly raw?: { minBytes: number; maxBytes: number }
}

function preparation(inputs: readonly InputKind[], options: Options = {}) {
  const {
    name = 'ES256',
    messageType = 'auto',
    checked = true,
    raw = { minBytes: 1, maxBytes: 4096 },
    parameters = {},
    keyOf = dependsOnKey(name) ? async () => PublicKey.from(keyPair(name).publicKey) : nobodyAsks,
  } = options
  const support = { wireName: 'X', inputs, raw, context: true }
  const party = { algorithm: parseAlgorithm(name), provider: 'test-kms', support, parameters }
  return { ...party, messageType, checked, keyOf }
}

const dependsOnKey = (name: AlgorithmName) => parseAlgorithm(name).digest?.kind !== undefined

/** Most algorithms have no need of the key, and must not wait for it. */
async function nobodyAsks(): Promise<never> {
  throw new Error('the key was asked for')
}

/** What a service takes that hashes nothing. */
const digestForm = (name: AlgorithmName): InputKind[] => [
  name.startsWith('ML-DSA') ? 'external-mu' : 'digest',
]

/** The evidence of a digest: with the key that it was made with, where it depends on one. */
const evidenceBy = (name: AlgorithmName, message: Uint8Array, parameters: AlgorithmParameters = {}) => ({
  digest: digestBy(name, message, parameters),
  ...(dependsOnKey(name) && { key: PublicKey.from(keyPair(name).publicKey) }),
})

const digestBy = (name: AlgorithmName, message: Uint8Array, parameters: AlgorithmParameters = {}) =>
  strangerDigest(name, keyPair(name).publicKey, message, parameters)

const sha256 = (message: Uint8Array) => createHash('sha256').update(message).digest()

/** The bytes that a provider would be given. */
async function sent(input: ProviderInput): Promise<Buffer> {
  if (input.kind === 'stream') return collected(input.chunks)
  return Buffer.from(input.kind === 'raw' ? input.message : input.digest)
}

describe('bytes in memory', () => {
  test.each(digestNames)('are hashed for %s', async (name) => {
    const message = randomBytes(100)
    const inputs = digestForm(name)
    const { input, evidence } = await prepareMessage(preparation(inputs, { name }), message)
    expect(input.kind).toBe(inputs[0])
    expect(await sent(input)).toEqual(digestBy(name, message))
    expect(evidence()).toEqual({ message: Uint8Array.from(message) })
  })

  test.each(names)('are sent as they are for %s, and the key is not asked for', async (name) => {
    const message = randomBytes(100)
    const options = { name, keyOf: nobodyAsks }
    const { input, evidence } = await prepareMessage(preparation(['raw'], options), message)
    expect(input).toEqual({ kind: 'raw', message: Uint8Array.from(message) })
    expect(evidence()).toEqual({ message: Uint8Array.from(message) })
  })

  test.each<[string, InputKind[], Options, (message: Buffer) => Buffer]>([
    ['as a digest', ['digest', 'raw'], {}, sha256],
    ['as they are', ['digest', 'raw'], { messageType: 'raw' }, (message) => message],
    ['as they are for Ed25519', ['raw'], { name: 'Ed25519' }, (message) => message],
    ['as a digest with the key of SM2', ['digest'], { name: 'SM2' }, (message) => digestBy('SM2', message)],
    [
      'as mu with the key of ML-DSA-44',
      ['external-mu'],
      { name: 'ML-DSA-44' },
      (message) => digestBy('ML-DSA-44', message),
    ],
    ['as a stream of one chunk, where nothing else is taken', ['stream'], {}, (message) => message],
  ])(
    'go %s, and what the caller does with them afterwards changes nothing',
    async (_, inputs, options, expected) => {
      const message = randomBytes(200)
      const before = Buffer.from(message)
      const prepared = prepareMessage(preparation(inputs, options), message)
      message.fill(0)
      const { input, evidence } = await prepared
      expect(options.messageType ?? inputs[0]).toBe(input.kind)
      expect(await sent(input)).toEqual(expected(before))
      const digest = { digest: sha256(before) }
      expect(evidence()).toEqual(input.kind === 'stream' ? digest : { message: Uint8Array.from(before) })
    },
  )

  test.each(digestNames)('%s, more of them than is copied: are what they were', async (name) => {
    const message = randomBytes(MIB + 1)
    const expected = digestBy(name, message)
    const before = Buffer.from(message)
    const prepared = prepareMessage(preparation(digestForm(name), { name }), message)
    message.fill(0)
    const { input, evidence } = await prepared
    expect(await sent(input)).toEqual(expected)
    // What depends on the key is verified anew from the message, since the key may turn out to be another.
    const given = evidence()
    if (given && 'message' in given) expect(before.equals(given.message)).toBe(true)
    else expect(given).toEqual({ digest: expected })
    expect(given && 'message' in given).toBe(dependsOnKey(name))
  })

  test.each([MIB, MIB + 1])(
    '%i of them: evidence and digest are of the bytes at the time of the call',
    async (length) => {
      const message = randomBytes(length)
      const before = Buffer.from(message)
      const prepared = prepareMessage(preparation(['digest']), message)
      message.fill(0)
      const { input, evidence } = await prepared
      expect(await sent(input)).toEqual(sha256(before))
      const given = evidence()
      if (!given) throw new Error('no evidence')
      expect('message' in given).toBe(length === MIB)
      expect('message' in given ? Buffer.from(given.message).equals(before) : given.digest).toEqual(
        length === MIB ? true : sha256(before),
      )
    },
  )

  test('that are a part of a larger buffer go alone', async () => {
    const whole = randomBytes(100)
    const { input } = await prepareMessage(preparation(['raw']), whole.subarray(10, 20))
    expect(input.kind === 'raw' && input.message).toEqual(Uint8Array.from(whole.subarray(10, 20)))
    expect(input.kind === 'raw' && input.message.buffer.byteLength).toBe(10)
  })

  test('outside the limits are refused', async () => {
    const raw = preparation(['raw'])
    await failure(() => prepareMessage(raw, new Uint8Array(4097)), 'MessageTooLarge')
    await failure(() => prepareMessage(raw, new Uint8Array()), 'InvalidArgument')
  })
})

describe('a stream', () => {
  const message = randomBytes(1000)

  test.each<[string, InputKind[], Options, Buffer]>([
    ['as a digest', ['digest', 'raw'], {}, sha256(message)],
    ['as a digest where raw is better for bytes', ['raw', 'digest'], {}, sha256(message)],
    ['whole', ['digest', 'raw'], { messageType: 'raw' }, message],
    ['whole for Ed25519', ['stream', 'raw'], { name: 'Ed25519' }, message],
    ['as it comes', ['stream', 'raw'], {}, message],
  ])('goes %s, although its chunks share a buffer', async (_, inputs, options, expected) => {
    const { input } = await prepareMessage(preparation(inputs, options), reusing(message, 77))
    expect(await sent(input)).toEqual(expected)
  })

  test.each(digestNames)('is hashed for %s', async (name) => {
    const { input, evidence } = await prepareMessage(
      preparation(digestForm(name), { name }),
      reusing(message, 77),
    )
    expect(await sent(input)).toEqual(digestBy(name, message))
    expect(evidence()).toEqual(evidenceBy(name, message))
  })

  test.each(digestNames)('that the provider reads is hashed on its way: %s', async (name) => {
    const { input, evidence } = await prepareMessage(preparation(['stream'], { name }), reusing(message, 77))
    expect(await sent(input)).toEqual(message)
    expect(evidence()).toEqual(evidenceBy(name, message))
  })

  test('that the provider reads is read without the key when nothing is checked', async () => {
    for (const name of ['SM2', 'ML-DSA-65'] as const) {
      const options = { name, checked: false, keyOf: nobodyAsks }
      const { input, evidence } = await prepareMessage(preparation(['stream'], options), reusing(message, 77))
      expect(await sent(input)).toEqual(message)
      expect(evidence()).toBeUndefined()
    }
  })

  test('that the provider reads waits for the key only when it is read', async () => {
    const key = PublicKey.from(keyPair('SM2').publicKey)
    let asked = 0
    const keyOf = async () => {
      asked++
      return key
    }
    const { input } = await prepareMessage(
      preparation(['stream'], { name: 'SM2', keyOf }),
      reusing(message, 77),
    )
    expect(asked).toBe(0)
    expect(await sent(input)).toEqual(message)
    expect(asked).toBe(1)
  })

  test('that the provider reads is hashed on its way', async () => {
    const { input, evidence } = await prepareMessage(preparation(['stream']), reusing(message, 77))
    expect(input.kind).toBe('stream')
    expect(await sent(input)).toEqual(message)
    expect(evidence()).toEqual({ digest: sha256(message) })
  })

  test.each([true, false])(
    'that the provider does not read to its end is no evidence; checked: %s',
    async (checked) => {
      for (const read of [0, 300, 1000]) {
        const { input, evidence } = await prepareMessage(
          preparation(['stream'], { checked }),
          reusing(message, 100),
        )
        if (input.kind !== 'stream') throw new Error('no stream')
        // Even with the last chunk in hand it cannot know that there is no other.
        for (let left = read; left > 0; left -= 100) await input.chunks[Symbol.asyncIterator]().next()
        await failure(evidence, 'InvalidResponse')
      }
    },
  )

  test('whole is read to one chunk beyond the limit, and no further', async () => {
    const source = stuckAfter(...Array.from({ length: 10 }, () => new Uint8Array(2048)))
    await failure(() => prepareMessage(preparation(['raw']), source), 'MessageTooLarge')
    expect(source).toMatchObject({ asked: 3, returned: 1 })
  })

  test('whole that is too short is refused at its end', async () => {
    await failure(() => prepareMessage(preparation(['raw']), reusing(new Uint8Array(), 1)), 'InvalidArgument')
  })

  test('in a form that is not taken is refused before it is touched', async () => {
    const source = stuckAfter()
    const digest = preparation(['digest'], { messageType: 'raw' })
    await failure(() => prepareMessage(digest, source), 'UnsupportedAlgorithm')
    expect(source).toMatchObject({ asked: 0, returned: 0 })
  })

  test.each<[string, InputKind[], Options]>([
    ['hashed', ['digest'], {}],
    ['kept', ['raw'], { name: 'Ed25519' }],
  ])('that is stuck while it is %s ends with the abort', async (_, inputs, options) => {
    const source = stuckAfter(Buffer.from('x'))
    const controller = new AbortController()
    const work = prepareMessage(preparation(inputs, options), source, controller.signal)
    await new Promise(setImmediate)
    controller.abort()
    await failure(() => work, 'Aborted')
    expect(source.returned).toBe(1)
  })
})

describe('when nothing is checked', () => {
  test.each<[string, InputKind[]]>([
    ['digest', ['digest']],
    ['raw', ['raw']],
    ['stream', ['stream']],
  ])('no evidence is kept of a %s', async (_, inputs) => {
    const message = randomBytes(20)
    const party = preparation(inputs, { checked: false })
    for (const form of [message, reusing(message, 7)]) {
      const { input, evidence } = await prepareMessage(party, form)
      expect(await sent(input)).toEqual(inputs[0] === 'digest' ? sha256(message) : message)
      expect(evidence()).toBeUndefined()
    }
  })
})

describe('a digest that is one with a key that is no longer the right one', () => {
  test.each(digestNames)('%s: can be made again where it depends on the key', async (name) => {
    const message = randomBytes(50)
    let { publicKey } = keyPair(name)
    const keyOf = async () => PublicKey.from(publicKey)
    const given = Buffer.from(message)
    const work = prepareMessage(preparation(digestForm(name), { name, keyOf }), given)
    given.fill(0)
    const { again } = await work
    expect(again !== undefined).toBe(dependsOnKey(name))
    ;({ publicKey } = otherKeyPair(name))
    const prepared = await again?.()
    if (prepared) {
      expect(await sent(prepared.input)).toEqual(strangerDigest(name, publicKey, message))
      expect(prepared.evidence()).toEqual({ message: Uint8Array.from(message) })
    }
  })

  test('cannot where the message is gone, or was sent itself', async () => {
    const prepared = [
      prepareMessage(preparation(['digest'], { name: 'SM2' }), reusing(Buffer.of(1), 1)),
      prepareMessage(preparation(['stream'], { name: 'SM2' }), reusing(Buffer.of(1), 1)),
      prepareMessage(preparation(['raw'], { name: 'SM2' }), Buffer.of(1)),
      prepareDigest('digest', Buffer.alloc(32), true),
    ]
    for (const each of prepared) expect('again' in (await each)).toBe(false)
  })
})

describe('a key that cannot be had', () => {
  const keyOf = () => Promise.reject(new Error('no key'))

  test.each(['SM2', 'ML-DSA-44'] as const)('fails what is hashed with it: %s', async (name) => {
    for (const form of [Buffer.from('x'), reusing(Buffer.from('x'), 1)])
      await expect(prepareMessage(preparation(digestForm(name), { name, keyOf }), form)).rejects.toThrow(
        'no key',
      )
    const { input } = await prepareMessage(
      preparation(['stream'], { name, keyOf }),
      reusing(Buffer.from('x'), 1),
    )
    await expect(sent(input)).rejects.toThrow('no key')
  })
})

test.each<[AlgorithmName, AlgorithmParameters]>([
  ['SM2', { userId: Buffer.from('alice') }],
  ['SM2', { userId: Buffer.alloc(0) }],
  ['ML-DSA-44', { context: Buffer.from('invoices') }],
  ['ML-DSA-87', { context: Buffer.alloc(255, 'c') }],
])('the digest of %s holds its parameters: %p', async (name, parameters) => {
  const message = randomBytes(50)
  const digest = digestBy(name, message, parameters)
  expect(digest).not.toEqual(digestBy(name, message))
  for (const form of [message, reusing(message, 7)]) {
    const { input } = await prepareMessage(preparation(digestForm(name), { name, parameters }), form)
    expect(await sent(input)).toEqual(digest)
  }
  const { input, evidence } = await prepareMessage(
    preparation(name === 'SM2' ? ['digest'] : ['stream'], { name, parameters }),
    reusing(message, 7),
  )
  await sent(input)
  expect(evidence()).toEqual(evidenceBy(name, message, parameters))
})

test.each([
  ['digest', true],
  ['digest', false],
  ['external-mu', true],
  ['external-mu', false],
] as const)('a %s of the caller is sent as it is; checked: %s', (kind, checked) => {
  const digest = randomBytes(64)
  const { input, evidence } = prepareDigest(kind, digest, checked)
  expect(input).toEqual({ kind, digest })
  expect(evidence()).toEqual(checked ? { digest } : undefined)
})
