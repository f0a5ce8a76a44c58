import type { RotatingSigner } from '@signport/core'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { DAY, HOUR, type Lifetimes, MINUTE, ROLLING_MS, type Succession } from './rotation-year.js'
import { CachingVerifier, type OpenRing, ServerProcess, type VerifierOptions } from './simulated-fleet.js'

/** What is simulated. */
export interface Simulation {
  readonly successions: readonly Succession[]
  /** As the rotations are told. */
  readonly lifetimes: Lifetimes
  readonly open: OpenRing
  /** How wrong the clock of each server is, in milliseconds; that of the second one is the operator's. */
  readonly serverOffsetsMs: readonly number[]
  readonly verifiers: readonly VerifierOptions[]
  /** How long verifiers keep a key set, in milliseconds. */
  readonly cacheMs: number
  /** How long tokens are valid, in milliseconds. */
  readonly tokenMs: number
  readonly issue: (signer: RotatingSigner, now: () => number) => Promise<string>
}

/** A token that was valid and could not be verified. */
interface Failure {
  readonly at: string
  readonly kid: string
  readonly code: unknown
}

/** What is known of a key when the year is over. */
interface KeyHistory {
  tokens: number
  /** When its last token expired, by the clock of whoever signed it, in milliseconds since 1970. */
  lastExpiry: number
  /** When a key set last had it, by the clock of the server, in milliseconds since 1970. */
  lastPublished: number
}

/** What came of it. */
export interface Report {
  readonly failures: readonly Failure[]
  readonly verified: number
  readonly read: number
  readonly keys: ReadonlyMap<string, KeyHistory>
  /** How many tokens had begun to be signed when another key took over. */
  readonly overtaken: number
  /** What was done while it was not due, or was due too early. */
  readonly wrongSteps: readonly string[]
}

/** What happens at the same time does so in this order. */
const ORDER = { look: 0, deploy: 1, read: 2, issue: 3, verify: 4 }

interface Happening {
  readonly at: number
  readonly order: number
  run(): Promise<void>
}

/** Runs a year. Nothing in it is random but what follows from the seed, so that a failure comes again. */
export async function simulate(simulation: Simulation): Promise<Report> {
  const run = new SimulatedRotation(simulation)
  await run.start()
  try {
    return await run.run()
  } finally {
    await run.stop()
  }
}

class SimulatedRotation {
  readonly #clock = { time: 0 }
  readonly #random = randomNumbers(20_270_101)
  readonly #happenings: Happening[] = []
  readonly #readings = new Set<string>()
  readonly #failures: Failure[] = []
  readonly #keys = new Map<string, KeyHistory>()
  readonly #wrongSteps: string[] = []
  readonly #options: Simulation
  readonly #servers: readonly ServerProcess[]
  readonly #verifiers: readonly CachingVerifier[]
  #verified = 0
  #read = 0
  #overtaken = 0

  constructor(options: Simulation) {
    this.#options = options
    const { serverOffsetsMs, verifiers, cacheMs, open } = options
    this.#servers = serverOffsetsMs.map((offsetMs) => new ServerProcess(this.#clock, offsetMs, open))
    this.#verifiers = verifiers.map((each) => new CachingVerifier(this.#clock, each, cacheMs))
  }

  async start(): Promise<void> {
    const [first] = this.#options.successions
    if (!first) throw new Error('There is nothing to simulate.')
    this.#clock.time = first.at - 15 * DAY
    for (const server of this.#servers) {
      await server.start()
      await server.deploy({ active: { key: first.before }, retired: [] })
    }
  }

  async run(): Promise<Report> {
    const { successions } = this.#options
    for (const succession of successions) {
      this.#planDeployments(succession)
      this.#planTokens(succession)
    }
    this.#happenings.sort((a, b) => a.at - b.at || a.order - b.order)
    for (const { at, run } of this.#happenings) {
      this.#clock.time = at
      await run()
    }
    return {
      failures: this.#failures,
      verified: this.#verified,
      read: this.#read,
      keys: this.#keys,
      overtaken: this.#overtaken,
      wrongSteps: this.#wrongSteps,
    }
  }

  async stop(): Promise<void> {
    for (const server of this.#servers) await server.stop()
  }

  #at(at: number, what: keyof typeof ORDER, run: () => Promise<void>): void {
    this.#happenings.push({ at, order: ORDER[what], run })
  }

  #planDeployments({ deployments }: Succession): void {
    for (const { at, ring, due } of deployments) {
      for (const [index, server] of this.#servers.entries())
        this.#at(at + index * this.#pauseMs, 'deploy', () => server.deploy(ring))
      if (!due) continue
      this.#at(due.since - 1, 'look', async () => this.#assertStep(due.step, false))
      this.#at(due.since, 'look', async () => this.#assertStep(due.step, true))
      this.#at(at, 'look', async () => this.#assertStep(due.step, true))
    }
  }

  /** What the operator is told, by the server whose clock is right. */
  #assertStep(step: string, expected: boolean): void {
    const isDue = this.#servers[1]?.signer.steps().some((each) => each.step === step && each.isDue)
    if (isDue !== expected) this.#wrongSteps.push(`${step} at ${isoTime(this.#clock.time)}: ${isDue}`)
  }

  /**
   * Tokens at the instants that matter, by every clock, and one whose signing such an instant interrupts; every other minute
   * around them; some in the hours before and after; and one a day.
   */
  #planTokens({ at, published, until, deployments }: Succession): void {
    for (const [index, server] of this.#servers.entries()) {
      const instants = [at, at + ROLLING_MS].flatMap((instant) => [instant - 1, instant])
      const here = [...instants.map((instant) => instant - server.offsetMs), at + index * this.#pauseMs - 1]
      for (const time of here) this.#planToken(time, index, this.#verifiers)
      this.#planToken(at - 1 - server.offsetMs, index, this.#verifiers, 1)
    }
    for (const time of steps(at - 14 * MINUTE, at + 14 * MINUTE, 2 * MINUTE))
      this.#planToken(time + this.#below(2 * MINUTE), this.#below(this.#servers.length), this.#verifiers)
    const around = (instant: number, step: number) => steps(instant - 2 * HOUR, instant + 2 * HOUR, step)
    const times = [
      ...around(at, 20 * MINUTE),
      ...[published, until, ...deployments.map((each) => each.at)].flatMap((each) => around(each, HOUR)),
      ...steps(at - 14 * DAY, at + 14 * DAY, DAY),
    ]
    for (const time of times)
      this.#planToken(time + this.#below(20 * MINUTE), this.#below(this.#servers.length), [
        this.#anyVerifier(),
      ])
    // The last set with the key, and the first one without it, of each server and by its clock.
    for (const server of this.#servers)
      for (const time of [until - 1, until])
        this.#planReading(time - server.offsetMs, this.#coldVerifier(), server)
  }

  /** A token, which takes some time to sign, and is verified when it is made, at some time, and in its last second. */
  #planToken(time: number, index: number, first: readonly CachingVerifier[], takesMs = 0): void {
    const server = this.#servers[index] as ServerProcess
    const expiry = Math.floor((time + server.offsetMs) / 1_000) * 1_000 + this.#options.tokenMs
    let token = ''
    this.#at(time, 'issue', async () => {
      token = await this.#issue(server, expiry, takesMs)
    })
    const made = time + takesMs
    const planned = (verifier: CachingVerifier, at: number) => {
      this.#planReading(verifier.readingBefore(at), verifier)
      this.#at(at, 'verify', () => this.#verify(verifier, token))
    }
    for (const verifier of new Set(first)) planned(verifier, made)
    const some = this.#anyVerifier()
    const lastSecond = (verifier: CachingVerifier) => expiry - 1_000 - verifier.offsetMs
    planned(some, made + this.#below(lastSecond(some) - made))
    for (const last of new Set([this.#anyVerifier(), this.#coldVerifier()])) planned(last, lastSecond(last))
  }

  /** Between one server's getting a deployment and the next one's. */
  get #pauseMs(): number {
    return ROLLING_MS / (this.#servers.length - 1)
  }

  #planReading(at: number, verifier: CachingVerifier, from?: ServerProcess): void {
    const server = from ?? (this.#servers[this.#below(this.#servers.length)] as ServerProcess)
    const name = `${at} ${this.#verifiers.indexOf(verifier)} ${from ? this.#servers.indexOf(from) : ''}`
    if (this.#readings.has(name)) return
    this.#readings.add(name)
    this.#at(at, 'read', async () => {
      this.#read++
      const maxAge = Math.floor(this.#options.lifetimes.cacheLifetimeMs / 1_000)
      for (const kid of await verifier.read(server, maxAge)) {
        const key = this.#historyOf(kid)
        key.lastPublished = Math.max(key.lastPublished, server.now())
      }
    })
  }

  async #issue({ signer, now }: ServerProcess, expiry: number, takesMs: number): Promise<string> {
    const { keyId } = signer
    const issuing = this.#options.issue(signer, now)
    this.#clock.time += takesMs
    if (signer.keyId !== keyId) this.#overtaken++
    const token = await issuing
    const { exp = 0 } = decodeJwt(token)
    if (exp * 1_000 !== expiry) throw new Error(`A token expires at ${exp}, not at ${expiry / 1_000}.`)
    const key = this.#historyOf(decodeProtectedHeader(token).kid ?? '')
    key.tokens++
    key.lastExpiry = Math.max(key.lastExpiry, expiry)
    return token
  }

  async #verify(verifier: CachingVerifier, token: string): Promise<void> {
    this.#verified++
    const currentDate = new Date(verifier.now())
    try {
      await jwtVerify(token, verifier.keySet, {
        currentDate,
        issuer: 'https://issuer.example',
        audience: 'api',
      })
    } catch (error) {
      const { code } = error as { code?: unknown }
      const { kid = '' } = decodeProtectedHeader(token)
      this.#failures.push({ at: isoTime(this.#clock.time), kid, code: code ?? error })
    }
  }

  #historyOf(kid: string): KeyHistory {
    const found = this.#keys.get(kid) ?? { tokens: 0, lastExpiry: 0, lastPublished: 0 }
    this.#keys.set(kid, found)
    return found
  }

  /** The one that keeps nothing: for it, a key that is withdrawn is gone at once. */
  #coldVerifier(): CachingVerifier {
    const index = this.#options.verifiers.findIndex(({ phaseMs }) => phaseMs === undefined)
    return this.#verifiers[index] as CachingVerifier
  }

  #anyVerifier(): CachingVerifier {
    return this.#verifiers[this.#below(this.#verifiers.length)] as CachingVerifier
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }
}

const isoTime = (time: number) => new Date(time).toISOString()

function steps(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}

/** The generator of Lehmer, as Park and Miller wrote it down: numbers from 0 to 1 that are the same each time. */
function randomNumbers(seed: number): () => number {
  let state = seed % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
