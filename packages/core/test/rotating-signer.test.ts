import { createHash } from 'node:crypto'
import { describe, expect, jest, test } from '@jest/globals'
import { isRotatingSigner, type RotatingSigner, type Signer, SigningError } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { NodeProvider, SecretiveProvider } from './support/node-provider.js'
import { strangerVerify } from './support/oracle.js'
import { at, Clock, HOUR, idOf, keyOf, MINUTE, rotationOf } from './support/rotation.js'
import { streamOf } from './support/streams.js'

const message = Buffer.from('a message')
const digestOf = (hash: string) => createHash(hash).update(message).digest()
const soon = () => new Promise(setImmediate)

/** The active key is known from 09:11 on, the next one signs from 10:00 on; their algorithms are different. */
function setUp({
  time = at('09:30'),
  signers = {} as { active?: Signer; next?: Signer; retired?: Signer },
} = {}) {
  const clock = new Clock(time)
  const active = signers.active ?? keyOf('active', 'ES256', { kid: '2026-11' })
  const next = signers.next ?? keyOf('next', 'ML-DSA-44', { kid: '2026-12' })
  const retired = signers.retired ?? keyOf('retired', 'ES384')
  const rotation = rotationOf({
    active: { signer: active, published: at('09:00') },
    next: { signer: next, published: at('09:30'), activateAt: at('10:00') },
    retired: [{ signer: retired, retiredAt: at('09:11') }],
    now: clock.now,
  })
  return { rotation, clock, active, next, retired }
}

test('a rotation says how long its tokens and caches live, and is one', () => {
  const { rotation } = setUp()
  expect(rotation).toMatchObject({ tokenLifetimeMs: HOUR, cacheLifetimeMs: 10 * MINUTE })
  expect(isRotatingSigner(rotation)).toBe(true)
})

describe('the key that signs', () => {
  test.each([
    [at('10:00', -1), 'active', 'ES256', '2026-11'],
    [at('10:00'), 'next', 'ML-DSA-44', '2026-12'],
    [at('10:00', 1), 'next', 'ML-DSA-44', '2026-12'],
  ] as const)(
    'at %p is the %s one, and a stranger verifies what it signs',
    async (time, role, algorithm, kid) => {
      const { rotation, ...signers } = setUp({ time })
      const provider = `service of ${role}`
      expect(rotation.current()).toBe(signers[role])
      expect(rotation).toMatchObject({ keyId: role, algorithm, kid, provider })
      const signature = await rotation.sign(message)
      expect(signature).toMatchObject({ keyId: role, algorithm, provider })
      const { publicKey } = keyPair(algorithm)
      expect(strangerVerify(algorithm, publicKey, message, signature.bytes)).toBe(true)
      expect((await rotation.publicKey()).equals(await signers[role].publicKey())).toBe(true)
    },
  )

  test('signs digests as its signer does', async () => {
    const { rotation } = setUp()
    const { bytes } = await rotation.signDigest(digestOf('sha256'))
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
    await failure(() => rotation.signDigest(digestOf('sha384')), 'DigestLengthMismatch')
  })

  test('signs streams, and with the options of the call', async () => {
    const { rotation } = setUp()
    const { bytes, encoding } = await rotation.sign(streamOf(message), { encoding: 'ieee-p1363' })
    expect([encoding, bytes.length]).toEqual(['ieee-p1363', 64])
    await failure(() => rotation.sign(message, { signal: AbortSignal.abort() }), 'Aborted')
  })

  test('is configured without a name and parameters, as any signer may be', () => {
    const rotation = rotationOf({ active: { signer: keyOf('a') } })
    expect([rotation.kid, rotation.parameters]).toEqual([undefined, {}])
  })

  test('has the parameters of its signer', () => {
    const next = keyOf(
      'next',
      'ML-DSA-44',
      { context: 'tokens' },
      new NodeProvider(keyPair('ML-DSA-44'), { parameters: true }),
    )
    const { rotation, clock } = setUp({ signers: { next } })
    expect(rotation.parameters).toEqual({})
    clock.time = at('10:00')
    expect(rotation.parameters).toEqual({ context: new TextEncoder().encode('tokens') })
    const published = rotation.publishedKeys().map(({ signer }) => signer.parameters)
    expect(published).toContainEqual({ context: new TextEncoder().encode('tokens') })
  })
})

describe('a key that verifiers may not know yet', () => {
  const early = () => setUp({ time: at('09:11', -1) })

  test.each<[string, (rotation: RotatingSigner) => Promise<unknown>]>([
    ['sign', (rotation) => rotation.sign(message)],
    ['signDigest', (rotation) => rotation.signDigest(digestOf('sha256'))],
    ['probe', (rotation) => rotation.probe()],
  ])('does not %s', async (_, call) => {
    const { rotation } = early()
    const error = await failure(() => call(rotation), 'KeyUnavailable')
    expect(error).toMatchObject({ keyId: 'active', retryable: true, retryAfterMs: 1 })
  })

  test('is not asked of its service', async () => {
    const active = keyOf('active')
    const { rotation } = setUp({ time: at('09:11', -1), signers: { active } })
    await failure(() => rotation.sign(message), 'KeyUnavailable')
    expect(active.service).toMatchObject({ signed: [], fetched: 0 })
  })

  test('is the public key of the rotation, and verifies', async () => {
    const { rotation, active } = early()
    expect((await rotation.publicKey()).equals(await active.publicKey())).toBe(true)
    expect(await rotation.verify(message, await active.sign(message))).toBe(true)
    expect(rotation).toMatchObject({ keyId: 'active', algorithm: 'ES256', kid: '2026-11' })
  })
})

describe('each call reads the clock once', () => {
  const calls: [string, (rotation: RotatingSigner) => unknown][] = [
    ['current', (rotation) => rotation.current()],
    ['publishedKeys', (rotation) => rotation.publishedKeys()],
    ['steps', (rotation) => rotation.steps()],
    ['kid', (rotation) => rotation.kid],
    ['keyId', (rotation) => rotation.keyId],
    ['provider', (rotation) => rotation.provider],
    ['algorithm', (rotation) => rotation.algorithm],
    ['parameters', (rotation) => rotation.parameters],
    ['sign', (rotation) => rotation.sign(message)],
    ['signDigest', (rotation) => rotation.signDigest(digestOf('sha256'))],
    ['verify', (rotation) => rotation.verify(message, new Uint8Array(64))],
    ['verifyDigest', (rotation) => rotation.verifyDigest(digestOf('sha256'), new Uint8Array(64))],
    ['publicKey', (rotation) => rotation.publicKey()],
    ['probe', (rotation) => rotation.probe()],
  ]

  test.each(calls)('%s', async (_, call) => {
    const { rotation, clock } = setUp()
    await call(rotation)
    expect(clock.looks).toBe(1)
  })
})

test('a call that has begun ends with the key that it began with', async () => {
  const { rotation, clock } = setUp({ time: at('10:00', -1) })
  async function* slow() {
    yield message
    clock.time = at('10:00')
    await soon()
  }
  expect(await rotation.sign(slow())).toMatchObject({ keyId: 'active', algorithm: 'ES256' })
  expect(rotation.keyId).toBe('next')
})

describe('verify', () => {
  test('knows the signatures of every key that is published, in bytes and with what is known of them', async () => {
    const { rotation, active, next, retired } = setUp()
    for (const signer of [active, next, retired]) {
      const signature = await signer.sign(message)
      expect(await rotation.verify(message, signature)).toBe(true)
      expect(await rotation.verify(message, signature.bytes)).toBe(true)
      expect(await rotation.verify(Buffer.from('another'), signature)).toBe(false)
    }
  })

  test.each([
    [at('10:12', -1), true],
    [at('10:12'), false],
  ])('at %p, what a key signed that is needed until 10:12 is %p', async (time, valid) => {
    const { rotation, retired } = setUp({ time })
    expect(await rotation.verify(message, await retired.sign(message))).toBe(valid)
  })

  test('knows no signature of another key', async () => {
    const { rotation } = setUp()
    const stranger = keyOf('x', 'ES256', {}, new NodeProvider(otherKeyPair('ES256')))
    expect(await rotation.verify(message, await stranger.sign(message))).toBe(false)
    expect(await rotation.verify(message, new Uint8Array())).toBe(false)
  })

  test('reads the layout that it is told', async () => {
    const { rotation, retired } = setUp()
    const { bytes } = await retired.sign(message, { encoding: 'ieee-p1363' })
    expect(await rotation.verify(message, bytes)).toBe(false)
    expect(await rotation.verify(message, bytes, { encoding: 'ieee-p1363' })).toBe(true)
  })

  test('takes no stream, which can be read once', async () => {
    const { rotation } = setUp()
    for (const stream of [streamOf(message), new Blob([message]).stream()]) {
      const { message: text } = await failure(
        () => rotation.verify(stream, new Uint8Array(64)),
        'InvalidArgument',
      )
      expect(text).toBe(
        'A rotation verifies with several keys, and a stream can be read once: take bytes, or the signer of one of its publishedKeys.',
      )
    }
  })

  test('has read its bytes when it returns its promise', async () => {
    const { rotation, retired } = setUp()
    const { bytes } = await retired.sign(message)
    const [given, signature] = [Buffer.from(message), Buffer.from(bytes)]
    const verified = rotation.verify(given, signature)
    given.fill(0)
    signature.fill(0)
    expect(await verified).toBe(true)
    const known = { ...(await retired.sign(message)), bytes: Buffer.from(bytes) }
    const again = rotation.verify(message, known)
    known.bytes.fill(0)
    expect(await again).toBe(true)
  })

  test.each<[string, unknown, unknown]>([
    ['a text', 'a message', new Uint8Array()],
    ['no message', undefined, new Uint8Array()],
    ['shared memory', new Uint8Array(new SharedArrayBuffer(4)), new Uint8Array()],
    ['a text for a signature', message, 'MEUCIQ'],
    ['no signature', message, undefined],
    ['a signature in shared memory', message, new Uint8Array(new SharedArrayBuffer(64))],
    ['no signature in a Signature', message, { bytes: 'MEUCIQ' }],
  ])('of %s is a TypeError', async (_, given, signature) => {
    const { rotation } = setUp()
    await expect(rotation.verify(given as never, signature as never)).rejects.toThrow(TypeError)
  })

  test('has one deadline for all keys', async () => {
    class StuckProvider extends NodeProvider {
      override getPublicKey() {
        return new Promise<never>(() => undefined)
      }
    }
    const stuck = (keyId: string) => keyOf(keyId, 'ES256', {}, new StuckProvider(keyPair('ES256')))
    const { rotation } = setUp({ signers: { active: stuck('a'), next: stuck('b'), retired: stuck('c') } })
    jest.useFakeTimers()
    try {
      const call = failure(() => rotation.verify(message, new Uint8Array(), { timeoutMs: 300 }), 'Timeout')
      await jest.advanceTimersByTimeAsync(300)
      expect((await call).message).toBe('The call did not end within its 300 ms.')
    } finally {
      jest.useRealTimers()
    }
    await failure(() => rotation.verify(message, new Uint8Array(), { timeoutMs: 0 }), 'InvalidArgument')
    await rotation.close()
  })

  test('asks for all keys at once, and does not wait for those that did not sign', async () => {
    class LateProvider extends NodeProvider {
      override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
        if (this.keyName === 'stuck') await new Promise<never>(() => undefined)
        return super.getPublicKey(...call)
      }
    }
    const late = (keyId: string, name: string) => {
      const provider = new LateProvider(keyPair('ES256'))
      provider.keyName = name
      return keyOf(keyId, 'ES256', { timeoutMs: 200 }, provider)
    }
    const [active, next] = [late('a', 'stuck'), late('b', 'stuck')]
    const { rotation } = setUp({ signers: { active, next, retired: late('c', 'c') } })
    const { bytes } = await late('c', 'c').sign(message)
    expect(await rotation.verify(message, bytes)).toBe(true)
    await failure(() => rotation.verify(Buffer.from('another'), bytes), 'Timeout')
    await rotation.close()
  })

  test('ends when it is aborted', async () => {
    const { rotation } = setUp()
    const reason = new Error('enough')
    const options = { signal: AbortSignal.abort(reason) }
    const error = await failure(() => rotation.verify(message, new Uint8Array(), options), 'Aborted')
    expect(error.cause).toBe(reason)
  })

  describe('with a key that cannot be asked', () => {
    const secretive = () => keyOf('active', 'ES256', {}, new SecretiveProvider(keyPair('ES256')))

    test('is true where another one has signed', async () => {
      const { rotation, retired } = setUp({ signers: { active: secretive() } })
      expect(await rotation.verify(message, await retired.sign(message))).toBe(true)
    })

    test('is no answer where none of the others has', async () => {
      const { rotation } = setUp({ signers: { active: secretive() } })
      await failure(() => rotation.verify(message, new Uint8Array(64)), 'AccessDenied')
      await failure(() => rotation.verifyDigest(digestOf('sha256'), new Uint8Array(64)), 'AccessDenied')
    })
  })
})

describe('verifyDigest', () => {
  test('asks the keys whose digests are as long', async () => {
    const { rotation, active, retired } = setUp()
    const [digest256, digest384] = [digestOf('sha256'), digestOf('sha384')]
    const [byActive, byRetired] = [await active.signDigest(digest256), await retired.signDigest(digest384)]
    expect(await rotation.verifyDigest(digest256, byActive)).toBe(true)
    expect(await rotation.verifyDigest(digest384, byRetired.bytes)).toBe(true)
    expect(await rotation.verifyDigest(digest384, byActive)).toBe(false)
    expect(await rotation.verifyDigest(digest256, byRetired.bytes)).toBe(false)
    expect(await rotation.verifyDigest(Buffer.alloc(64), new Uint8Array(2420))).toBe(false)
  })

  test.each([0, 20, 31, 33, 65])(
    'refuses a digest of %d bytes, which is none for any key',
    async (length) => {
      const { rotation } = setUp()
      const { message: text } = await failure(
        () => rotation.verifyDigest(new Uint8Array(length), new Uint8Array(64)),
        'DigestLengthMismatch',
      )
      expect(text).toBe(`ES256 signs a sha256 digest of exactly 32 bytes, but this one has ${length}.`)
    },
  )

  test('passes over a key that has no digests, unless there is no other', async () => {
    const ed25519 = keyOf('ed', 'Ed25519')
    const { rotation, retired } = setUp({ signers: { active: ed25519 } })
    const signature = await retired.signDigest(digestOf('sha384'))
    expect(await rotation.verifyDigest(digestOf('sha384'), signature)).toBe(true)
    const alone = rotationOf({ active: { signer: ed25519 } })
    await failure(() => alone.verifyDigest(digestOf('sha512'), new Uint8Array(64)), 'UnsupportedAlgorithm')
  })

  test('has read its bytes when it returns its promise', async () => {
    const { rotation, retired } = setUp()
    const digest = digestOf('sha384')
    const { bytes } = await retired.signDigest(digest)
    const verified = rotation.verifyDigest(digest, bytes)
    digest.fill(0)
    bytes.fill(0)
    expect(await verified).toBe(true)
  })

  test('of a text is a TypeError', async () => {
    await expect(setUp().rotation.verifyDigest('00' as never, new Uint8Array(64))).rejects.toThrow(
      'The digest must be a Uint8Array, not string.',
    )
  })
})

describe('probe', () => {
  class AskableProvider extends NodeProvider {
    allowed = true
    async probe(): Promise<void> {
      if (!this.allowed) throw new SigningError('AccessDenied', 'no kms:Sign')
    }
  }

  test.each([
    [at('10:00', -1), 'active', ['take-over', 'remove']],
    [at('10:00'), 'next', ['promote', 'remove', 'remove']],
  ] as const)('at %p is that of the %s key, with what is to be done', async (time, role, steps) => {
    const { rotation, ...signers } = setUp({ time })
    const { publicKey, permission, rotation: told } = await rotation.probe()
    expect(publicKey.equals(await signers[role].publicKey())).toBe(true)
    expect(permission).toBe('unknown')
    expect(told?.map(({ step }) => step)).toEqual(steps)
    expect(told).toEqual(rotation.steps())
  })

  test('fails as that of the key does', async () => {
    const provider = new AskableProvider(keyPair('ES256'))
    const { rotation } = setUp({ signers: { active: keyOf('active', 'ES256', {}, provider) } })
    expect((await rotation.probe()).permission).toBe('confirmed')
    provider.allowed = false
    await failure(() => rotation.probe(), 'AccessDenied')
  })

  test('of a signer that is no rotation says nothing about one', async () => {
    expect(await keyOf('a').probe()).not.toHaveProperty('rotation')
  })
})

describe('close', () => {
  test('closes all signers once, and refuses every later call', async () => {
    const [active, next, retired] = [keyOf('a'), keyOf('b'), keyOf('c')]
    const { rotation } = setUp({ signers: { active, next, retired } })
    await Promise.all([rotation.close(), rotation.close()])
    await rotation[Symbol.asyncDispose]()
    for (const { service } of [active, next, retired]) expect(service.closed).toBe(1)
    const calls = [
      () => rotation.sign(message),
      () => rotation.signDigest(digestOf('sha256')),
      () => rotation.verify(message, new Uint8Array()),
      () => rotation.verifyDigest(digestOf('sha256'), new Uint8Array()),
      () => rotation.publicKey(),
      () => rotation.probe(),
    ]
    for (const call of calls) await failure(call, 'Closed')
  })

  test('lets go of keys that cannot be closed', async () => {
    const { verify, verifyDigest, publicKey, provider, keyId, algorithm } = keyOf('old')
    const retired = { verify, verifyDigest, publicKey, provider, keyId, algorithm }
    const active = keyOf('a')
    const rotation = rotationOf({
      active: { signer: active, published: at('09:00') },
      retired: [{ signer: retired, retiredAt: at('09:11') }],
    })
    await rotation.close()
    expect(active.service.closed).toBe(1)
    await failure(() => rotation.verify(message, new Uint8Array()), 'Closed')
  })

  test('closes the others, too, where one of them fails to', async () => {
    class StubbornProvider extends NodeProvider {
      override close(): Promise<void> {
        return Promise.reject(new SigningError('Internal', 'not now'))
      }
    }
    const active = keyOf('a', 'ES256', {}, new StubbornProvider(keyPair('ES256')))
    const [next, retired] = [keyOf('b'), keyOf('c')]
    const { rotation } = setUp({ signers: { active, next, retired } })
    expect((await failure(() => rotation.close(), 'Internal')).message).toBe('not now')
    expect([next.service.closed, retired.service.closed]).toEqual([1, 1])
  })

  test('waits for the calls under way', async () => {
    const active = keyOf('a')
    const { rotation } = setUp({ signers: { active } })
    let end: () => void = () => undefined
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    async function* slow() {
      yield message
      await ended
    }
    const work = rotation.sign(slow())
    const closing = rotation.close()
    await soon()
    expect(active.service.closed).toBe(0)
    end()
    const { bytes } = await work
    await closing
    expect(active.service.closed).toBe(1)
    expect(strangerVerify('ES256', keyPair('ES256').publicKey, message, bytes)).toBe(true)
  })

  test('does not end a verification between two keys', async () => {
    const { rotation, retired } = setUp()
    const signature = await retired.sign(message)
    const verified = rotation.verify(message, signature)
    const closing = rotation.close()
    expect(await verified).toBe(true)
    await closing
  })

  test('leaves what needs no service as it was', async () => {
    const { rotation } = setUp()
    await rotation.close()
    expect(rotation.publishedKeys().map(({ signer }) => idOf(signer))).toEqual(['active', 'next', 'retired'])
    expect(rotation.steps()).toHaveLength(2)
    expect(rotation.keyId).toBe('active')
    await failure(() => rotation.current().sign(message), 'Closed')
  })
})

test('a clock that fails is no rejection of its own kind', async () => {
  const rotation = rotationOf({ active: { signer: keyOf('a') }, now: () => Number.NaN })
  expect(() => rotation.current()).toThrow(TypeError)
  await expect(rotation.sign(message)).rejects.toThrow(
    'now() must give the milliseconds since 1970, not NaN.',
  )
})
