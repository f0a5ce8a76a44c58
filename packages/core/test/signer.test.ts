import { randomBytes } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AlgorithmParameters,
  createSigner,
  createVerifier,
  type InputKind,
  PublicKey,
  type Signer,
  type SignerOptions,
  SigningError,
  toP1363,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair, rsaKeyPairOf } from './support/keys.js'
import { NodeProvider, type NodeProviderOptions, SecretiveProvider } from './support/node-provider.js'
import {
  digestNames,
  ecdsaNames,
  isEcdsa,
  kindOfDigest,
  names,
  pairNames,
  strangerDigest,
  strangerSign,
  strangerVerify,
} from './support/oracle.js'
import { reusing, streamOf, stuckAfter } from './support/streams.js'

const message = Buffer.from('a message')
type Name = (typeof names)[number]

function setUp(
  name: Name = 'ES256',
  options: Partial<SignerOptions> = {},
  service: NodeProviderOptions = {},
) {
  const provider = new NodeProvider(keyPair(name), service)
  return { provider, signer: createSigner({ provider, keyId: 'alias/x', algorithm: name, ...options }) }
}

const digestOf = (name: Name, of: Uint8Array = message) => strangerDigest(name, keyPair(name).publicKey, of)
/** What the digest of an algorithm is sent as. */
const formOf = (name: Name) => (name.startsWith('ML-DSA') ? 'external-mu' : 'digest')
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length
const soon = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const FORMS: [string, (bytes: Uint8Array) => Parameters<Signer['sign']>[0]][] = [
  ['bytes', (bytes) => bytes],
  ['a Buffer', (bytes) => Buffer.from(bytes)],
  ['a stream', (bytes) => reusing(bytes, 4)],
  ['a ReadableStream', (bytes) => new Blob([bytes]).stream()],
]

const SERVICES: [string, InputKind[]][] = [
  ['takes digests', ['digest', 'raw']],
  ['takes messages', ['raw']],
  ['takes streams', ['stream', 'raw', 'digest']],
  ['takes nothing but streams', ['stream']],
]

describe.each(names)('%s', (name) => {
  const { publicKey } = keyPair(name)
  const services = SERVICES.filter(([, inputs]) => name !== 'Ed25519' || inputs.includes('raw'))
  const cases = services.flatMap(([what, inputs]) =>
    FORMS.map(([form, make]) => [form, what, inputs, make] as const),
  )

  test.each(cases)('%s, for a service that %s', async (_, __, inputs, make) => {
    const { signer } = setUp(name, {}, { inputs })
    for (const bytes of [message, new Uint8Array(), randomBytes(4000)]) {
      const signature = await signer.sign(make(bytes))
      expect(strangerVerify(name, publicKey, bytes, signature.bytes)).toBe(true)
      expect(await signer.verify(make(bytes), signature)).toBe(true)
      expect(await signer.verify(bytes, signature.bytes)).toBe(true)
      expect(signature.bytes.constructor).toBe(Uint8Array)
    }
  })

  test('verify is false for everything else', async () => {
    const { signer } = setUp(name)
    const signature = await signer.sign(message)
    const { bytes } = signature
    const changed = Uint8Array.from(bytes)
    changed[bytes.length - 1] = (changed.at(-1) ?? 0) ^ 1
    const wrong: [string, Uint8Array, Uint8Array][] = [
      ['another message', Buffer.from('another'), bytes],
      ['a changed signature', message, changed],
      ['a cut signature', message, bytes.subarray(1)],
      ['a longer signature', message, Buffer.concat([bytes, Uint8Array.of(0)])],
      ['no signature', message, new Uint8Array()],
      ['the signature of another key', message, strangerSign(name, otherKeyPair(name).privateKey, message)],
    ]
    for (const [what, of, signed] of wrong)
      expect([what, await signer.verify(of, signed), await signer.verify(reusing(of, 3), signed)]).toEqual([
        what,
        false,
        false,
      ])
    const other = names.find((each) => each !== name) ?? name
    expect(await signer.verify(message, { ...signature, algorithm: other })).toBe(false)
  })

  test('agrees with a verifier of its public key', async () => {
    const { signer } = setUp(name)
    const verifier = createVerifier({ publicKey: await signer.publicKey(), algorithm: name })
    const signature = await signer.sign(message)
    expect(await verifier.verify(message, signature)).toBe(true)
    expect(await verifier.verify(Buffer.from('another'), signature)).toBe(false)
  })
})

describe.each(digestNames)('%s, with a digest', (name) => {
  const { publicKey } = keyPair(name)

  test('is a signature of the message', async () => {
    const { signer, provider } = setUp(name)
    const signature = await signer.signDigest(digestOf(name), kindOfDigest(name))
    expect(strangerVerify(name, publicKey, message, signature.bytes)).toBe(true)
    expect(signature.messageType).toBe(formOf(name))
    expect(signature.digest).toEqual(Uint8Array.from(digestOf(name)))
    expect(provider.signed[0]?.input).toMatchObject({ kind: formOf(name) })
    expect(await signer.verifyDigest(digestOf(name), signature)).toBe(true)
    expect(await signer.verifyDigest(digestOf(name, Buffer.from('another')), signature)).toBe(false)
    expect(await signer.verify(message, signature)).toBe(true)
  })

  test('of a wrong length is refused before the call', async () => {
    const { signer, provider } = setUp(name)
    const { length } = digestOf(name)
    for (const wrong of [0, length - 1, length + 1, 20])
      await failure(
        () => signer.signDigest(new Uint8Array(wrong), kindOfDigest(name)),
        'DigestLengthMismatch',
      )
    await failure(
      () => signer.verifyDigest(new Uint8Array(length + 1), new Uint8Array(64)),
      'DigestLengthMismatch',
    )
    expect(provider.signed).toEqual([])
  })

  test('that the caller changes at once is signed as it was', async () => {
    const { signer } = setUp(name)
    const digest = digestOf(name)
    const work = signer.signDigest(digest, kindOfDigest(name))
    digest.fill(0)
    expect(strangerVerify(name, publicKey, message, (await work).bytes)).toBe(true)
  })

  test('of another kind is refused before the call', async () => {
    const { signer, provider } = setUp(name)
    const { digestKind: right } = kindOfDigest(name)
    for (const digestKind of [undefined, 'sm2-za-message', 'ml-dsa-mu'] as const) {
      if (digestKind === right) continue
      const options = digestKind ? { digestKind } : {}
      await failure(() => signer.signDigest(digestOf(name), options), 'InvalidArgument')
    }
    expect(provider).toMatchObject({ signed: [], fetched: 0 })
  })
})

describe('digests are refused', () => {
  test('by an algorithm that has none', async () => {
    const { signer } = setUp('Ed25519')
    await failure(() => signer.signDigest(new Uint8Array(64)), 'UnsupportedAlgorithm')
    await failure(() => signer.sign(message, { messageType: 'digest' }), 'UnsupportedAlgorithm')
  })

  test('by a service that takes none', async () => {
    const { signer } = setUp('ES256', {}, { inputs: ['raw'] })
    await failure(() => signer.signDigest(digestOf('ES256')), 'UnsupportedAlgorithm')
  })

  test.each([
    ['message', false],
    ['digest', true],
    ['both', true],
  ] as const)('by a signer of inputs: %s: taken is %s', async (inputs, taken) => {
    const { signer, provider } = setUp('ES256', { inputs })
    const work = () => signer.signDigest(digestOf('ES256'))
    if (taken) expect((await work()).messageType).toBe('digest')
    else {
      const error = await failure(work, 'UnsupportedAlgorithm')
      expect(error.message).toBe(
        "This signer takes messages, not digests: set inputs to 'digest' or 'both' in the signer's configuration if callers may choose what is signed.",
      )
      expect(provider.signed).toEqual([])
    }
    // Verifying gives nobody anything.
    expect(
      await signer.verifyDigest(
        digestOf('ES256'),
        strangerSign('ES256', keyPair('ES256').privateKey, message),
      ),
    ).toBe(true)
  })
})

describe('the encoding', () => {
  test.each(ecdsaNames)('of %s is DER, or what was configured, or what was asked for', async (name) => {
    const { publicKey } = keyPair(name)
    for (const configured of [undefined, 'der', 'ieee-p1363'] as const)
      for (const asked of [undefined, 'der', 'ieee-p1363'] as const) {
        const { signer } = setUp(name, configured ? { encoding: configured } : {})
        const signature = await signer.sign(message, asked ? { encoding: asked } : {})
        const expected = asked ?? configured ?? 'der'
        expect(signature.encoding).toBe(expected)
        expect(strangerVerify(name, publicKey, message, signature.bytes, expected)).toBe(true)
        expect(await signer.verify(message, signature)).toBe(true)
        expect(await signer.verify(message, signature.bytes)).toBe(expected === (configured ?? 'der'))
        expect(await signer.verify(message, signature.bytes, { encoding: expected })).toBe(true)
      }
  })

  test.each(names.filter((name) => !isEcdsa(name)))('of %s is the one that it has', async (name) => {
    const { signer } = setUp(name, { encoding: 'ieee-p1363' })
    for (const encoding of ['der', 'ieee-p1363'] as const) {
      const signature = await signer.sign(message, { encoding })
      expect(signature.encoding).toBe(name === 'SM2' ? 'der' : 'raw')
      expect(strangerVerify(name, keyPair(name).publicKey, message, signature.bytes)).toBe(true)
    }
  })

  test.each(pairNames)('of %s is told from the two numbers as they are', async (name) => {
    const flat = (bytes: Uint8Array) => toP1363(bytes, name === 'ES512' ? 66 : name === 'ES384' ? 48 : 32)
    const { signer } = setUp(name, {}, { answer: ({ bytes }) => ({ bytes: flat(bytes) }) })
    const { bytes, encoding } = await signer.sign(message)
    expect(encoding).toBe('der')
    expect(strangerVerify(name, keyPair(name).publicKey, message, bytes)).toBe(true)
  })

  test('of a digest, too', async () => {
    const { signer } = setUp('ES256')
    const { bytes, encoding } = await signer.signDigest(digestOf('ES256'), { encoding: 'ieee-p1363' })
    expect(encoding).toBe('ieee-p1363')
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes, 'ieee-p1363')).toBe(true)
  })

  test('DER with short numbers goes to r ‖ s and back, and really comes', async () => {
    const { signer } = setUp('ES256', { check: 'never' }, { inputs: ['raw'] })
    let short = 0
    // Once in 512 signatures: 30,000 without three of them do not happen in any lifetime.
    for (let count = 0; short < 3; count++) {
      if (count > 30_000) throw new Error('No short number came')
      const { bytes } = await signer.sign(message)
      if (bytes.length < 70) short++
      expect(
        strangerVerify('ES256', keyPair('ES256').publicKey, message, toP1363(bytes, 32), 'ieee-p1363'),
      ).toBe(true)
    }
  })
})

describe('what is sent', () => {
  test.each([
    ['auto', 'digest'],
    ['digest', 'digest'],
    ['raw', 'raw'],
  ] as const)('%s, by option or by call, is %s', async (messageType, sent) => {
    for (const [configured, asked] of [
      [messageType, undefined],
      ['auto', messageType],
    ] as const) {
      const { signer, provider } = setUp('ES256', { messageType: configured })
      const signature = await signer.sign(message, asked ? { messageType: asked } : {})
      expect(signature.messageType).toBe(sent)
      expect('digest' in signature).toBe(sent === 'digest')
      expect(provider.signed[0]?.input.kind).toBe(sent)
    }
  })

  test('the request names the key, the algorithm and its name on the wire', async () => {
    const { signer, provider } = setUp('PS384')
    await signer.sign(message)
    expect(provider.signed).toEqual([
      {
        keyId: 'alias/x',
        algorithm: expect.objectContaining({ name: 'PS384' }),
        wireName: 'NODE_PS384',
        input: { kind: 'digest', digest: digestOf('PS384') },
        parameters: {},
        pinned: false,
      },
    ])
  })

  test.each([0, 4097])('a raw message of %i bytes is refused before the call', async (length) => {
    const raw = { minBytes: 1, maxBytes: 4096 }
    const { signer, provider } = setUp('ES256', {}, { raw })
    const code = length === 0 ? 'InvalidArgument' : 'MessageTooLarge'
    for (const form of [new Uint8Array(length), reusing(new Uint8Array(length), 1000)])
      await failure(() => signer.sign(form, { messageType: 'raw' }), code)
    expect(provider).toMatchObject({ signed: [], fetched: 0 })
    // The digest of the same message has no such limit.
    expect((await signer.sign(new Uint8Array(length))).messageType).toBe('digest')
  })

  test.each(names)('%s: auto sends the digest where there is one', async (name) => {
    const { signer, provider } = setUp(name, {}, { inputs: ['digest', 'raw'] })
    const signature = await signer.sign(message)
    const kind = name === 'Ed25519' ? 'raw' : formOf(name)
    expect(provider.signed[0]?.input.kind).toBe(kind)
    expect(signature.messageType).toBe(kind)
    expect(signature.digest).toEqual(name === 'Ed25519' ? undefined : Uint8Array.from(digestOf(name)))
  })

  test('the message of Ed25519 is never sent as anything else', async () => {
    const { signer, provider } = setUp('Ed25519', {}, { inputs: ['stream', 'digest', 'raw'] })
    await signer.sign(message)
    await signer.sign(reusing(message, 2))
    expect(provider.signed.map(({ input }) => input.kind)).toEqual(['raw', 'raw'])
    await failure(() => signer.sign(new Uint8Array(4097)), 'MessageTooLarge')
  })
})

describe('what comes back', () => {
  test('says how it came about', async () => {
    const said = { keyId: 'arn:aws:kms:x', keyVersion: '7', requestId: 'r-1' }
    const { signer } = setUp('ES256', {}, { answer: (answer) => ({ ...answer, ...said }) })
    expect(await signer.sign(message)).toEqual({
      bytes: expect.any(Uint8Array),
      encoding: 'der',
      algorithm: 'ES256',
      provider: 'node',
      messageType: 'digest',
      digest: Uint8Array.from(digestOf('ES256')),
      ...said,
    })
  })

  test('has the key as it is configured, when the service does not say', async () => {
    const { signer } = setUp()
    expect(signer).toMatchObject({ provider: 'node', keyId: 'alias/x', algorithm: 'ES256' })
    expect(await signer.sign(message)).toMatchObject({ keyId: 'alias/x' })
  })

  test('is memory that nobody else holds', async () => {
    let given: Uint8Array = new Uint8Array()
    const { signer, provider } = setUp(
      'RS256',
      {},
      {
        answer: (answer) => {
          given = answer.bytes
          return answer
        },
      },
    )
    const signature = await signer.sign(message)
    given.fill(0)
    const { input } = provider.signed[0] ?? {}
    if (input?.kind === 'digest') input.digest.fill(0)
    expect(strangerVerify('RS256', keyPair('RS256').publicKey, message, signature.bytes)).toBe(true)
    expect(signature.digest).toEqual(Uint8Array.from(digestOf('RS256')))
  })
})

describe('bytes that are changed right after the call', () => {
  test.each(names.flatMap((name) => (['auto', 'raw'] as const).map((type) => [name, type] as const)))(
    '%s, %s: are signed and verified as they were',
    async (name, messageType) => {
      const { signer } = setUp(name)
      const given = Buffer.from(message)
      const work = signer.sign(given, { messageType })
      given.fill(0)
      const signature = await work
      expect(strangerVerify(name, keyPair(name).publicKey, message, signature.bytes)).toBe(true)
      const again = Buffer.from(message)
      const answer = signer.verify(again, signature)
      again.fill(0)
      expect(await answer).toBe(true)
    },
  )
})

describe.each<[Name, AlgorithmParameters, Partial<SignerOptions>]>([
  ['SM2', { userId: Buffer.from('alice') }, { userId: 'alice' }],
  ['SM2', { userId: new Uint8Array() }, { userId: '' }],
  ['ML-DSA-44', { context: Buffer.from('invoices') }, { context: 'invoices' }],
  ['ML-DSA-65', { context: Buffer.alloc(255, 1) }, { context: Buffer.alloc(255, 1) }],
  ['ML-DSA-87', { context: Buffer.of(0) }, { context: Buffer.of(0) }],
])('%s under the parameters %p', (name, parameters, options) => {
  const { publicKey } = keyPair(name)
  const isValid = (bytes: Uint8Array) =>
    strangerVerify(name, publicKey, message, bytes, 'der', parameters) &&
    !strangerVerify(name, publicKey, message, bytes)

  test.each(SERVICES)('for a service that %s', async (_, inputs) => {
    const { signer, provider } = setUp(name, options, { inputs, parameters: true })
    for (const make of [() => message, () => reusing(message, 2)]) {
      const signature = await signer.sign(make())
      expect(isValid(signature.bytes)).toBe(true)
      expect(await signer.verify(make(), signature)).toBe(true)
      expect(await setUp(name).signer.verify(make(), signature)).toBe(false)
    }
    for (const request of provider.signed) expect(request.parameters).toEqual(parameters)
  })

  test('with a digest that has them in it already', async () => {
    const { signer } = setUp(name, options, { parameters: true })
    const digest = strangerDigest(name, publicKey, message, parameters)
    const { bytes } = await signer.signDigest(digest, kindOfDigest(name))
    expect(isValid(bytes)).toBe(true)
  })
})

test('SM2 with an id of its own goes as a digest to a service that knows no ids', async () => {
  const { signer, provider } = setUp('SM2', { userId: 'alice' }, { inputs: ['stream', 'raw', 'digest'] })
  for (const input of [message, reusing(message, 2)])
    expect((await signer.sign(input)).messageType).toBe('digest')
  expect(provider.signed.map(({ input }) => input.kind)).toEqual(['digest', 'digest'])
  await failure(() => signer.sign(message, { messageType: 'raw' }), 'UnsupportedAlgorithm')
})

describe('a low s', () => {
  test('comes whatever the service gives, of messages and digests', async () => {
    const given = { low: 0, high: 0 }
    const answer: NodeProviderOptions['answer'] = ({ bytes }) => {
      given[(toP1363(bytes, 32)[32] ?? 0) < 0x80 ? 'low' : 'high']++
      return { bytes }
    }
    // A message, because @noble signs one digest always in one way.
    const service = { answer, inputs: ['raw', 'digest'] as const }
    const { signer } = setUp('ES256K', { lowS: true, encoding: 'ieee-p1363' }, service)
    for (let count = 0; count < 64; count++)
      for (const { bytes } of [await signer.sign(message), await signer.signDigest(digestOf('ES256K'))]) {
        // Half of the order begins with 7f, and 128 bits of ones.
        expect(bytes[32]).toBeLessThan(0x80)
        expect(strangerVerify('ES256K', keyPair('ES256K').publicKey, message, bytes, 'ieee-p1363')).toBe(true)
        expect(await signer.verify(message, bytes)).toBe(true)
      }
    expect(Math.min(given.low, given.high)).toBeGreaterThan(0)
  })

  test('is asked of what is verified', async () => {
    const { signer } = setUp('ES256K', { lowS: true, encoding: 'ieee-p1363' })
    const seen = new Set<boolean>()
    for (let count = 0; count < 64; count++) {
      const bytes = strangerSign('ES256K', keyPair('ES256K').privateKey, message, 'ieee-p1363')
      const isLow = (bytes[32] ?? 0) < 0x80
      seen.add(isLow)
      expect(await signer.verify(message, bytes)).toBe(isLow)
      expect(await signer.verifyDigest(digestOf('ES256K'), bytes)).toBe(isLow)
    }
    expect(seen.size).toBe(2)
  })
})

describe('arguments', () => {
  test.each([['text'], [new String('text')], [null], [undefined], [5], [[1, 2]], [{}], [new ArrayBuffer(4)]])(
    'a message of %p is a TypeError, before anything happens',
    async (value) => {
      const { signer, provider } = setUp()
      await expect(signer.sign(value as never)).rejects.toThrow(TypeError)
      await expect(signer.signDigest(value as never)).rejects.toThrow(TypeError)
      await expect(signer.verify(value as never, new Uint8Array(64))).rejects.toThrow(TypeError)
      await expect(signer.verifyDigest(value as never, new Uint8Array(64))).rejects.toThrow(TypeError)
      await expect(signer.verify(message, value as never)).rejects.toThrow(TypeError)
      expect(provider).toMatchObject({ signed: [], fetched: 0 })
    },
  )

  test('text says how to make bytes of it', async () => {
    await expect(setUp().signer.sign('text' as never)).rejects.toThrow('new TextEncoder().encode(text)')
    await expect(setUp().signer.sign(streamOf('text' as never))).rejects.toThrow(
      'new TextEncoder().encode(text)',
    )
  })

  test('shared memory is a TypeError, whole or in a stream', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(32))
    const { signer } = setUp()
    await expect(signer.sign(shared)).rejects.toThrow(TypeError)
    await expect(signer.sign(streamOf(shared))).rejects.toThrow(TypeError)
    await expect(signer.signDigest(shared)).rejects.toThrow(TypeError)
  })

  test.each<[string, object]>([
    ['an encoding', { encoding: 'p1363' }],
    ['a message type', { messageType: 'hash' }],
    ['a message type that every object has', { messageType: 'constructor' }],
    ['a deadline', { timeoutMs: -1 }],
  ])('%s that there is not is refused before the message is touched', async (_, options) => {
    const { signer, provider } = setUp()
    const source = stuckAfter(message)
    await failure(() => signer.sign(source, options), 'InvalidArgument')
    expect(source.asked).toBe(0)
    expect(provider.signed).toEqual([])
  })

  test.each<[string, (signer: Signer, options: object) => Promise<unknown>]>([
    ['signDigest', (signer, options) => signer.signDigest(digestOf('ES256'), options)],
    ['verify', (signer, options) => signer.verify(message, new Uint8Array(), options)],
    ['verifyDigest', (signer, options) => signer.verifyDigest(digestOf('ES256'), new Uint8Array(), options)],
    ['publicKey', (signer, options) => signer.publicKey(options)],
    ['probe', (signer, options) => signer.probe(options)],
  ])('%s looks at its options, too', async (_, call) => {
    const { signer, provider } = setUp()
    await failure(() => call(signer, { timeoutMs: 0 }), 'InvalidArgument')
    await expect(call(signer, { signal: 'abort' })).rejects.toThrow(TypeError)
    expect(provider).toMatchObject({ signed: [], fetched: 0 })
  })

  test('a failing source fails the call with its own error', async () => {
    async function* failing() {
      yield message
      throw new RangeError('the disk is gone')
    }
    await expect(setUp().signer.sign(failing())).rejects.toThrow(new RangeError('the disk is gone'))
  })
})

describe('an abort', () => {
  const calls: [string, (signer: Signer, options: { signal: AbortSignal }) => Promise<unknown>][] = [
    ['sign', (signer, options) => signer.sign(message, options)],
    ['sign of a stream', (signer, options) => signer.sign(reusing(message, 2), options)],
    ['signDigest', (signer, options) => signer.signDigest(digestOf('ES256'), options)],
    ['verify', (signer, options) => signer.verify(message, new Uint8Array(64), options)],
    [
      'verifyDigest',
      (signer, options) => signer.verifyDigest(digestOf('ES256'), new Uint8Array(64), options),
    ],
    ['publicKey', (signer, options) => signer.publicKey(options)],
    ['probe', (signer, options) => signer.probe(options)],
  ]

  test.each(calls)('before %s ends it, and the service is not called', async (_, call) => {
    const { signer, provider } = setUp()
    const reason = new Error('enough')
    const error = await failure(() => call(signer, { signal: AbortSignal.abort(reason) }), 'Aborted')
    expect(error.name).toBe('AbortError')
    expect(error.cause).toBe(reason)
    expect(provider).toMatchObject({ signed: [], fetched: 0 })
  })

  /** A service that never answers, and notes when it is told to give up. */
  class SilentProvider extends NodeProvider {
    told = 0
    override sign(...[request, { signal }]: Parameters<NodeProvider['sign']>): Promise<never> {
      this.signed.push(request)
      signal?.addEventListener('abort', () => this.told++, { once: true })
      return new Promise(() => undefined)
    }
    override getPublicKey(): Promise<never> {
      this.fetched++
      return new Promise(() => undefined)
    }
  }

  test.each(calls)('while %s waits for the service ends it at once', async (_, call) => {
    const provider = new SilentProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'x', algorithm: 'ES256' })
    const controller = new AbortController()
    const work = call(signer, { signal: controller.signal })
    await soon(5)
    expect(provider.signed.length + provider.fetched).toBeGreaterThan(0)
    controller.abort(new Error('enough'))
    expect((await failure(() => work, 'Aborted')).cause).toMatchObject({ message: 'enough' })
    expect(provider.told).toBe(provider.signed.length)
    expect(listeners(controller.signal)).toBe(0)
    // What cannot be stopped keeps nobody from closing.
    await signer.close()
    expect(provider.closed).toBe(1)
  })

  test('while a stream is read ends it, and stops the source', async () => {
    for (const inputs of [['digest'], ['raw'], ['stream']] as InputKind[][]) {
      const { signer } = setUp('ES256', {}, { inputs })
      const source = stuckAfter(message)
      const controller = new AbortController()
      const work = signer.sign(source, { signal: controller.signal })
      await soon(5)
      expect(source.asked).toBe(2)
      controller.abort()
      await failure(() => work, 'Aborted')
      await soon(1)
      expect(source.returned).toBe(1)
      expect(listeners(controller.signal)).toBe(0)
    }
  })

  test('that never comes leaves nothing behind on a long-lived signal', async () => {
    const { signer } = setUp()
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const signature = await signer.sign(message)
    for (let count = 0; count < 50; count++) {
      await signer.sign(message, { signal, timeoutMs: 60_000 })
      await signer.sign(reusing(message, 1), { signal })
      await signer.verify(reusing(message, 1), signature, { signal })
      await signer.publicKey({ signal, timeoutMs: 60_000 })
      await signer.probe({ signal })
    }
    await soon(5)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    expect(listeners(signal)).toBe(0)
  })

  test('may be that of many calls at once, and Node sees no leak in it', async () => {
    const { signer } = setUp()
    const { signal } = new AbortController()
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    async function* slow() {
      await soon(50)
      yield message
    }
    const calls = Array.from({ length: 50 }, () => signer.sign(slow(), { signal, timeoutMs: 60_000 }))
    await soon(5)
    expect(listeners(signal)).toBeGreaterThan(10)
    await Promise.all(calls)
    await soon(5)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  test('of one caller does not disturb those who wait for the same key', async () => {
    class SlowProvider extends NodeProvider {
      override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
        await soon(20)
        return super.getPublicKey(...call)
      }
    }
    const provider = new SlowProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'x', algorithm: 'ES256' })
    const controller = new AbortController()
    const first = signer.publicKey({ signal: controller.signal })
    const second = signer.publicKey()
    controller.abort()
    await failure(() => first, 'Aborted')
    expect((await second).kind).toBe('P-256')
    expect(provider.fetched).toBe(1)
  })
})

describe('the deadline', () => {
  test('ends a call that the service does not answer', async () => {
    class SilentProvider extends NodeProvider {
      override sign = () => new Promise<never>(() => undefined)
    }
    const signer = createSigner({
      provider: new SilentProvider(keyPair('ES256')),
      keyId: 'x',
      algorithm: 'ES256',
    })
    const error = await failure(() => signer.sign(message, { timeoutMs: 20 }), 'Timeout')
    expect(error.retryable).toBe(true)
    await failure(() => signer.signDigest(digestOf('ES256'), { timeoutMs: 20 }), 'Timeout')
    await signer.close()
  })

  test('starts when the message has been read', async () => {
    // Long enough for signing itself on a machine that has much else to do.
    const timeoutMs = 2_000
    async function* slow() {
      yield message
      await soon(timeoutMs + 100)
    }
    for (const inputs of [['digest'], ['raw']] as InputKind[][]) {
      const { signer } = setUp('ES256', {}, { inputs })
      await signer.publicKey()
      const { bytes } = await signer.sign(slow(), { timeoutMs })
      expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
    }
  })

  test('does not run while a provider in this process reads the message', async () => {
    async function* slow() {
      yield message
      await soon(60)
    }
    const { signer } = setUp('ES256', {}, { inputs: ['stream'] })
    const { bytes } = await signer.sign(slow(), { timeoutMs: 20 })
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
  })

  test("reaches the provider in a signal of its own; without one, the caller's is handed on", async () => {
    const pinned = { publicKey: keyPair('ES256').publicKey }
    const { signer, provider } = setUp('ES256', pinned, { inProcess: true })
    const { signal } = new AbortController()
    await signer.sign(message)
    await signer.sign(message, { signal })
    await signer.sign(message, { signal, timeoutMs: 60_000 })
    const [none, handedOn, own] = provider.contexts
    expect(none).toEqual({})
    expect(handedOn?.signal).toBe(signal)
    expect(own?.signal).toBeInstanceOf(AbortSignal)
    expect(own?.signal).not.toBe(signal)
  })
})

describe('publicKey', () => {
  test('is fetched once for all, and then kept', async () => {
    const { signer, provider } = setUp()
    const keys = await Promise.all(Array.from({ length: 1000 }, () => signer.publicKey()))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]?.equals(PublicKey.from(keyPair('ES256').publicKey))).toBe(true)
    await signer.sign(message)
    await signer.verify(message, new Uint8Array())
    expect(provider.fetched).toBe(1)
  })

  test('that is pinned is not fetched at all', async () => {
    const { signer, provider } = setUp('ES256', { publicKey: keyPair('ES256').publicKey })
    await signer.publicKey()
    await signer.sign(message)
    expect(await signer.verify(message, await signer.sign(message))).toBe(true)
    expect(provider.fetched).toBe(0)
  })
})

describe('probe', () => {
  test('without a way to ask says that only a signature would tell', async () => {
    const { publicKey, permission } = await setUp().signer.probe()
    expect(publicKey.kind).toBe('P-256')
    expect(permission).toBe('unknown')
  })

  class AskableProvider extends NodeProvider {
    asked: unknown[] = []
    allowed = true
    async probe(request: object, context: object) {
      this.asked.push([request, context])
      if (!this.allowed) throw new SigningError('AccessDenied', 'no kms:Sign')
    }
  }

  test('asks the service, and makes no signature', async () => {
    const provider = new AskableProvider(keyPair('ES256'))
    const signer = createSigner({ provider, keyId: 'x', algorithm: 'ES256' })
    expect((await signer.probe()).permission).toBe('confirmed')
    expect(provider.asked).toEqual([
      [
        { keyId: 'x', algorithm: expect.objectContaining({ name: 'ES256' }) },
        { signal: expect.any(AbortSignal), clock: expect.anything() },
      ],
    ])
    expect(provider.signed).toEqual([])
    provider.allowed = false
    await failure(() => signer.probe(), 'AccessDenied')
  })

  test('fails as reading the key does', async () => {
    const provider = new SecretiveProvider(keyPair('ES256'))
    await failure(() => createSigner({ provider, keyId: 'x', algorithm: 'ES256' }).probe(), 'AccessDenied')
    const pin = { publicKey: otherKeyPair('ES256').publicKey.export({ format: 'jwk' }) }
    expect((await setUp('ES256', pin).signer.probe()).publicKey.kind).toBe('P-256')
    const thumbprint = PublicKey.from(otherKeyPair('ES256').publicKey).thumbprint
    await failure(() => setUp('ES256', { thumbprint }).signer.probe(), 'KeyMismatch')
  })
})

describe('close', () => {
  test('refuses every later call', async () => {
    const { signer, provider } = setUp()
    await signer.close()
    const calls = [
      () => signer.sign(message),
      () => signer.signDigest(digestOf('ES256')),
      () => signer.verify(message, new Uint8Array()),
      () => signer.verifyDigest(digestOf('ES256'), new Uint8Array()),
      () => signer.publicKey(),
      () => signer.probe(),
      () => signer.sign('text' as never),
    ]
    for (const call of calls) await failure(call, 'Closed')
    expect(provider).toMatchObject({ signed: [], fetched: 0, closed: 1 })
  })

  test('waits for the calls under way', async () => {
    const { signer, provider } = setUp()
    async function* slow() {
      yield message
      await soon(20)
    }
    const work = signer.sign(slow())
    const closing = signer.close()
    await soon(5)
    expect(provider.closed).toBe(0)
    const { bytes } = await work
    await closing
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
    expect(provider.closed).toBe(1)
  })

  test('closes the provider with the last of its signers', async () => {
    const provider = new NodeProvider(rsaKeyPairOf(2048))
    const signers = ['RS256', 'PS256', 'PS512'].map((algorithm) =>
      createSigner({ provider, keyId: 'x', algorithm }),
    )
    for (const [index, signer] of signers.entries()) {
      expect(provider.closed).toBe(0)
      await signer.close()
      await signer.close()
      expect(provider.closed).toBe(index === 2 ? 1 : 0)
    }
  })

  test('is what a disposal does', async () => {
    const { signer, provider } = setUp()
    await signer[Symbol.asyncDispose]()
    expect(provider.closed).toBe(1)
    await failure(() => signer.sign(message), 'Closed')
  })
})

describe('what a signer says of itself', () => {
  test('has the kid that is configured, and none that is not', () => {
    expect(setUp('ES256', { kid: '2026-11' }).signer.kid).toBe('2026-11')
    expect(setUp().signer.kid).toBeUndefined()
  })

  test('leaves the thumbprint of the key as it is, whatever the kid', async () => {
    const key = await setUp('ES256', { kid: '2026-11' }).signer.publicKey()
    expect(key.toJwk().kid).toBe(PublicKey.from(keyPair('ES256').publicKey).thumbprint)
  })

  test.each<[Name, Partial<SignerOptions>, AlgorithmParameters]>([
    ['ES256', {}, {}],
    ['SM2', {}, {}],
    ['SM2', { userId: 'alice' }, { userId: new TextEncoder().encode('alice') }],
    ['ML-DSA-44', { context: '' }, { context: new Uint8Array() }],
    ['ML-DSA-44', { context: Uint8Array.of(1, 2) }, { context: Uint8Array.of(1, 2) }],
  ])('of %s with %p are the parameters %p', (name, options, parameters) => {
    expect(setUp(name, options, { parameters: true }).signer.parameters).toEqual(parameters)
  })

  test.each<[Name, 'userId' | 'context']>([
    ['SM2', 'userId'],
    ['ML-DSA-44', 'context'],
  ])('cannot be used to change what %s signs', async (name, parameter) => {
    const { signer } = setUp(name, { [parameter]: 'agreed' }, { parameters: true })
    signer.parameters?.[parameter]?.fill(0)
    const { bytes } = await signer.sign(message)
    const parameters = { [parameter]: Buffer.from('agreed') }
    expect(strangerVerify(name, keyPair(name).publicKey, message, bytes, 'der', parameters)).toBe(true)
    expect(signer.parameters?.[parameter]).toEqual(new TextEncoder().encode('agreed'))
  })
})

test('what a provider throws is given on as it is', async () => {
  const thrown = new SigningError('KeyDisabled', 'The key is disabled.', { requestId: 'r' })
  class FailingProvider extends NodeProvider {
    override async sign(): Promise<never> {
      throw thrown
    }
  }
  const signer = createSigner({
    provider: new FailingProvider(keyPair('ES256')),
    keyId: 'x',
    algorithm: 'ES256',
  })
  await expect(signer.sign(message)).rejects.toBe(thrown)
})

test('any message in any chunks is signed as strangers verify it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }),
      async (name, chunks) => {
        const { signer } = setUp(name)
        const whole = Buffer.concat(chunks)
        for (const form of [whole, streamOf(...chunks)]) {
          const { bytes } = await signer.sign(form)
          expect(strangerVerify(name, keyPair(name).publicKey, whole, bytes)).toBe(true)
        }
      },
    ),
    { numRuns: 170 },
  )
})
