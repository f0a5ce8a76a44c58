import { describe, expect, test } from '@jest/globals'
import { type CallContext, createSigner, type ProviderLimits, type SignerOptions } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { ManualClock, settled } from './support/manual-clock.js'
import { NodeProvider } from './support/node-provider.js'

const pair = keyPair('ES256')
const message = Buffer.from('a message')

/** A service that answers each request when it is told to, or never. */
class HeldProvider extends NodeProvider {
  readonly limits: ProviderLimits
  readonly begun: string[] = []
  abandoned = 0
  readonly #held: (() => void)[] = []

  constructor(limits: ProviderLimits = {}) {
    super(pair)
    this.limits = limits
  }

  override async sign(...[request, context]: Parameters<NodeProvider['sign']>) {
    this.begun.push(request.keyId)
    await new Promise<void>((resolve, reject) => {
      this.#held.push(resolve)
      const giveUp = () => {
        this.abandoned++
        reject(context.signal?.reason)
      }
      context.signal?.addEventListener('abort', giveUp, { once: true })
    })
    return super.sign(request, context)
  }

  /** Answers the request that has been waiting longest. */
  answer(): void {
    this.#held.shift()?.()
  }
}

function setUp(limits: ProviderLimits = {}, options: Partial<SignerOptions> = {}) {
  const clock = new ManualClock()
  const provider = new HeldProvider(limits)
  const signerOf = (keyId: string) =>
    createSigner({
      provider,
      keyId,
      algorithm: 'ES256',
      publicKey: pair.publicKey,
      clock,
      random: () => 0,
      ...options,
    })
  return { clock, provider, signerOf }
}

describe('time', () => {
  test('an answer that does not come is given up after its time, and asked for again', async () => {
    const { clock, provider, signerOf } = setUp()
    const signing = signerOf('k').sign(message)
    await clock.advance(4_999)
    expect([provider.begun.length, provider.abandoned]).toEqual([1, 0])
    await clock.advance(1)
    expect([provider.begun.length, provider.abandoned]).toEqual([2, 1])
    provider.answer()
    provider.answer()
    expect((await signing).keyId).toBe('k')
    expect(clock.pending).toEqual([])
  })

  test('a service that never answers fails a call after all of its attempts', async () => {
    const { clock, provider, signerOf } = setUp()
    const outcome = failure(() => signerOf('k').sign(message), 'Timeout')
    await clock.advance(15_000)
    expect((await outcome).message).toBe('node did not answer for the key k within 5000 ms.')
    expect([provider.begun.length, provider.abandoned]).toEqual([3, 3])
    expect(clock.now()).toBe(15_000)
    expect(clock.pending).toEqual([])
  })

  test('a call ends exactly at its deadline, and its request with it', async () => {
    const { clock, provider, signerOf } = setUp({}, { timeoutMs: 7_000 })
    let ended = Number.NaN
    const outcome = failure(() => signerOf('k').sign(message), 'Timeout').finally(() => {
      ended = clock.now()
    })
    await clock.advance(60_000)
    const error = await outcome
    expect(error.message).toBe(
      'The call did not end within its 7000 ms: node was asked 2 times, and the last failure was Timeout.',
    )
    expect(error).toMatchObject({ provider: 'node', keyId: 'k', cause: { code: 'Timeout' } })
    expect(ended).toBe(7_000)
    expect([provider.begun.length, provider.abandoned]).toEqual([2, 2])
    expect(clock.pending).toEqual([])
  })

  test('an abort ends a call at once, and its request with it', async () => {
    const { clock, provider, signerOf } = setUp()
    const controller = new AbortController()
    const outcome = failure(() => signerOf('k').sign(message, { signal: controller.signal }), 'Aborted')
    await clock.advance(1_234)
    controller.abort('enough')
    expect(await outcome).toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect([provider.abandoned, clock.now()]).toEqual([1, 1_234])
    expect(clock.pending).toEqual([])
  })
})

describe('slots', () => {
  test('64 requests are under way at once by default', async () => {
    const { clock, provider, signerOf } = setUp()
    const signer = signerOf('k')
    const calls = Array.from({ length: 100 }, () => signer.sign(message))
    await settled()
    expect(provider.begun).toHaveLength(64)
    for (let call = 0; call < 100; call++) {
      provider.answer()
      await settled()
    }
    expect(await Promise.all(calls)).toHaveLength(100)
    expect(clock.pending).toEqual([])
  })

  test('all signers of a provider share them, in the order of their calls', async () => {
    const { provider, signerOf } = setUp({ maxConcurrency: 1 })
    const [one, other] = [signerOf('one'), signerOf('other')]
    const calls = [one, one, other, one, other].map((signer) => signer.sign(message))
    for (let call = 0; call < 5; call++) {
      await settled()
      expect(provider.begun).toHaveLength(call + 1)
      provider.answer()
    }
    await Promise.all(calls)
    expect(provider.begun).toEqual(['one', 'one', 'other', 'one', 'other'])
  })

  test('the time of an answer begins with its slot, that of the call with the call', async () => {
    const { clock, provider, signerOf } = setUp({ maxConcurrency: 1 }, { timeoutMs: 9_000 })
    const signer = signerOf('k')
    const first = signer.sign(message)
    const second = signer.sign(message)
    const third = failure(() => signer.sign(message), 'Timeout')
    await clock.advance(4_000)
    provider.answer()
    await first
    await clock.advance(4_900)
    provider.answer()
    await second
    await clock.advance(100)
    expect((await third).message).toBe('The call did not end within its 9000 ms.')
  })

  test('a call that ends before its turn says that it waited for that', async () => {
    const { clock, provider, signerOf } = setUp({ maxConcurrency: 1 })
    const signer = signerOf('k')
    const first = signer.sign(message)
    const second = failure(() => signer.sign(message, { timeoutMs: 300 }), 'Timeout')
    await clock.advance(300)
    expect((await second).message).toBe(
      'The call did not end within its 300 ms: it was waiting for its turn (maxConcurrency, maxPerSecond).',
    )
    provider.answer()
    await first
  })

  test('a pause before a repetition holds none', async () => {
    const { clock, provider, signerOf } = setUp({ maxConcurrency: 1 }, { random: () => 1 })
    const stalled = signerOf('stalled').sign(message)
    const next = signerOf('next').sign(message)
    await clock.advance(5_000)
    expect(provider.begun).toEqual(['stalled', 'next'])
    provider.answer()
    provider.answer()
    await next
    await clock.advance(50)
    provider.answer()
    await stalled
    expect(provider.begun).toEqual(['stalled', 'next', 'stalled'])
  })

  test('a key in this process needs none', async () => {
    const provider = new NodeProvider(pair, { inProcess: true })
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
    expect(await Promise.all(Array.from({ length: 200 }, () => signer.sign(message)))).toHaveLength(200)
    expect(provider.contexts.every((context) => Object.keys(context).length === 0)).toBe(true)
  })
})

test('maxPerSecond spaces requests, public keys and repetitions included', async () => {
  const clock = new ManualClock()
  const begun: number[] = []
  class NotingProvider extends NodeProvider {
    readonly limits = { maxPerSecond: 2 }
    override async sign(...call: Parameters<NodeProvider['sign']>) {
      await this.#turn(call[1])
      return super.sign(...call)
    }
    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      await this.#turn(call[1])
      return super.getPublicKey(...call)
    }
    async #turn({ turn }: CallContext) {
      await turn?.()
      begun.push(clock.now())
    }
  }
  const signer = createSigner({ provider: new NotingProvider(pair), keyId: 'k', algorithm: 'ES256', clock })
  const calls = [signer.sign(message), signer.sign(message), signer.sign(message)]
  const late = failure(() => signer.sign(message, { timeoutMs: 1_700 }), 'Timeout')
  await clock.advance(5_000)
  await Promise.all(calls)
  expect(begun).toEqual([0, 500, 1_000, 1_500])
  expect((await late).message).toContain('within its 1700 ms: it was waiting for its turn')
})

describe('a stream that the service reads itself', () => {
  async function* slowly(clock: ManualClock) {
    for (const byte of message) {
      await new Promise<void>((resolve) => clock.after(10_000, resolve))
      yield Uint8Array.of(byte)
    }
  }

  class ReadingProvider extends NodeProvider {
    readonly limits = { maxConcurrency: 1 }
    stalls = false
    underWay = 0

    constructor() {
      super(pair, { inputs: ['stream'] })
    }

    override async sign(...[request, context]: Parameters<NodeProvider['sign']>) {
      this.underWay++
      const answer = await super.sign(request, context)
      if (this.stalls) await new Promise(() => undefined)
      this.underWay--
      return answer
    }
  }

  function setUpReading(stalls: boolean) {
    const clock = new ManualClock()
    const provider = new ReadingProvider()
    provider.stalls = stalls
    const options = { keyId: 'k', algorithm: 'ES256', check: 'never', clock } as const
    return { clock, provider, signer: createSigner({ provider, ...options }) }
  }

  test('has its deadline from when it has been read', async () => {
    const { clock, signer } = setUpReading(true)
    let ended = Number.NaN
    const outcome = failure(() => signer.sign(slowly(clock), { timeoutMs: 300 }), 'Timeout').finally(() => {
      ended = clock.now()
    })
    await clock.advance(200_000)
    await outcome
    expect(ended).toBe(10_000 * message.length + 300)
  })

  test('may take any time before', async () => {
    const { clock, signer } = setUpReading(false)
    const signing = signer.sign(slowly(clock), { timeoutMs: 300 })
    await clock.advance(200_000)
    expect((await signing).messageType).toBe('raw')
    expect(clock.pending).toEqual([])
  })

  test('needs a slot as well', async () => {
    const { clock, provider, signer } = setUpReading(false)
    const signing = [signer.sign(slowly(clock)), signer.sign(slowly(clock))]
    await clock.advance(10_000)
    expect(provider.underWay).toBe(1)
    await clock.advance(200_000)
    expect(await Promise.all(signing)).toHaveLength(2)
  })
})
