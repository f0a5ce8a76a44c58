import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createSigner, type Signature, SigningError, type SignTrace } from '../src/index.js'
import { traced } from '../src/sign-trace.js'
import { failure } from './support/failure.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { streamOf } from './support/streams.js'

const EVENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const
type Event = (typeof EVENTS)[number]

const channel = tracingChannel<unknown, SignTrace>('signport.sign')
const about = { provider: 'node', keyId: 'invoices', algorithm: 'ES256' } as const
const signature = { bytes: Uint8Array.of(1, 2, 3) } as unknown as Signature
const undo: (() => void)[] = []

afterEach(() => {
  for (const each of undo.splice(0)) each()
})

/** What is told while a test runs: the event, how the trace looked then, and which object it was. */
function listen(events: readonly Event[] = EVENTS) {
  const told: { event: Event; asTold: SignTrace; trace: SignTrace }[] = []
  for (const event of events) {
    const hear = (message: unknown) => {
      const trace = message as SignTrace
      told.push({ event, asTold: { ...trace }, trace })
    }
    channel[event].subscribe(hear)
    undo.push(() => channel[event].unsubscribe(hear))
  }
  return told
}

const signs = async () => signature
const refuses = (error: unknown) => () => Promise.reject(error)

describe('when nobody listens', () => {
  test('a signature is made without a trace, and its promise is the one that is given back', async () => {
    const given: unknown[] = []
    const signing = Promise.resolve(signature)
    const sign = (...args: unknown[]) => {
      given.push(...args)
      return signing
    }
    expect(traced(about, sign)).toBe(signing)
    expect(given).toEqual([])
  })

  test('neither is one for whom everybody has left', async () => {
    listen()
    for (const each of undo.splice(0)) each()
    const signing = Promise.resolve(signature)
    expect(traced(about, () => signing)).toBe(signing)
  })
})

describe('a signature', () => {
  test.each(EVENTS)('is traced when only %s is listened to', async (event) => {
    const told = listen([event])
    let given: SignTrace | undefined
    const sign = async (trace?: SignTrace) => {
      given = trace
      return signature
    }
    expect(await traced(about, sign)).toBe(signature)
    expect(given).toMatchObject({ ...about, attempts: 0 })
    expect(told.map(({ trace }) => trace)).toEqual(event === 'error' ? [] : [given])
  })

  test('is traced for a store that is bound to its start, and in it', async () => {
    const store = new AsyncLocalStorage<unknown>()
    channel.start.bindStore(store, ({ keyId }) => `store of ${keyId}`)
    undo.push(() => channel.start.unbindStore(store))
    const seen: unknown[] = []
    const sign = async () => {
      seen.push(store.getStore())
      await new Promise(setImmediate)
      seen.push(store.getStore())
      return signature
    }
    await traced(about, sign)
    seen.push(store.getStore())
    expect(seen).toEqual(['store of invoices', 'store of invoices', undefined])
  })

  test('is told of in one object, in the order of Node, with its outcome from when that is known', async () => {
    const told = listen()
    await traced(about, async (trace) => {
      Object.assign(trace ?? {}, { attempts: 2, messageType: 'digest' })
      return { ...signature, requestId: 'request-1', keyVersion: 'version-2' }
    })
    const before = { ...about, attempts: 2, messageType: 'digest' }
    const after = { ...before, outcome: 'signed', requestId: 'request-1', keyVersion: 'version-2' }
    expect(told.map(({ event, asTold }) => [event, asTold])).toEqual([
      ['start', { ...about, attempts: 0 }],
      ['end', before],
      ['asyncStart', after],
      ['asyncEnd', after],
    ])
    expect(new Set(told.map(({ trace }) => trace)).size).toBe(1)
  })

  test('has nothing that the service did not tell', async () => {
    const told = listen(['asyncEnd'])
    await traced(about, signs)
    expect(told.map(({ asTold }) => Object.keys(asTold).sort())).toEqual([
      ['algorithm', 'attempts', 'keyId', 'outcome', 'provider'],
    ])
  })

  test('has an object of its own, and none that the caller has', async () => {
    const told = listen(['start'])
    const mine = { ...about }
    await Promise.all([traced(mine, signs), traced(mine, signs)])
    expect(new Set(told.map(({ trace }) => trace)).size).toBe(2)
    expect(mine).toEqual(about)
  })

  test('is told of from where somebody began to listen', async () => {
    listen(['start'])
    let told: ReturnType<typeof listen> = []
    await traced(about, async () => {
      await undefined
      told = listen()
      return signature
    })
    expect(told.map(({ event }) => event)).toEqual(['asyncStart', 'asyncEnd'])
  })
})

describe('a signature that fails', () => {
  test.each([
    ['with its code', new SigningError('Throttled', 'Too many.'), 'Throttled'],
    ['when it was aborted', new SigningError('Aborted', 'The call was aborted.'), 'Aborted'],
    ['because of the caller', new TypeError('A message must be bytes.'), 'Other'],
    ['because of a stream of the caller', new RangeError('why'), 'Other'],
    ['because of a stream that throws something else', 'why', 'Other'],
  ])('is told of %s, and its error is the very one that the caller gets', async (_, error, outcome) => {
    const told = listen()
    const thrown = await traced(about, refuses(error)).catch((reason: unknown) => reason)
    expect(thrown).toBe(error)
    const after = { ...about, attempts: 0, outcome, error }
    expect(told.map(({ event, asTold }) => [event, asTold])).toEqual([
      ['start', { ...about, attempts: 0 }],
      ['end', { ...about, attempts: 0 }],
      ['error', after],
      ['asyncStart', after],
      ['asyncEnd', after],
    ])
    expect(told.at(-1)?.trace.error).toBe(error)
  })
})

describe('what signers tell', () => {
  const message = Buffer.from('4,711 bolts')
  const digest = createHash('sha256').update(message).digest()
  const signerOf = (provider = new NodeProvider(keyPair('ES256'))) =>
    createSigner({ provider, keyId: 'invoices', algorithm: 'ES256' })

  test.each([
    ['a message', 'digest', () => signerOf().sign(message)],
    ['a message that goes raw', 'raw', () => signerOf().sign(message, { messageType: 'raw' })],
    ['a stream', 'digest', () => signerOf().sign(streamOf(message))],
    ['a digest', 'digest', () => signerOf().signDigest(digest)],
  ])('of %s is all but the message, its digest and the signature', async (_, messageType, sign) => {
    const told = listen()
    const { bytes } = await sign()
    expect(told.map(({ event }) => event)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd'])
    const { trace } = told[0] ?? {}
    expect(trace).toEqual({ ...about, messageType, attempts: 1, outcome: 'signed' })
    const shown =
      inspect(trace, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(trace)
    for (const secret of [message, digest, Buffer.from(bytes)])
      for (const form of ['latin1', 'hex', 'base64'] as const)
        expect(shown).not.toContain(secret.toString(form))
  })

  test('is how often the service was asked', async () => {
    const told = listen(['asyncEnd'])
    const provider = new NodeProvider(keyPair('ES256'))
    const { sign } = provider
    const failures = [new SigningError('Unavailable', 'Not now.'), new SigningError('Throttled', 'Too many.')]
    provider.sign = (request, context) => {
      const error = failures.shift()
      return error ? Promise.reject(error) : sign.call(provider, request, context)
    }
    const signer = createSigner({ provider, keyId: 'invoices', algorithm: 'ES256', random: () => 0 })
    await signer.sign(message)
    expect(told.map(({ asTold }) => [asTold.attempts, asTold.outcome])).toEqual([[3, 'signed']])
  })

  test('is why a call was refused that never came to a service', async () => {
    const told = listen(['asyncEnd'])
    const signer = signerOf()
    await failure(() => signer.signDigest(Buffer.alloc(5)), 'DigestLengthMismatch')
    await expect(signer.sign('text' as never)).rejects.toThrow(TypeError)
    await signer.close()
    await failure(() => signer.sign(message), 'Closed')
    expect(told.map(({ asTold }) => [asTold.outcome, asTold.attempts])).toEqual([
      ['DigestLengthMismatch', 0],
      ['Other', 0],
      ['Closed', 0],
    ])
  })

  test('is of signatures alone', async () => {
    const signer = signerOf()
    const made = await signer.sign(message)
    const told = listen()
    await signer.verify(message, made)
    await signer.verifyDigest(digest, made)
    await signer.publicKey()
    await signer.probe()
    await signer.close()
    expect(told).toEqual([])
  })
})
