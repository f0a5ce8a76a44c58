import assert from 'node:assert/strict'
import type { Signer, SigningErrorCode, SigningProvider } from '@signport/core'
import type { ContractCase, ContractSubject } from '../contract-case.js'
import type { FailureScenario, Operation } from '../contract-options.js'
import { digestFor, type KeyUnderTest, keysUnderTest, messageOf, requestFor } from '../key-under-test.js'
import { assertNothingLeaks } from '../leak.js'
import { rejection } from '../rejection.js'
import { withProvider, withSigner } from '../with-provider.js'

/** What may go wrong with a service, and so must be shown for each provider or excluded with a reason. */
const CODES: readonly SigningErrorCode[] = [
  'KeyNotFound',
  'KeyDisabled',
  'InvalidKeyState',
  'InvalidKeyUsage',
  'KeyUnavailable',
  'AccessDenied',
  'Unauthenticated',
  'Throttled',
  'Unavailable',
  'Internal',
  'InvalidResponse',
]

/** Which failures pass by themselves (design of Signport's errors). */
const PASSING = ['KeyUnavailable', 'Throttled', 'Timeout', 'Unavailable', 'Internal']

/** How a provider fails: with a code, and with nothing in it that must not be there. */
export function failureCases(subject: ContractSubject): ContractCase[] {
  const scenarios = subject.capabilities?.failures ?? []
  const missing = CODES.filter((code) => !scenarios.some((scenario) => scenario.code === code))
  return [
    ...scenarios.flatMap((scenario) => casesOf(subject, scenario)),
    ...missing.map((code) => ({
      name: `failure ${code}: is shown`,
      run: async () =>
        assert.fail(`give the suite a scenario for ${code}, or exclude this case with a reason`),
    })),
  ]
}

function casesOf(subject: ContractSubject, scenario: FailureScenario): ContractCase[] {
  const { code, what, shownBy = ['sign', 'getPublicKey'] } = scenario
  return shownBy.flatMap((operation) => [
    {
      name: `failure ${code}: ${what}, ${operation} of the provider`,
      run: () =>
        inScenario(subject, scenario, (changed, key) => byProvider(changed, key, scenario, operation)),
    },
    {
      name: `failure ${code}: ${what}, ${operation} of a signer`,
      run: () => inScenario(subject, scenario, (changed, key) => bySigner(changed, key, scenario, operation)),
    },
  ])
}

async function inScenario(
  subject: ContractSubject,
  { algorithm, keyId, create = subject.create, prepare }: FailureScenario,
  use: (subject: ContractSubject, key: KeyUnderTest) => Promise<void>,
): Promise<void> {
  const keys = keysUnderTest(subject)
  const key = keys.find((each) => each.algorithm.name === algorithm) ?? keys[0]
  assert.ok(key, 'the suite has no key to show the failure with')
  const undo = await prepare?.()
  try {
    await use({ ...subject, create }, { ...key, keyId: keyId ?? key.keyId })
  } finally {
    await undo?.()
  }
}

async function byProvider(
  subject: ContractSubject,
  key: KeyUnderTest,
  scenario: FailureScenario,
  operation: Operation,
): Promise<void> {
  await withProvider(subject.create, async (provider) => {
    const error = await rejection(async () => call(provider, key, operation))
    assertFailure(subject, key, scenario, provider.name, error)
  })
}

async function call(provider: SigningProvider, key: KeyUnderTest, operation: Operation): Promise<unknown> {
  const { algorithm, keyId } = key
  if (operation === 'getPublicKey') return provider.getPublicKey({ algorithm, keyId }, {})
  if (operation === 'probe') return provider.probe?.({ algorithm, keyId }, {})
  const { wireName = '', inputs = [] } = provider.support(algorithm, keyId) ?? {}
  const message = messageOf(100)
  const digested = inputs.find((kind) => kind === 'digest' || kind === 'external-mu')
  const input = digested
    ? ({ kind: digested, digest: digestFor(key, message) } as const)
    : ({ kind: 'raw', message } as const)
  return provider.sign(requestFor(key, wireName, input), {})
}

async function bySigner(
  subject: ContractSubject,
  key: KeyUnderTest,
  scenario: FailureScenario,
  operation: Operation,
): Promise<void> {
  // A check would read the public key first, whose failure is a case of its own.
  const options = operation === 'sign' ? ({ check: 'never' } as const) : {}
  const error = await rejection(() =>
    withSigner(
      subject,
      key,
      async (signer) => {
        await callSigner(signer, operation)
      },
      options,
    ),
  )
  assertFailure(subject, key, scenario, undefined, error)
}

async function callSigner(signer: Signer, operation: Operation): Promise<unknown> {
  if (operation === 'getPublicKey') return signer.publicKey()
  return operation === 'probe' ? signer.probe() : signer.sign(messageOf(100))
}

function assertFailure(
  { capabilities }: ContractSubject,
  key: KeyUnderTest,
  { code, retryable = PASSING.includes(code) }: FailureScenario,
  name: string | undefined,
  error: unknown,
): void {
  const given = error as Partial<Record<'code' | 'retryable' | 'provider' | 'message', unknown>>
  assert.equal(given?.code, code, `the code of: ${given?.message}`)
  assert.equal(given.retryable, retryable, 'whether it may succeed later')
  if (name !== undefined) assert.equal(given.provider, name, 'the error names its provider')
  const message = messageOf(100)
  const digest = key.algorithm.digest ? [digestFor(key, message)] : []
  assertNothingLeaks(error, [message, ...digest, ...(capabilities?.secrets ?? [])])
}
