import assert from 'node:assert/strict'
import type { Signer, SigningProvider } from '@signport/core'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import { digestFor, type KeyUnderTest, keysUnderTest, messageOf, requestFor } from '../key-under-test.js'
import { rejection } from '../rejection.js'
import { withProvider, withSigner } from '../with-provider.js'

const PENDING = 'still at work'

/** How long a provider may take to notice that nobody waits for it any more. In milliseconds. */
const SOON_MS = 2_000
const LOOK_MS = 10

/** A service that takes a request and does not answer. */
export function stallCases(subject: ContractSubject): ContractCase[] {
  const during = (use: (key: KeyUnderTest) => Promise<void>) => () => stalled(subject, use)
  return [
    { name: 'abort: signing ends soon', run: during((key) => endsSoon(subject, key, 'sign')) },
    {
      name: 'abort: reading the public key ends soon',
      run: during((key) => endsSoon(subject, key, 'getPublicKey')),
    },
    { name: 'abort: the connection is freed', run: during((key) => connectionEnds(subject, key)) },
    {
      name: 'abort: a signer says that it was aborted, and why',
      run: during(async (key) => {
        const reason = new Error('enough')
        const error = await failureOf(subject, key, (signer) => {
          const controller = new AbortController()
          setTimeout(() => controller.abort(reason), 50)
          return signer.sign(messageOf(10), { signal: controller.signal })
        })
        assert.equal((error as { code?: string }).code, 'Aborted')
        assert.equal((error as Error).name, 'AbortError')
        assert.equal((error as Error).cause, reason)
      }),
    },
    {
      name: "abort: a signal in the place of core's ends a call",
      run: during((key) => endsByOther(subject, key)),
    },
    {
      name: 'timeout: a signer ends at the deadline',
      run: during(async (key) => {
        const error = await failureOf(subject, key, (signer) => signer.sign(messageOf(10), { timeoutMs: 50 }))
        assert.equal((error as { code?: string }).code, 'Timeout')
        assert.equal((error as { retryable?: boolean }).retryable, true)
      }),
    },
  ]
}

async function stalled(subject: ContractSubject, use: (key: KeyUnderTest) => Promise<void>): Promise<void> {
  const stall = subject.capabilities?.stall
  assert.ok(stall, 'say how the service is made to stall, or exclude this case with a reason')
  const [key] = keysUnderTest(subject)
  assert.ok(key, 'the suite has no key')
  const undo = await stall()
  try {
    await use(key)
  } finally {
    await undo?.()
  }
}

function failureOf(
  subject: ContractSubject,
  key: KeyUnderTest,
  call: (signer: Signer) => Promise<unknown>,
): Promise<unknown> {
  return rejection(() => withSigner(subject, key, (signer) => call(signer).then(() => undefined)))
}

/** The provider itself must end: core would go on without it, and its connection would stay. */
async function endsSoon(
  { create }: ContractSubject,
  key: KeyUnderTest,
  operation: 'sign' | 'getPublicKey',
): Promise<void> {
  const { algorithm, keyId } = key
  await withProvider(create, async (provider) => {
    const { wireName = '' } = provider.support(algorithm, keyId) ?? {}
    const digest = algorithm.digest && digestFor(key, messageOf(10))
    const kind = algorithm.digest?.kind === 'ml-dsa-mu' ? 'external-mu' : 'digest'
    const input = digest ? ({ kind, digest } as const) : ({ kind: 'raw', message: messageOf(10) } as const)
    const controller = new AbortController()
    const context = { signal: controller.signal }
    const work =
      operation === 'sign'
        ? provider.sign(requestFor(key, wireName, input), context)
        : provider.getPublicKey({ algorithm, keyId }, context)
    assert.equal(
      await outcomeWithin(50, work),
      PENDING,
      'the service has stalled: what came did not come from it',
    )
    controller.abort(new Error('enough'))
    assert.equal(
      await outcomeWithin(SOON_MS, work),
      'rejected',
      'the provider must reject when it is aborted',
    )
  })
}

/** Providers are wrapped, and a wrapper has reasons of its own to end a call. */
async function endsByOther(subject: ContractSubject, key: KeyUnderTest): Promise<void> {
  const controller = new AbortController()
  const create = async () => withSignal(await subject.create(), controller.signal)
  const error = await rejection(() =>
    withSigner({ ...subject, create }, key, async (signer) => {
      setTimeout(() => controller.abort(new Error('enough')), 50)
      await signer.publicKey({ timeoutMs: SOON_MS })
    }),
  )
  assert.notEqual(
    (error as { code?: string }).code,
    'Timeout',
    'the call must end by the signal that it is given',
  )
}

function withSignal(provider: SigningProvider, signal: AbortSignal): SigningProvider {
  const { name, inProcess = false, limits = {} } = provider
  return {
    name,
    inProcess,
    limits,
    support: (...question) => provider.support(...question),
    sign: (request, context) => provider.sign(request, { ...context, signal }),
    getPublicKey: (request, context) => provider.getPublicKey(request, { ...context, signal }),
    close: async () => provider.close?.(),
  }
}

/** A call that ends while its connection goes on would use up what a pool has. */
async function connectionEnds({ create, capabilities }: ContractSubject, key: KeyUnderTest): Promise<void> {
  const connections = capabilities?.connections
  assert.ok(connections, 'say how connections are counted, or exclude this case with a reason')
  const before = await steady(connections)
  await withProvider(create, async (provider) => {
    const controller = new AbortController()
    const { algorithm, keyId } = key
    // How the call itself ends is a case of its own.
    provider.getPublicKey({ algorithm, keyId }, { signal: controller.signal }).catch(() => undefined)
    assert.ok(await soon(() => connections() > before), 'the call must open a connection that is counted')
    controller.abort(new Error('enough'))
    assert.ok(await soon(() => connections() <= before), 'the connection must end with the call')
  })
}

/** The number once the connections of earlier calls have gone: servers notice a moment later. */
async function steady(count: () => number): Promise<number> {
  const before = count()
  await new Promise((resolve) => setTimeout(resolve, 100))
  return count() === before ? before : steady(count)
}

/** Looks are counted, not time: time goes by on a machine that is held up, too, and nothing comes then. */
async function soon(condition: () => boolean): Promise<boolean> {
  for (let look = 0; look < SOON_MS / LOOK_MS && !condition(); look++)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  return condition()
}

async function outcomeWithin(milliseconds: number, work: Promise<unknown>): Promise<string> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, milliseconds, PENDING)
  })
  const settled = work.then(
    () => 'fulfilled',
    () => 'rejected',
  )
  return Promise.race([settled, late]).finally(() => clearTimeout(timer))
}
