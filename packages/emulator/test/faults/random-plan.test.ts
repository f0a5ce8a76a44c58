import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { FaultKind, FaultPlan, PlaneName } from '@signport/emulator'
import fc from 'fast-check'
import { FAULT_KINDS } from '../../src/faults/fault-kind.js'
import type { FaultSubject } from '../../src/faults/fault-subject.js'
import { createRandomPlan } from '../../src/faults/random-plan.js'
import { type SigningAlgorithmName, signingAlgorithm } from '../../src/keys/signing-algorithm.js'
import { start } from '../support/emulator.js'
import { exchange, planeKey, signatureIn, signRequest } from '../support/plane-call.js'

interface Asked {
  readonly plane?: PlaneName
  readonly operation?: string
  readonly asked: readonly (string | Uint8Array)[]
}

/** A call that no fault of signatures or keys can meet, unless it says so. */
const subjectOf = ({ plane = 'trent', operation = 'Sign', asked }: Asked): FaultSubject => ({
  plane,
  operation,
  asked,
  keyNames: () => [],
  alias: () => undefined,
  signing: () => undefined,
  publishes: () => false,
})

const numbered = (count: number): Asked[] =>
  Array.from({ length: count }, (_, index) => ({ asked: ['key', 'ES256', 'RAW', `message ${index}`] }))

function outcomes(plan: FaultPlan, calls: readonly Asked[]): (FaultKind | undefined)[] {
  const { choose } = createRandomPlan(plan)
  return calls.map((each) => choose(subjectOf(each))?.kind)
}

const asked = fc.array(fc.oneof(fc.string(), fc.uint8Array()), { minLength: 1, maxLength: 4 })
const calls = fc.array(
  fc.record({
    plane: fc.constantFrom<PlaneName>('trent', 'openapi', 'instance'),
    operation: fc.constantFrom('Sign', 'AsymmetricSign', 'GetPublicKey'),
    asked,
  }),
  { maxLength: 40 },
)
const plans = fc.record({ seed: fc.maxSafeInteger(), rate: fc.double({ min: 0, max: 1, noNaN: true }) })

/** What each call met, in the order in which just that was asked, whatever was asked in between. */
function byContent(met: readonly (FaultKind | undefined)[], list: readonly Asked[]): Map<string, string> {
  const result = new Map<string, string>()
  for (const [index, { plane, operation, asked }] of list.entries()) {
    // Bytes and their text are asked alike.
    const parts = asked.map((part) => [...Buffer.from(part)])
    const content = JSON.stringify([plane, operation, parts])
    result.set(content, `${result.get(content) ?? ''} ${met[index]}`)
  }
  return result
}

describe('the outcome of each call', () => {
  test('is the same for the same seed, in whatever order calls come', () => {
    const shuffled = calls.chain((list) =>
      fc.tuple(
        fc.constant([...list, ...list]),
        fc.shuffledSubarray([...list, ...list], { minLength: 2 * list.length }),
      ),
    )
    fc.assert(
      fc.property(plans, shuffled, (plan, [one, other]) => {
        expect(byContent(outcomes(plan, other), other)).toEqual(byContent(outcomes(plan, one), one))
      }),
    )
  })

  test('is another one for other seeds', () => {
    const list = numbered(200)
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (one, other) => {
        fc.pre(one !== other)
        expect(outcomes({ seed: one, rate: 0.5 }, list)).not.toEqual(
          outcomes({ seed: other, rate: 0.5 }, list),
        )
      }),
    )
  })

  test('depends on everything that is asked, and on where one part of it ends', () => {
    const different: Asked[] = [
      { asked: ['ab', 'c'] },
      { asked: ['a', 'bc'] },
      { asked: ['abc'] },
      { asked: ['ab', 'c', ''] },
      { asked: ['ab', 'c'], operation: 'GetPublicKey' },
      { asked: ['ab', 'c'], plane: 'instance' },
    ]
    // Of 64 seeds, two of them would agree in all by a chance of less than 2^-60.
    const patterns = different.map((each) =>
      Array.from({ length: 64 }, (_, seed) => outcomes({ seed, rate: 0.5 }, [each])[0] ?? '-').join(),
    )
    expect(new Set(patterns).size).toBe(different.length)
  })

  test('is a new one for each attempt', () => {
    const again = Array.from({ length: 64 }, () => ({ asked: ['the same'] }))
    const met = outcomes({ seed: 1, rate: 0.5 }, again).filter((kind) => kind !== undefined).length
    expect(met).toBeGreaterThan(12)
    expect(met).toBeLessThan(52)
  })

  test('is the same whether bytes or their text is asked', () => {
    fc.assert(
      fc.property(plans, fc.string({ unit: 'binary-ascii' }), (plan, text) => {
        expect(outcomes(plan, [{ asked: [text] }])).toEqual(outcomes(plan, [{ asked: [Buffer.from(text)] }]))
      }),
    )
  })
})

const COUNT = 20_000

const countMet = (plan: FaultPlan, count: number) =>
  outcomes(plan, numbered(count)).filter((kind) => kind !== undefined).length

describe.each([0.01, 0.3, 0.9])('at a rate of %d', (rate) => {
  test.each([1, 2 ** 52])('that part of 20,000 calls meets a fault, with the seed %d', (seed) => {
    const deviation = Math.sqrt(COUNT * rate * (1 - rate))
    // Further away than five deviations is one case in a million.
    expect(Math.abs(countMet({ seed, rate }, COUNT) - COUNT * rate)).toBeLessThan(5 * deviation)
  })
})

test.each([
  [0, 0],
  [1, 1_000],
])('at a rate of %d, %d of 1,000 calls meet a fault', (rate, expected) => {
  expect(countMet({ seed: -7, rate }, 1_000)).toBe(expected)
})

test('every kind that can meet a call does so about as often as any other', () => {
  const counts = new Map<FaultKind, number>()
  for (const kind of outcomes({ seed: 3, rate: 1 }, numbered(COUNT)))
    if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const expected = COUNT / counts.size
  for (const count of counts.values())
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected))
})

describe('which faults a call can meet', () => {
  const SIGNATURES: FaultKind[] = ['otherKey', 'otherMessage', 'bitFlip']
  const ALWAYS = FAULT_KINDS.filter(
    (kind) => ![...SIGNATURES, 'otherSalt', 'highS', 'doubleHash', 'movedKey', 'oldPublicKey'].includes(kind),
  )

  /** A call to sign that would succeed. */
  const signing = (name: SigningAlgorithmName, type: 'RAW' | 'DIGEST' | 'EXTERNAL_MU') => ({
    spec: 'RSA_2048',
    pair: undefined as never,
    algorithm: signingAlgorithm(name),
    message: { type, bytes: Buffer.from('m') },
  })

  const drawn = (subject: Partial<FaultSubject>) => {
    const { choose } = createRandomPlan({ seed: 1, rate: 1 })
    const kinds = Array.from(
      { length: 2_000 },
      (_, index) => choose({ ...subjectOf({ asked: [`${index}`] }), ...subject })?.kind,
    )
    return [...new Set(kinds)].toSorted()
  }

  test.each<[string, Partial<FaultSubject>, FaultKind[]]>([
    ['a call to sign that will be refused', {}, []],
    ['GetPublicKey that will be refused', { operation: 'GetPublicKey' }, []],
    ['GetPublicKey', { operation: 'GetPublicKey', publishes: () => true }, ['oldPublicKey']],
    [
      'ECDSA of a digest',
      { signing: () => signing('ECDSA_SHA_256', 'DIGEST') as never },
      [...SIGNATURES, 'highS', 'doubleHash'],
    ],
    [
      'ECDSA of a message, by an alias',
      { signing: () => signing('ECDSA_SHA_256', 'RAW') as never, alias: () => 'alias/a' },
      [...SIGNATURES, 'highS', 'movedKey'],
    ],
    [
      'RSASSA-PSS of a message',
      { signing: () => signing('RSASSA_PSS_SHA_512', 'RAW') as never },
      [...SIGNATURES, 'otherSalt'],
    ],
    [
      'RSASSA-PKCS1-v1_5 of a digest',
      { signing: () => signing('RSASSA_PKCS1_V1_5_SHA_256', 'DIGEST') as never },
      [...SIGNATURES, 'doubleHash'],
    ],
    ['Ed25519ph', { signing: () => signing('ED25519_PH_SHA_512', 'DIGEST') as never }, SIGNATURES],
    ['ML-DSA of mu', { signing: () => signing('ML_DSA_SHAKE_256', 'EXTERNAL_MU') as never }, SIGNATURES],
  ])('%s', (_what, subject, more) => {
    expect(drawn(subject)).toEqual([...ALWAYS, ...more].toSorted())
  })

  test('other operations meet none, unless the plan names them', () => {
    const list = { operation: 'ListKeys', asked: [''] }
    expect(outcomes({ seed: 1, rate: 1 }, [list])).toEqual([undefined])
    expect(outcomes({ seed: 1, rate: 1, operations: ['ListKeys'], kinds: ['stall'] }, [list])).toEqual([
      'stall',
    ])
  })

  test('a plan of kinds that cannot meet a call leaves it alone', () => {
    expect(outcomes({ seed: 1, rate: 1, kinds: ['highS'] }, numbered(1))).toEqual([undefined])
  })
})

describe('Retry-After', () => {
  const chosen = (plan: Partial<FaultPlan>) => {
    const { choose } = createRandomPlan({ seed: 11, rate: 0.9, ...plan })
    return numbered(4_000).map((each) => choose(subjectOf(each)))
  }

  test.each([
    [0, [0]],
    [1, [0, 1]],
    [3, [0, 1, 2, 3]],
  ])('of up to %d seconds comes with half of the refusals, each length as often', (retryAfter, lengths) => {
    const kinds: FaultKind[] = ['throttle', 'unavailable']
    const met = chosen({ kinds, retryAfter }).filter((each) => each !== undefined)
    const said = met.flatMap((each) => each.retryAfter ?? [])
    expect(Math.abs(said.length - met.length / 2)).toBeLessThan(5 * Math.sqrt(met.length / 4))
    expect([...new Set(said)].toSorted()).toEqual(lengths)
    const expected = said.length / lengths.length
    for (const length of lengths)
      expect(Math.abs(said.filter((each) => each === length).length - expected)).toBeLessThan(
        5 * Math.sqrt(expected) + 1,
      )
  })

  test('comes with nothing else, and changes nothing else', () => {
    const [without, withSome] = [chosen({}), chosen({ retryAfter: 1 })]
    expect(withSome.map((each) => each?.kind)).toEqual(without.map((each) => each?.kind))
    expect(without.filter((each) => each?.retryAfter !== undefined)).toEqual([])
    const kinds = new Set(withSome.flatMap((each) => (each?.retryAfter === undefined ? [] : each.kind)))
    const refusals = ['clockSkew', 'dependencyTimeout', 'expiredToken', 'hostileText', 'internal']
    expect([...kinds].toSorted()).toEqual([...refusals, 'throttle', 'unavailable'])
  })

  test('is the same for the same call', () => {
    expect(chosen({ retryAfter: 60 })).toEqual(chosen({ retryAfter: 60 }))
  })

  test.each(['trent', 'openapi', 'instance'] as const)('is a header in the protocol %s', async (plane) => {
    const random: FaultPlan = { seed: 1, rate: 1, kinds: ['throttle'], retryAfter: 1 }
    const emulator = await start({ auth: 'none', faults: { random } })
    const { KeyVersionId: versionId } = await planeKey(emulator)
    const said = new Set<string | undefined>()
    for (let index = 0; index < 40; index += 1) {
      // By its alias: what a call meets follows from what is asked, and the id is a new one each time.
      const call = { keyId: 'alias/a', versionId, message: `message ${index}` }
      const { headers } = await exchange(emulator.port, signRequest(plane, emulator.port, call))
      said.add(headers['retry-after'] as string | undefined)
    }
    expect(said).toEqual(new Set([undefined, '0', '1']))
  })
})

test.each<[unknown, string]>([
  [{ seed: 1, rate: 1, retryAfter: -1 }, 'retryAfter: expected whole seconds'],
  [{ seed: 1, rate: 1, retryAfter: 86_401 }, 'retryAfter: expected whole seconds'],
  [{ seed: 1 }, 'rate: it is missing'],
  [{ rate: 1 }, 'seed: it is missing'],
  [{ seed: 1.5, rate: 1 }, 'seed: expected a whole number'],
  [{ seed: 1, rate: 1.1 }, 'rate: expected a number from 0 to 1'],
  [{ seed: 1, rate: -0.1 }, 'rate: expected a number from 0 to 1'],
  [{ seed: 1, rate: Number.NaN }, 'rate: expected a number from 0 to 1'],
  [{ seed: 1, rate: 1, kinds: [] }, 'kinds: expected at least one'],
  [{ seed: 1, rate: 1, kinds: ['fire'] }, 'kinds[0]: expected'],
  [{ seed: 1, rate: 1, operations: [''] }, 'operations[0]: expected'],
  [{ seed: 1, rate: 1, often: true }, 'often: there is no such member'],
  [false, 'expected Object'],
])('%j is no plan', async (plan, message) => {
  const emulator = await start()
  expect(() => emulator.faults.random(plan as FaultPlan)).toThrow(message)
  expect(() => emulator.faults.random(plan as FaultPlan)).toThrow(TypeError)
})

describe('an emulator with a plan', () => {
  const PLAN: FaultPlan = {
    seed: 20_260_101,
    rate: 0.4,
    kinds: ['throttle', 'internal', 'reset', 'html', 'empty', 'truncated', 'bitFlip', 'otherKey', 'highS'],
  }

  /** What three attempts at each of many messages come to, all at once, in an order of its own. */
  async function run(order: (messages: number[]) => number[]) {
    const emulator = await start({ auth: 'none', faults: { random: PLAN } })
    const { KeyVersionId: versionId } = await planeKey(emulator)
    const messages = order(Array.from({ length: 60 }, (_, index) => index))
    const entries = await Promise.all(
      messages.map(async (number) => {
        const [plane = 'trent'] = [(['trent', 'openapi', 'instance'] as const)[number % 3]]
        const results: string[] = []
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const call = { keyId: 'alias/a', versionId, message: `message ${number}` }
          const { status, headers, body, ended } = await exchange(
            emulator.port,
            signRequest(plane, emulator.port, call),
          )
          const whole =
            body.length > 0 &&
            status === 200 &&
            ended === 'whole' &&
            !headers['content-type']?.includes('html')
          const signed = whole && signatureIn(plane, body).signature.length > 0
          results.push(`${status} ${ended} ${headers['content-type']} ${signed}`)
        }
        return [number, results] as const
      }),
    )
    return { outcomes: new Map(entries.toSorted(([a], [b]) => a - b)), seen: emulator.faults.seen() }
  }

  test('does the same to each call, whatever the order and however many come at once', async () => {
    const one = await run((messages) => messages)
    const other = await run((messages) => messages.toSorted((a, b) => (hash(a) < hash(b) ? -1 : 1)))
    expect(other).toEqual(one)
    const total = Object.values(one.seen).reduce((sum, count) => sum + count, 0)
    // 180 calls at 0.4, within five deviations.
    expect(Math.abs(total - 72)).toBeLessThan(5 * Math.sqrt(180 * 0.4 * 0.6))
    for (const kind of PLAN.kinds ?? []) expect([kind, one.seen[kind] > 0]).toEqual([kind, true])
  })

  const hash = (value: number) => createHash('sha256').update(`${value}`).digest('hex')

  test('gives way to a fault that was added, without a change for the calls after it', async () => {
    const plan: FaultPlan = { seed: 5, rate: 0.5, kinds: ['internal'] }
    const statuses = async (added: FaultKind | undefined) => {
      const emulator = await start({ auth: 'none', faults: { random: plan } })
      const { KeyVersionId: versionId } = await planeKey(emulator)
      if (added) emulator.faults.add({ kind: added })
      const seen: number[] = []
      for (let attempt = 0; attempt < 30; attempt += 1) {
        const call = { keyId: 'alias/a', versionId, message: 'm' }
        seen.push((await exchange(emulator.port, signRequest('trent', emulator.port, call))).status)
      }
      return seen
    }
    const [without, withAdded] = [await statuses(undefined), await statuses('unavailable')]
    expect(withAdded).toEqual([503, ...without.slice(1)])
    expect(new Set(without)).toEqual(new Set([200, 500]))
  })

  test('does nothing any more once the plan is taken away', async () => {
    const emulator = await start({ auth: 'none' })
    const { KeyId: keyId, KeyVersionId: versionId } = await planeKey(emulator)
    const status = async () => {
      const call = { keyId, versionId, message: 'm' }
      return (await exchange(emulator.port, signRequest('trent', emulator.port, call))).status
    }
    const plan: FaultPlan = { seed: 1, rate: 1, kinds: ['internal'] }
    emulator.faults.random(plan)
    expect(await status()).toBe(500)
    emulator.faults.random(undefined)
    expect(await status()).toBe(200)
    emulator.faults.random(plan)
    expect(await status()).toBe(500)
    emulator.faults.clear()
    expect(await status()).toBe(200)
    expect(emulator.faults.seen().internal).toBe(2)
  })
})
