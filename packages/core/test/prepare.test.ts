import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type InputKind, type ProviderInput, parseAlgorithm } from '../src/index.js'
import type { MessageTypeChoice } from '../src/plan.js'
import { prepareDigest, prepareMessage } from '../src/prepare.js'
import { failure } from './support/failure.js'
import { digestNames, hashOf } from './support/oracle.js'
import { collected, reusing, stuckAfter } from './support/streams.js'

const MIB = 1024 * 1024

interface Options {
  readonly name?: string
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
  } = options
  const support = { wireName: 'X', inputs, raw }
  return { algorithm: parseAlgorithm(name), provider: 'test-kms', support, messageType, checked }
}

const sha256 = (message: Uint8Array) => createHash('sha256').update(message).digest()

/** The bytes that a provider would be given. */
async function sent(input: ProviderInput): Promise<Buffer> {
  if (input.kind === 'stream') return collected(input.chunks)
  return Buffer.from(input.kind === 'raw' ? input.message : input.digest)
}

describe('bytes in memory', () => {
  test.each(digestNames)('are hashed for %s', async (name) => {
    const message = randomBytes(100)
    const { input, evidence } = await prepareMessage(preparation(['digest'], { name }), message)
    expect(input.kind).toBe('digest')
    expect(await sent(input)).toEqual(
      createHash(hashOf(name) ?? '')
        .update(message)
        .digest(),
    )
    expect(evidence()).toEqual({ message: Uint8Array.from(message) })
  })

  test.each<[string, InputKind[], Options, (message: Buffer) => Buffer]>([
    ['as a digest', ['digest', 'raw'], {}, sha256],
    ['as they are', ['digest', 'raw'], { messageType: 'raw' }, (message) => message],
    ['as they are for Ed25519', ['raw'], { name: 'Ed25519' }, (message) => message],
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

test.each([true, false])('a digest of the caller is sent as it is; checked: %s', (checked) => {
  const digest = randomBytes(32)
  const { input, evidence } = prepareDigest(digest, checked)
  expect(input).toEqual({ kind: 'digest', digest })
  expect(evidence()).toEqual(checked ? { digest } : undefined)
})
