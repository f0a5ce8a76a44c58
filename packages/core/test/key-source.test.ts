import { describe, expect, test } from '@jest/globals'
import { createSigner, PublicKey, type SignerOptions, SigningError } from '../src/index.js'
import { KeySource } from '../src/key-source.js'
import { readSignerOptions } from '../src/signer-options.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { ManualClock } from './support/manual-clock.js'
import { NodeProvider, SecretiveProvider } from './support/node-provider.js'
import { names } from './support/oracle.js'
import { publicForms } from './support/public-forms.js'

const pair = keyPair('ES256')
const other = otherKeyPair('ES256')
const key = PublicKey.from(pair.publicKey)

function sourceOf(provider: NodeProvider, options: Partial<SignerOptions> = {}) {
  return new KeySource(readSignerOptions({ provider, keyId: 'alias/x', algorithm: 'ES256', ...options }))
}

/** A service that fails some times before it answers. */
class UnsteadyProvider extends NodeProvider {
  failures = 0

  override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
    const answer = await super.getPublicKey(...call)
    if (this.failures-- > 0) throw new SigningError('Unavailable', 'not now')
    return answer
  }
}

describe('get', () => {
  test('makes one request for a thousand callers at once, and none afterwards', async () => {
    const provider = new NodeProvider(pair)
    const source = sourceOf(provider)
    const keys = await Promise.all(Array.from({ length: 1000 }, () => source.get()))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]?.equals(key)).toBe(true)
    await source.get()
    expect(provider.fetched).toBe(1)
  })

  test('waits for a service as long as for any answer, and for a key in this process without a timer', async () => {
    for (const inProcess of [false, true]) {
      const provider = new NodeProvider(pair, { inProcess })
      await sourceOf(provider).get()
      expect(provider.contexts).toEqual([
        inProcess ? {} : { signal: expect.any(AbortSignal), clock: expect.anything() },
      ])
    }
  })

  test('fails for all who wait, and tries again for who comes then', async () => {
    const provider = new UnsteadyProvider(pair)
    provider.failures = 1
    const source = sourceOf(provider, { maxAttempts: 1 })
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => source.get()))
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    expect(provider.fetched).toBe(1)
    expect((await source.get()).equals(key)).toBe(true)
    expect(provider.fetched).toBe(2)
  })

  test('is repeated once for all who wait', async () => {
    const provider = new UnsteadyProvider(pair)
    provider.failures = 2
    const source = sourceOf(provider, { random: () => 0 })
    const keys = await Promise.all(Array.from({ length: 100 }, () => source.get()))
    expect(new Set(keys).size).toBe(1)
    expect(provider.fetched).toBe(3)
  })

  test('refuses a key of another kind', async () => {
    const provider = new NodeProvider(keyPair('ES384'))
    const error = await failure(() => sourceOf(provider).get(), 'InvalidKeyUsage')
    expect(error.message).toContain('the key alias/x is one of the kind P-384. It can be used for ES384.')
  })

  test('refuses what is no key, and keeps nothing of it', async () => {
    const provider = new NodeProvider({ ...pair, publicKey: { kty: 'EC' } as never })
    const source = sourceOf(provider)
    await failure(() => source.get(), 'InvalidArgument')
    provider.moveTo(pair)
    expect((await source.get()).equals(key)).toBe(true)
  })
})

describe('after', () => {
  test('asks the service once for all who found the same key wanting', async () => {
    const provider = new NodeProvider(pair)
    const source = sourceOf(provider)
    const stale = await source.get()
    provider.moveTo(other)
    const fresh = await Promise.all(Array.from({ length: 1000 }, () => source.after(stale)))
    expect(fresh.every((each) => each === fresh[0])).toBe(true)
    expect(fresh[0]?.equals(PublicKey.from(other.publicKey))).toBe(true)
    expect(provider.fetched).toBe(2)
    expect(await source.get()).toBe(fresh[0])
  })

  test('gives what others have found already', async () => {
    const provider = new NodeProvider(pair)
    const source = sourceOf(provider)
    const stale = await source.get()
    provider.moveTo(other)
    const fresh = await source.after(stale)
    expect(await source.after(stale)).toBe(fresh)
    expect(provider.fetched).toBe(2)
  })

  test('asks again when the key has not changed', async () => {
    const provider = new NodeProvider(pair)
    const source = sourceOf(provider)
    const first = await source.get()
    const second = await source.after(first)
    expect(second.equals(first)).toBe(true)
    await source.after(second)
    expect(provider.fetched).toBe(3)
  })
})

describe('a full pin', () => {
  test.each(publicForms(pair.publicKey))('as %s is used and not fetched', async (_, publicKey) => {
    const provider = new SecretiveProvider(pair)
    const source = sourceOf(provider, { publicKey })
    expect(source.pinned).toBe(true)
    expect(source.fixed?.equals(key)).toBe(true)
    expect((await source.get()).equals(key)).toBe(true)
    expect(provider.fetched).toBe(0)
  })

  test('is compared when somebody looks again', async () => {
    const source = sourceOf(new NodeProvider(other), { publicKey: pair.publicKey })
    const error = await failure(async () => source.after(await source.get()), 'KeyMismatch')
    expect(error.message).toContain(`expected ${key.thumbprint}`)
    expect((await source.get()).equals(key)).toBe(true)
  })
})

describe('a thumbprint', () => {
  test.each([
    ['of RFC 7638', key.thumbprint],
    ['of the SPKI', key.fingerprint],
  ])('%s is compared with the key that is fetched', async (_, thumbprint) => {
    const provider = new NodeProvider(pair)
    const source = sourceOf(provider, { thumbprint })
    expect(source.pinned).toBe(true)
    expect(source.fixed).toBeUndefined()
    expect((await source.get()).equals(key)).toBe(true)
    expect(provider.fetched).toBe(1)
  })

  test.each([
    ['of RFC 7638', key.thumbprint, PublicKey.from(other.publicKey).thumbprint],
    ['of the SPKI', key.fingerprint, PublicKey.from(other.publicKey).fingerprint],
  ])('%s of another key is KeyMismatch, with both in the same form', async (_, thumbprint, found) => {
    const provider = new NodeProvider(other)
    const source = sourceOf(provider, { thumbprint })
    const error = await failure(() => source.get(), 'KeyMismatch')
    expect(error.message).toBe(
      `The key alias/x is not the pinned one: expected ${thumbprint}, found ${found}.`,
    )
    expect(error).toMatchObject({ provider: 'node', keyId: 'alias/x', retryable: false })
    // It is not kept, either.
    await failure(() => source.get(), 'KeyMismatch')
    expect(provider.fetched).toBe(2)
  })
})

test.each(names)('%s: every name of its key pins it, and no other', async (algorithm) => {
  const one = PublicKey.from(keyPair(algorithm).publicKey)
  for (const thumbprint of [one.thumbprint, one.fingerprint]) {
    const source = sourceOf(new NodeProvider(keyPair(algorithm)), { algorithm, thumbprint })
    expect((await source.get()).equals(one)).toBe(true)
    const moved = sourceOf(new NodeProvider(otherKeyPair(algorithm)), { algorithm, thumbprint })
    await failure(() => moved.get(), 'KeyMismatch')
  }
})

test('without a pin nothing is expected', () => {
  const source = sourceOf(new NodeProvider(pair))
  expect(source.pinned).toBe(false)
  expect(source.fixed).toBeUndefined()
})

describe('how long it is asked for', () => {
  class SlowProvider extends UnsteadyProvider {
    readonly clock = new ManualClock()

    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      await new Promise<void>((resolve) => this.clock.after(600, resolve))
      return super.getPublicKey(...call)
    }
  }

  function signerWith(provider: SlowProvider, options: Partial<SignerOptions> = {}) {
    const settings = { provider, keyId: 'k', algorithm: 'ES256', clock: provider.clock, random: () => 1 }
    return createSigner({ ...settings, ...options })
  }

  test('is for each call to say, whatever the signer says', async () => {
    const provider = new SlowProvider(pair)
    const signer = signerWith(provider, { timeoutMs: 200 })
    const short = failure(() => signer.publicKey(), 'Timeout')
    const long = signer.publicKey({ timeoutMs: 5_000 })
    await provider.clock.advance(600)
    expect((await short).message).toBe('The call did not end within its 200 ms.')
    expect((await long).equals(key)).toBe(true)
    expect(provider.fetched).toBe(1)
  })

  test('ends with the longest call that waits', async () => {
    const provider = new SlowProvider(pair)
    provider.failures = 10
    const signer = signerWith(provider, { maxAttempts: 10 })
    const short = failure(() => signer.publicKey({ timeoutMs: 700 }))
    const long = failure(() => signer.publicKey({ timeoutMs: 1_300 }))
    await provider.clock.advance(60_000)
    await Promise.all([short, long])
    expect(provider.fetched).toBe(2)
  })

  test('is not repeated beside a signature that failed, where nobody waits for it', async () => {
    const provider = new SlowProvider(pair)
    provider.failures = 10
    provider.sign = async () => {
      throw new SigningError('KeyDisabled', 'not this one')
    }
    await failure(() => signerWith(provider).sign(Buffer.from('x')), 'KeyDisabled')
    await provider.clock.advance(60_000)
    expect(provider.fetched).toBe(1)
    expect(provider.clock.pending).toEqual([])
  })
})
