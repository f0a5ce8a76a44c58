import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  type AlgorithmName,
  type CallOptions,
  createSigner,
  type Signer,
  type SignerOptions,
} from '../src/index.js'
import { readSignerOptions } from '../src/signer-options.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider, type NodeProviderOptions } from './support/node-provider.js'
import { reusing } from './support/streams.js'

const message = Buffer.from('a message')

/** A service that does not answer some requests, and counts how many of them it was told to give up. */
class SilentProvider extends NodeProvider {
  silent: 'sign' | 'getPublicKey' | 'probe' | undefined
  abandoned = 0

  constructor(
    silent: SilentProvider['silent'],
    options: NodeProviderOptions = {},
    algorithm: AlgorithmName = 'ES256',
  ) {
    super(keyPair(algorithm), options)
    this.silent = silent
  }

  override async sign(...call: Parameters<NodeProvider['sign']>) {
    return this.silent === 'sign' ? this.#silence(call[1].signal) : super.sign(...call)
  }

  override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
    return this.silent === 'getPublicKey' ? this.#silence(call[1].signal) : super.getPublicKey(...call)
  }

  async probe(_: unknown, { signal }: { signal?: AbortSignal }): Promise<void> {
    if (this.silent === 'probe') await this.#silence(signal)
  }

  #silence(signal?: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const giveUp = () => {
        this.abandoned++
        reject(new Error('given up'))
      }
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }
}

const signers: Signer[] = []

function signerOf(provider: NodeProvider, options: Partial<SignerOptions> = {}): Signer {
  const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256', ...options })
  signers.push(signer)
  return signer
}

afterEach(async () => {
  for (const signer of signers.splice(0)) await signer.close()
})

describe('how long is waited', () => {
  test.each([
    ['for a service', false, {}, { timeoutMs: 30_000, attemptTimeoutMs: 5_000 }],
    ['for a key in this process', true, {}, { timeoutMs: undefined, attemptTimeoutMs: undefined }],
    [
      'as the options say',
      false,
      { timeoutMs: 7, attemptTimeoutMs: 8 },
      { timeoutMs: 7, attemptTimeoutMs: 8 },
    ],
  ])('%s', (_, inProcess, options, expected) => {
    const provider = new NodeProvider(keyPair('ES256'), { inProcess })
    const settings = readSignerOptions({ provider, keyId: 'k', algorithm: 'ES256', ...options })
    expect(settings).toMatchObject(expected)
  })

  test.each(['timeoutMs', 'attemptTimeoutMs'])('%s must be one that a timer can take', async (name) => {
    for (const value of [0, 1.5, -1, '5', Number.POSITIVE_INFINITY]) {
      const error = await failure(
        () => signerOf(new NodeProvider(keyPair('ES256')), { [name]: value }),
        'InvalidArgument',
      )
      expect(error.message).toContain(`${name} must be a whole number from 1 to 2147483647`)
    }
  })
})

describe('a service that does not answer', () => {
  test.each([
    ['sign', (signer: ReturnType<typeof signerOf>) => signer.sign(message)],
    ['sign', (signer: ReturnType<typeof signerOf>) => signer.sign(reusing(message, 2))],
    ['getPublicKey', (signer: ReturnType<typeof signerOf>) => signer.sign(message)],
    ['getPublicKey', (signer: ReturnType<typeof signerOf>) => signer.publicKey()],
    ['getPublicKey', (signer: ReturnType<typeof signerOf>) => signer.verify(message, new Uint8Array(70))],
    ['probe', (signer: ReturnType<typeof signerOf>) => signer.probe()],
  ] as const)('to %s is given up when its time is over', async (silent, call) => {
    const provider = new SilentProvider(silent)
    const times = { attemptTimeoutMs: 100, maxAttempts: 1 }
    const error = await failure(() => call(signerOf(provider, times)), 'Timeout')
    expect(error.message).toBe('node did not answer for the key k within 100 ms.')
    expect(error).toMatchObject({ provider: 'node', keyId: 'k', retryable: true })
    expect(provider.abandoned).toBe(1)
  })

  test.each(['sign', 'getPublicKey', 'probe'] as const)('to %s ends at the deadline, too', async (silent) => {
    const signer = signerOf(new SilentProvider(silent), { timeoutMs: 20 })
    const error = await failure(() => (silent === 'probe' ? signer.probe() : signer.sign(message)), 'Timeout')
    expect(error.message).toBe('The call did not end within its 20 ms.')
  })

  test("a call's own deadline comes before the signer's", async () => {
    const signer = signerOf(new SilentProvider('sign'), { timeoutMs: 60_000 })
    const error = await failure(() => signer.sign(message, { timeoutMs: 20 }), 'Timeout')
    expect(error.message).toBe('The call did not end within its 20 ms.')
  })

  describe.each(['SM2', 'ML-DSA-44'] as const)('%s, whose digest needs the key first', (algorithm) => {
    const calls: [string, (signer: Signer, options: CallOptions) => Promise<unknown>][] = [
      ['sign', (signer, options) => signer.sign(message, options)],
      ['sign of a stream', (signer, options) => signer.sign(reusing(message, 2), options)],
      ['verify', (signer, options) => signer.verify(message, new Uint8Array(70), options)],
      [
        'verify of a stream',
        (signer, options) => signer.verify(reusing(message, 2), new Uint8Array(70), options),
      ],
    ]

    test.each(calls)('%s ends at once when it is aborted', async (_, call) => {
      const signer = signerOf(new SilentProvider('getPublicKey', {}, algorithm), { algorithm })
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 20)
      await failure(() => call(signer, { signal: controller.signal }), 'Aborted')
    })

    test.each(calls)('%s ends at the deadline', async (_, call) => {
      const signer = signerOf(new SilentProvider('getPublicKey', {}, algorithm), { algorithm, timeoutMs: 20 })
      const error = await failure(() => call(signer, {}), 'Timeout')
      expect(error.message).toBe('The call did not end within its 20 ms.')
    })
  })

  test('keeps nobody waiting who comes later', async () => {
    const provider = new SilentProvider('getPublicKey')
    const signer = signerOf(provider, { attemptTimeoutMs: 100, maxAttempts: 1 })
    await failure(() => signer.publicKey(), 'Timeout')
    provider.silent = undefined
    expect((await signer.publicKey()).kind).toBe('P-256')
  })

  test('is given up when the signer is closed, and its connection with it', async () => {
    const provider = new SilentProvider('getPublicKey')
    const signer = signerOf(provider)
    await failure(() => signer.sign(message, { timeoutMs: 20 }), 'Timeout')
    expect(provider.abandoned).toBe(0)
    await signer.close()
    expect(provider.abandoned).toBe(1)
  })

  test('leaves no listener on the signal of the caller', async () => {
    const { signal } = new AbortController()
    const signer = signerOf(new SilentProvider('sign'), { attemptTimeoutMs: 5, random: () => 0 })
    for (let round = 0; round < 20; round++) await failure(() => signer.sign(message, { signal }), 'Timeout')
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

test('the deadline of a message in memory is one for the key and the signature', async () => {
  class SlowProvider extends NodeProvider {
    override async getPublicKey(...call: Parameters<NodeProvider['getPublicKey']>) {
      await new Promise((resolve) => setTimeout(resolve, 600))
      return super.getPublicKey(...call)
    }
    override async sign(...call: Parameters<NodeProvider['sign']>) {
      await new Promise((resolve) => setTimeout(resolve, 600))
      return super.sign(...call)
    }
  }
  const signer = signerOf(new SlowProvider(keyPair('SM2')), { algorithm: 'SM2', timeoutMs: 1_000 })
  await failure(() => signer.sign(message), 'Timeout')
})

describe('the clock of an answer', () => {
  class WaitingProvider extends NodeProvider {
    afterwards = async () => {}

    override async sign(...[request, context]: Parameters<NodeProvider['sign']>) {
      context.clock?.pause()
      await new Promise((resolve) => setTimeout(resolve, 300))
      context.clock?.restart()
      await this.afterwards()
      return super.sign(request, context)
    }
  }
  const times = { attemptTimeoutMs: 150, maxAttempts: 1 }

  test('does not run while the provider waits for something else', async () => {
    const signer = signerOf(new WaitingProvider(keyPair('ES256')), times)
    expect((await signer.sign(message)).algorithm).toBe('ES256')
  })

  test('runs from then on', async () => {
    const provider = new WaitingProvider(keyPair('ES256'))
    provider.afterwards = () => new Promise(() => {})
    await failure(() => signerOf(provider, times).sign(message), 'Timeout')
  })

  test('does not start again once the call is over', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length
    const before = timers()
    const signer = signerOf(new WaitingProvider(keyPair('ES256')), {
      attemptTimeoutMs: 60_000,
      timeoutMs: 50,
    })
    await failure(() => signer.sign(message), 'Timeout')
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(timers()).toBe(before)
  })

  test('is not there for keys in this process', async () => {
    const provider = new NodeProvider(keyPair('ES256'), { inProcess: true })
    await signerOf(provider).sign(message)
    expect(provider.contexts).toEqual([{}])
  })
})

test('the time that a stream takes is its own affair, whatever one answer may take', async () => {
  async function* slow() {
    for (const byte of message) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      yield Uint8Array.of(byte)
    }
  }
  const provider = new NodeProvider(keyPair('ES256'), { inputs: ['stream'] })
  const signer = signerOf(provider, { attemptTimeoutMs: 20, timeoutMs: 20, check: 'never' })
  expect((await signer.sign(slow())).messageType).toBe('raw')
})
