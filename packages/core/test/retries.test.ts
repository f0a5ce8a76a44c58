import { describe, expect, test } from '@jest/globals'
import { createSigner, type SignerOptions, type SigningErrorCode } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { ManualClock, settled } from './support/manual-clock.js'
import { type Ending, UnsteadyProvider } from './support/unsteady-provider.js'

const pair = keyPair('ES256')
const message = Buffer.from('a message')

function setUp(endings: readonly Ending[], options: Partial<SignerOptions> = {}, limits = {}) {
  const clock = new ManualClock()
  const provider = new UnsteadyProvider(pair, endings, { limits })
  const settings = { keyId: 'k', algorithm: 'ES256', clock, random: () => 1 }
  const signer = createSigner({ provider, ...settings, ...options })
  return { clock, provider, signer }
}

const renewable = ['Unauthenticated', { retryable: true }] as const

describe('a request that failed', () => {
  test.each<SigningErrorCode>(['Unavailable', 'Internal', 'Throttled', 'Timeout', 'KeyUnavailable'])(
    'with %s is repeated',
    async (code) => {
      const { clock, provider, signer } = setUp([code, code])
      const signing = signer.sign(message)
      await clock.advance(10_000)
      expect((await signing).algorithm).toBe('ES256')
      expect(provider.asked).toBe(3)
    },
  )

  test.each<SigningErrorCode>([
    'AccessDenied',
    'KeyNotFound',
    'KeyDisabled',
    'InvalidArgument',
    'InvalidResponse',
    'Unauthenticated',
    'Configuration',
  ])('with %s is not', async (code) => {
    const { provider, signer } = setUp([code])
    await failure(() => signer.sign(message), code)
    expect(provider.asked).toBe(1)
  })

  test('by a mistake of the provider is not', async () => {
    const { provider, signer } = setUp([])
    provider.support = () => undefined as never
    provider.sign = async () => {
      provider.asked++
      throw new TypeError('a bug')
    }
    await expect(signer.sign(message)).rejects.toThrow(new TypeError('a bug'))
    expect(provider.asked).toBe(1)
  })

  test('is repeated after pauses that grow, each as long as chance has it', async () => {
    const parts = [1, 0.5]
    const { clock, provider, signer } = setUp(['Unavailable', 'Unavailable'], {
      random: () => parts.shift() ?? 0,
    })
    const signing = signer.sign(message)
    await clock.advance(49)
    expect(provider.asked).toBe(1)
    await clock.advance(1)
    expect(provider.asked).toBe(2)
    await clock.advance(49)
    expect(provider.asked).toBe(2)
    await clock.advance(1)
    expect(provider.asked).toBe(3)
    await signing
  })

  test.each([
    [undefined, {}, 3],
    [1, {}, 1],
    [5, {}, 5],
    [undefined, { maxAttempts: 1 }, 1],
    [2, { maxAttempts: 1 }, 2],
  ])('is tried so often: maxAttempts %p, of the provider %j', async (maxAttempts, limits, expected) => {
    const options = maxAttempts === undefined ? {} : { maxAttempts }
    const { clock, provider, signer } = setUp(Array(20).fill('Internal'), options, limits)
    const outcome = failure(() => signer.sign(message), 'Internal')
    await clock.advance(60_000)
    await outcome
    expect(provider.asked).toBe(expected)
  })

  test.each([[0], [11], [1.5], ['3'], [Number.NaN], [null]])(
    'maxAttempts of %p is refused',
    async (value) => {
      const error = await failure(() => setUp([], { maxAttempts: value as number }), 'InvalidArgument')
      expect(error.message).toContain('maxAttempts must be a whole number from 1 to 10')
    },
  )

  test('is not repeated before the service asks for it', async () => {
    const { clock, provider, signer } = setUp([['Throttled', { retryAfterMs: 7_000 }]])
    const signing = signer.sign(message)
    await clock.advance(6_999)
    expect(provider.asked).toBe(1)
    await clock.advance(1)
    await signing
    expect(provider.asked).toBe(2)
  })

  test.each([[Number.NaN], ['Fri, 31 Dec 2027 23:59:59 GMT'], [-1], [null]])(
    'is repeated after a usual pause where a provider says to wait for %p',
    async (retryAfterMs) => {
      const details = { retryAfterMs: retryAfterMs as number }
      const { clock, provider, signer } = setUp([['Throttled', details]])
      const signing = signer.sign(message)
      await clock.advance(999)
      expect(provider.asked).toBe(1)
      await clock.advance(1)
      await signing
      expect(provider.asked).toBe(2)
    },
  )

  test('is final where the pause would be longer than any timer, also without a deadline', async () => {
    const endings: Ending[] = [['Throttled', { retryAfterMs: 2 ** 31 }]]
    const provider = new UnsteadyProvider(pair, endings, { inProcess: true })
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256', maxAttempts: 5 })
    await failure(() => signer.sign(message), 'Throttled')
    expect(provider.asked).toBe(1)
  })

  test('is told at once where the pause would be longer than the call may take', async () => {
    const { provider, signer } = setUp([['Throttled', { retryAfterMs: 31_000 }]])
    const error = await failure(() => signer.sign(message), 'Throttled')
    expect(error.retryAfterMs).toBe(31_000)
    expect(provider.asked).toBe(1)
  })

  test('is not repeated once the caller has given up, who is told so at once', async () => {
    const { clock, provider, signer } = setUp(['Unavailable'])
    const controller = new AbortController()
    const outcome = failure(() => signer.sign(message, { signal: controller.signal }), 'Aborted')
    await settled()
    expect(clock.pending).toContain(50)
    controller.abort()
    await outcome
    expect(clock.pending).toEqual([])
    await clock.advance(1_000)
    expect(provider.asked).toBe(1)
  })
})

describe('a corrective repetition', () => {
  test('comes at once', async () => {
    const { provider, signer } = setUp([renewable])
    await signer.sign(message)
    expect(provider.asked).toBe(2)
  })

  test('comes once in a call', async () => {
    const { provider, signer } = setUp([renewable, renewable], { maxAttempts: 10 })
    await failure(() => signer.sign(message), 'Unauthenticated')
    expect(provider.asked).toBe(2)
  })

  test('comes besides the attempts', async () => {
    const { clock, provider, signer } = setUp([renewable], { maxAttempts: 1 })
    await signer.sign(message)
    expect(provider.asked).toBe(2)
    const late = setUp(['Unavailable', 'Unavailable', renewable])
    const signing = late.signer.sign(message)
    await late.clock.advance(1_000)
    await signing
    expect(late.provider.asked).toBe(4)
    expect(clock.pending).toEqual([])
  })

  test('costs nothing of the budget', async () => {
    const { provider, signer } = setUp([renewable], {}, { retryBudget: 0 })
    await signer.sign(message)
    expect(provider.asked).toBe(2)
  })
})

describe('an alias that was moved under a digest that is one with its key', () => {
  const other = otherKeyPair('SM2')

  function movedSigner(endings: readonly Ending[]) {
    const clock = new ManualClock()
    const provider = new UnsteadyProvider(keyPair('SM2'), endings)
    const onKeyChange = () => undefined
    const settings = { keyId: 'alias/x', algorithm: 'SM2', clock, random: () => 1, onKeyChange }
    return { clock, provider, signer: createSigner({ provider, ...settings }) }
  }

  test('is signed for again with what is left of the attempts', async () => {
    const { clock, provider, signer } = movedSigner(['Unavailable', 'answered', 'Unavailable', 'Unavailable'])
    await signer.publicKey()
    provider.moveTo(other)
    const outcome = failure(() => signer.sign(message), 'Unavailable')
    await clock.advance(10_000)
    await outcome
    expect(provider.asked).toBe(4)
  })

  test('is not asked for with the same digest again, whoever says so', async () => {
    const { provider, signer } = movedSigner([['KeyMismatch', { retryable: true }]])
    await signer.sign(message)
    expect(provider.asked).toBe(2)
  })
})

describe('an outage', () => {
  test('is not multiplied: all signers of a provider have one budget', async () => {
    const { clock, provider, signer } = setUp(Array(1_000).fill('Unavailable'))
    const other = createSigner({ provider, keyId: 'other', algorithm: 'ES256', clock, random: () => 1 })
    const calls = Array.from({ length: 100 }, (_, call) =>
      failure(() => (call % 2 ? signer : other).sign(message), 'Unavailable'),
    )
    await clock.advance(60_000)
    await Promise.all(calls)
    expect(provider.asked).toBe(100 + 35)
  })

  test('that is over is paid back', async () => {
    const { clock, provider, signer } = setUp(Array(3).fill('Unavailable'), {}, { retryBudget: 28 })
    const failed = failure(() => signer.sign(message), 'Unavailable')
    await clock.advance(1_000)
    await failed
    expect(provider.asked).toBe(3)
    for (let call = 0; call < 14; call++) await signer.sign(message)
    const again = new UnsteadyProvider(pair, ['Unavailable'])
    provider.sign = (...call) => again.sign(...call)
    const signing = signer.sign(message)
    await clock.advance(1_000)
    await signing
    expect(again.asked).toBe(2)
  })
})
