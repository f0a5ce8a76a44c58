import { beforeAll, describe, expect, test } from '@jest/globals'
import { type AlgorithmName, algorithms } from '@signport/core'
import type { IsVerified } from '../../src/matrix.js'
import { committedDocument, matrixDocument, writeDocument } from '../../src/matrix-document.js'
import { isSince, opensslVersion } from '../../src/openssl.js'
import { signedRows } from '../../src/signed-matrix.js'
import { type SignedMessage, type SignedMessages, signMessages } from '../../src/signed-messages.js'
import { TOKEN_PROVIDERS } from '../../src/token-providers.js'
import { askVerifiers, type VerifierAnswer, type VerifierQuestion } from '../../src/verifier-answers.js'
import { absenceOf, VERIFIER_NAMES, VERIFIERS, type VerifierName, verifiersOf } from '../../src/verifiers.js'

const ALGORITHMS = algorithms.map(({ name }) => name)

/** Known before the tests are named: where there is no openssl that is new enough, this file fails and says so. */
const version = opensslVersion()

/** Whether a verifier of this machine has an algorithm: the command may be newer than it must be. */
function has(verifier: VerifierName, algorithm: AlgorithmName): boolean {
  const absence = absenceOf(verifier, algorithm)
  return !absence || (absence.since !== undefined && isSince(version, absence.since))
}

/** Every provider with each of its rows and each verifier. */
const CASES = TOKEN_PROVIDERS.flatMap((provider) =>
  signedRows(provider).flatMap((row) => VERIFIER_NAMES.map((verifier) => ({ provider, ...row, verifier }))),
)
const JUDGED = CASES.filter(({ verifier, algorithm }) => has(verifier, algorithm))
const NOT_JUDGED = CASES.filter(({ verifier, algorithm }) => !has(verifier, algorithm))

/** Two algorithms of one key: who takes the one for the other verifies nothing. */
const OTHER_FORM: Partial<Record<AlgorithmName, AlgorithmName>> = {
  Ed25519ph: 'Ed25519ph-SHA512',
  'Ed25519ph-SHA512': 'Ed25519ph',
}

/** What would be wrong about a signature. Each is asked wherever it makes a difference, and must be refused. */
const MISTAKES: Readonly<Record<string, (right: SignedMessage) => Partial<VerifierQuestion> | undefined>> = {
  'another message': ({ message }) => ({ message: changed(message) }),
  'without its parameters': ({ parameters }) => parameters && { parameters: undefined },
  'the other form': ({ algorithm }) => OTHER_FORM[algorithm] && { algorithm: OTHER_FORM[algorithm] },
}

type Case = Pick<(typeof CASES)[number], 'provider' | 'title' | 'verifier'>

const idOf = ({ provider, title, verifier }: Case, mistake = 'as it is') =>
  [provider, title, verifier, mistake].join(', ')

function changed(message: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(message)
  copy[0] = (copy[0] ?? 0) ^ 1
  return copy
}

function questionsOf(signed: SignedMessage): VerifierQuestion[] {
  return VERIFIER_NAMES.flatMap((verifier) => {
    const right = { ...signed, verifier, id: idOf({ ...signed, verifier }) }
    const wrong = Object.entries(MISTAKES).flatMap(([mistake, make]) => {
      const different = make(signed)
      return different ? [{ ...right, ...different, id: idOf({ ...signed, verifier }, mistake) }] : []
    })
    return [right, ...wrong]
  })
}

let signed: SignedMessages
let answers: ReadonlyMap<string, VerifierAnswer>

/** What a verifier said about the mistakes that there can be in a case. */
const verdictsOnMistakes = (each: Case) =>
  Object.keys(MISTAKES).flatMap((mistake) => answers.get(idOf(each, mistake))?.verdict ?? [])

const isVerified: IsVerified = (provider, { title }, verifier) => {
  const verdicts = verdictsOnMistakes({ provider, title, verifier })
  return (
    answers.get(idOf({ provider, title, verifier }))?.verdict === 'valid' &&
    verdicts.length > 0 &&
    verdicts.every((verdict) => verdict === 'refused')
  )
}

beforeAll(async () => {
  signed = await signMessages()
}, 300_000)

// More than they have together: they say themselves who was late.
beforeAll(async () => {
  answers = await askVerifiers(signed.messages.flatMap(questionsOf))
}, 540_000)

describe('what there is', () => {
  test('is signed without a failure', () => {
    expect(signed.failures).toEqual([])
  })

  test.each(TOKEN_PROVIDERS)('is signed by %s with every algorithm that it supports', (provider) => {
    expect(signedRows(provider).map(({ title }) => title)).toEqual(signed.supported[provider])
    const own = signed.messages.filter((each) => each.provider === provider)
    expect(own.map(({ title }) => title)).toEqual(signed.supported[provider])
  })

  test.each(VERIFIER_NAMES)('is known to be had by %s, or to be lacking', (verifier) => {
    const { has: had, lacks } = VERIFIERS[verifier]
    const named = [...had, ...lacks.flatMap((absence) => absence.algorithms)]
    expect(named.toSorted()).toEqual(ALGORITHMS.toSorted())
  })

  test.each(ALGORITHMS)('has verifiers of two origins for %s', (algorithm) => {
    const origins = new Set(verifiersOf(algorithm).map((verifier) => VERIFIERS[verifier].code))
    expect(origins.size).toBeGreaterThanOrEqual(2)
  })
})

describe('a signature', () => {
  test.each(JUDGED)('by $provider with $title is valid according to $verifier, as it is alone', (each) => {
    expect(answers.get(idOf(each))).toEqual({ id: idOf(each), verdict: 'valid' })
    const mistakes = 1 + (each.parameters ? 1 : 0) + (OTHER_FORM[each.algorithm] ? 1 : 0)
    expect(verdictsOnMistakes(each)).toEqual(Array.from({ length: mistakes }, () => 'refused'))
  })

  test.each(NOT_JUDGED)('by $provider with $title is nothing that $verifier knows', (each) => {
    expect(answers.get(idOf(each))).toEqual({
      id: idOf(each),
      verdict: 'unsupported',
      reason: expect.stringMatching(absenceOf(each.verifier, each.algorithm)?.says ?? /^$/),
    })
  })
})

test('verifiers that do not answer in time are named, and ended', async () => {
  const asking = askVerifiers(signed.messages.flatMap(questionsOf), 1)
  await expect(asking).rejects.toThrow(
    'Not done in 0.001 seconds: openssl, cryptography, Go, circl, decred, gmsm.',
  )
})

test('docs/interop.md says what was found: npm run interop:write writes it', () => {
  const unverified = JUDGED.filter((each) => !isVerified(each.provider, each, each.verifier))
  expect(unverified.map((each) => idOf(each))).toEqual([])
  const found = matrixDocument(isVerified)
  if (process.env.SIGNPORT_INTEROP_WRITE) writeDocument(found)
  expect(committedDocument()).toBe(found)
})
