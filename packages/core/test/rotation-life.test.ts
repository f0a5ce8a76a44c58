import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createRotatingSigner,
  type RotatingSigner,
  type RotationOptions,
  SigningError,
} from '../src/index.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { keyOf, MINUTE } from './support/rotation.js'

/** Everything in minutes. */
interface World {
  readonly cache: number
  readonly token: number
  /** How far the clocks of servers and verifiers are apart at most. */
  readonly apart: number
  /** What verifiers grant beyond `exp`. */
  readonly leeway: number
  /** What the rotations are told of both. */
  readonly tolerance: number
  /** How long it takes until every server has a new configuration. */
  readonly rollout: number
  /** How often whoever looks after the keys looks at them. */
  readonly round: number
  /** Whether the next key takes over at a time that is written down, or by a new configuration. */
  readonly planned: boolean
  /** Whether a due step waits until it is due by the latest of the clocks. */
  readonly patient: boolean
  readonly seed: number
}

interface Token {
  readonly keyId: string
  readonly expires: number
}

const sizes: fc.Arbitrary<Omit<World, 'tolerance'>> = fc.record({
  cache: fc.integer({ min: 1, max: 40 }),
  token: fc.integer({ min: 1, max: 90 }),
  apart: fc.integer({ min: 0, max: 8 }),
  leeway: fc.integer({ min: 0, max: 8 }),
  rollout: fc.integer({ min: 1, max: 30 }),
  round: fc.integer({ min: 1, max: 15 }),
  planned: fc.boolean(),
  patient: fc.boolean(),
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
})

const worlds = sizes.map((world): World => ({ ...world, tolerance: world.apart + world.leeway }))

const SERVERS = 3
const VERIFIERS = 6
const GENERATIONS = 6
const START = 1_000_000

/** Numbers that look random and are the same for the same seed (Park and Miller 1988). */
function dice(seed: number) {
  let state = seed % 2147483647 || 1
  return (sides: number) => {
    state = (state * 48271) % 2147483647
    return state % sides
  }
}

const provider = new NodeProvider(keyPair('ES256'))
const keys = Array.from({ length: GENERATIONS + 1 }, (_, index) =>
  keyOf(`key ${index}`, 'ES256', {}, provider),
)
const dateOf = (minute: number) => new Date(minute * MINUTE)

type Keys = Pick<RotationOptions, 'active' | 'next'> & {
  readonly retired: NonNullable<RotationOptions['retired']>
}

/** Servers that get their configurations one after the other, each with a clock of its own. */
class Servers {
  minute = START
  readonly #world: World
  readonly #roll: (sides: number) => number
  readonly #clocks: number[]
  readonly #rollouts: { readonly from: number[]; readonly rotations: RotatingSigner[] }[] = []

  constructor(world: World, keys: Keys, roll: (sides: number) => number) {
    this.#world = world
    this.#roll = roll
    // Half of the difference to either side: no two clocks are further apart than the whole of it.
    this.#clocks = Array.from({ length: SERVERS }, () => skewOf(world, roll))
    this.#add(keys, 0)
  }

  /** A new configuration, which every server has at the time that is returned. */
  rollOut(keys: Keys): void {
    this.#add(keys, this.#world.rollout)
  }

  clockOf(server: number): number {
    return this.minute + (this.#clocks[server] ?? 0)
  }

  rotationOf(server: number): RotatingSigner {
    const newest = this.#rollouts.findLast(({ from }) => (from[server] ?? 0) <= this.minute)
    return newest?.rotations[server] as RotatingSigner
  }

  #add(keys: Keys, within: number): void {
    const lengths = {
      cacheLifetimeMs: this.#world.cache * MINUTE,
      tokenLifetimeMs: this.#world.token * MINUTE,
      clockToleranceMs: this.#world.tolerance * MINUTE,
    }
    const rotations = this.#clocks.map((_, server) =>
      createRotatingSigner({ ...keys, ...lengths, now: () => this.clockOf(server) * MINUTE }),
    )
    const from = this.#clocks.map(() => this.minute + this.#roll(within + 1))
    this.#rollouts.push({ from, rotations })
  }
}

const skewOf = ({ apart }: World, roll: (sides: number) => number) => {
  const half = Math.floor(apart / 2)
  return roll(2 * half + 1) - half
}

/** Keeps a key set for as long as it may, and then takes that of any server. */
class CachingVerifier {
  readonly #world: World
  readonly #servers: Servers
  readonly #skew: number
  #set: { readonly keyIds: readonly string[]; readonly read: number } | undefined

  constructor(world: World, servers: Servers, roll: (sides: number) => number) {
    this.#world = world
    this.#servers = servers
    this.#skew = skewOf(world, roll)
  }

  /** By its clock, and by what it grants. */
  accepts({ expires }: Token): boolean {
    return this.#clock < expires + this.#world.leeway
  }

  /** Whether it accepts a token by what it grants alone. */
  isLenient(token: Token): boolean {
    return this.#clock >= token.expires && this.accepts(token)
  }

  get #clock(): number {
    return this.#servers.minute + this.#skew
  }

  knows({ keyId }: Token, server: number): boolean {
    const { minute } = this.#servers
    if (!this.#set || minute - this.#set.read >= this.#world.cache) {
      const published = this.#servers.rotationOf(server).publishedKeys()
      this.#set = { keyIds: published.map(({ signer }) => signer.keyId), read: minute }
    }
    return this.#set.keyIds.includes(keyId)
  }
}

/** Does what the steps of a rotation say, and nothing before they say so. */
class KeyOperator {
  readonly #world: World
  readonly #servers: Servers
  #keys: Keys
  #generation = 0
  /** Until when the rollout before takes. */
  #busy = START

  constructor(world: World, servers: Servers, keys: Keys) {
    this.#world = world
    this.#servers = servers
    this.#keys = keys
  }

  get isDone(): boolean {
    return this.#generation === GENERATIONS && !this.#keys.next && this.#keys.retired.length === 0
  }

  look(): void {
    const { minute } = this.#servers
    if (minute < this.#busy) return
    const { patient, tolerance } = this.#world
    const latest = (this.#servers.clockOf(0) - (patient ? tolerance : 0)) * MINUTE
    const due = this.#servers
      .rotationOf(0)
      .steps()
      .find(({ at, isDue }) => isDue && at.getTime() <= latest)
    const next = this.#after(due?.step, due?.signer)
    if (!next) return
    this.#keys = next
    this.#servers.rollOut(next)
    this.#busy = minute + this.#world.rollout
  }

  #after(step: string | undefined, signer: unknown): Keys | undefined {
    const { active, next, retired } = this.#keys
    if (step === 'remove') return { ...this.#keys, retired: retired.filter((key) => key.signer !== signer) }
    if ((step === 'promote' || step === 'activate') && next) {
      // By hand, nobody knows whose clock it will be compared with.
      const retiredAt = next.activateAt ?? dateOf(this.#allHaveIt + this.#world.tolerance)
      return {
        active: { signer: next.signer, published: next.published },
        retired: [...retired, { signer: active.signer, retiredAt }],
      }
    }
    return next || this.#generation === GENERATIONS ? undefined : { ...this.#keys, next: this.#newKey() }
  }

  #newKey(): NonNullable<Keys['next']> {
    this.#generation++
    const { cache, tolerance, planned } = this.#world
    const published = dateOf(this.#allHaveIt)
    const activateAt = planned ? dateOf(this.#allHaveIt + cache + tolerance) : undefined
    return { signer: keys[this.#generation] as never, published, activateAt }
  }

  get #allHaveIt(): number {
    return this.#servers.minute + this.#world.rollout
  }
}

function live(world: World) {
  const roll = dice(world.seed)
  const first: Keys = { active: { signer: keys[0] as never }, retired: [] }
  const servers = new Servers(world, first, roll)
  const operator = new KeyOperator(world, servers, first)
  const verifiers = Array.from({ length: VERIFIERS }, () => new CachingVerifier(world, servers, roll))
  const tokens: Token[] = []
  const seen = {
    verified: 0,
    late: 0,
    failed: [] as string[],
    lasting: [] as string[],
    unsigned: 0,
    signedBy: new Set<string>(),
  }
  const lastExpiry = new Map<string, number>()

  for (; !operator.isDone; servers.minute++) {
    if (servers.minute % world.round === 0) operator.look()
    for (let server = 0; server < SERVERS; server++) {
      const token = issue(server)
      if (token) tokens.push(token)
    }
    for (const verifier of verifiers) for (let count = 0; count < 2; count++) verifyOne(verifier)
    assertNothingLasts()
    while ((tokens[0]?.expires ?? Number.POSITIVE_INFINITY) < servers.minute - world.apart - world.leeway)
      tokens.shift()
    if (servers.minute > START + 100_000) throw new Error('The keys do not come to an end.')
  }
  return seen

  function issue(server: number): Token | undefined {
    try {
      const { keyId } = servers.rotationOf(server).current()
      const expires = servers.clockOf(server) + world.token
      lastExpiry.set(keyId, Math.max(lastExpiry.get(keyId) ?? 0, expires))
      seen.signedBy.add(keyId)
      return { keyId, expires }
    } catch (error) {
      if (!SigningError.is(error, 'KeyUnavailable')) throw error
      seen.unsigned++
      return undefined
    }
  }

  function verifyOne(verifier: CachingVerifier): void {
    const token = tokens[roll(tokens.length)]
    if (!token || !verifier.accepts(token)) return
    seen.verified++
    if (verifier.isLenient(token)) seen.late++
    if (!verifier.knows(token, roll(SERVERS))) seen.failed.push(`${token.keyId} at ${servers.minute}`)
  }

  /** No server has a retired key longer than tokens of it may be valid, by whichever of the clocks. */
  function assertNothingLasts(): void {
    for (let server = 0; server < SERVERS; server++)
      for (const { role, signer } of servers.rotationOf(server).publishedKeys()) {
        const last = lastExpiry.get(signer.keyId) ?? Number.POSITIVE_INFINITY
        const slack = 3 * world.tolerance + world.rollout
        if (role === 'retired' && servers.clockOf(server) > last + slack)
          seen.lasting.push(`${signer.keyId} at ${servers.minute}`)
      }
  }
}

describe('keys that follow one another, as their steps say, on servers and verifiers whose clocks differ', () => {
  test('sign tokens of which every verifier has the key, and then are published no longer', () => {
    let [verified, late] = [0, 0]
    fc.assert(
      fc.property(worlds, (world) => {
        const seen = live(world)
        verified += seen.verified
        late += seen.late
        expect(seen).toMatchObject({ failed: [], lasting: [] })
        if (world.patient) expect(seen.unsigned).toBe(0)
        expect(seen.signedBy.size).toBe(GENERATIONS + 1)
      }),
      { numRuns: 60 },
    )
    expect(verified).toBeGreaterThan(100_000)
    expect(late).toBeGreaterThan(1_000)
  })

  test.each([
    ['the difference of the clocks alone', { apart: 8, leeway: 8, tolerance: 8 }],
    ['less than the sum', { apart: 4, leeway: 8, tolerance: 9 }],
  ])('sign tokens of which a verifier lacks the key where the tolerance is %s', (_, clocks) => {
    const failed = [1, 2, 3, 4, 5].flatMap((seed) => {
      const world = { cache: 1, token: 20, rollout: 1, round: 1, planned: true, patient: true, seed }
      return live({ ...world, ...clocks }).failed
    })
    expect(failed).not.toEqual([])
  })
})
