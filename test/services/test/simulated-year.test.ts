import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { RotatingSigner } from '@signport/core'
import { signJws, signJwt } from '@signport/jose'
import { HOUR, type Lifetimes, MINUTE, type Style, successions } from './support/rotation-year.js'
import type { OpenRing, VerifierOptions } from './support/simulated-fleet.js'
import { keyNames, kidOf, SimulatedKeys } from './support/simulated-keys.js'
import { type Report, type Simulation, simulate } from './support/simulated-rotation.js'

const LIFETIMES: Lifetimes = {
  cacheLifetimeMs: 10 * MINUTE,
  tokenLifetimeMs: HOUR,
  clockToleranceMs: MINUTE,
}

const CLAIMS = { iss: 'https://issuer.example', aud: 'api', sub: 'somebody' }

/** For a machine that does much else. In milliseconds. */
const PATIENCE_MS = 300_000

let keys: SimulatedKeys

beforeAll(async () => {
  keys = await SimulatedKeys.start()
})
afterAll(() => keys.close())

const signToken = (signer: RotatingSigner, now: () => number) =>
  signJwt(signer, CLAIMS, { expiresIn: HOUR / 1_000, now })

/** Verifiers that read the set at other times each, and one that keeps nothing. */
function verifiers(wrongMs: number): readonly VerifierOptions[] {
  return [
    { phaseMs: 0, offsetMs: 0, overHttp: true },
    { phaseMs: 1, offsetMs: -wrongMs },
    { phaseMs: 3 * MINUTE + 20_000, offsetMs: wrongMs },
    { phaseMs: 10 * MINUTE - 1, offsetMs: -wrongMs },
    { offsetMs: -wrongMs },
  ]
}

interface Change {
  /** What the rotations are told. */
  readonly lifetimes?: Partial<Lifetimes>
  /** How far clocks are apart at most, in milliseconds. */
  readonly apartMs?: number
  readonly months?: number
  readonly styles?: readonly Style[]
  readonly issue?: Simulation['issue']
}

function year(open: (lifetimes: Lifetimes) => OpenRing, change: Change = {}): Simulation {
  const lifetimes = { ...LIFETIMES, ...change.lifetimes }
  const { apartMs = 0, months = 12, styles, issue = signToken } = change
  return {
    successions: successions(keyNames.slice(0, months + 1), lifetimes, styles),
    lifetimes,
    open: open(lifetimes),
    serverOffsetsMs: [apartMs / 2, 0, -apartMs / 2],
    verifiers: verifiers(apartMs / 2),
    cacheMs: 10 * MINUTE,
    tokenMs: HOUR,
    issue,
  }
}

function historyOf({ keys }: Report, name: string) {
  const history = keys.get(kidOf(name))
  if (!history) throw new Error(`No key set had ${name}.`)
  return history
}

const codesOf = ({ failures }: Report) => [...new Set(failures.map(({ code }) => code))]

describe.each<[string, () => (lifetimes: Lifetimes) => OpenRing, number]>([
  ['whose clocks agree, by createRotatingSigner', () => keys.byCode, 0],
  ['whose clocks are a minute apart, by a configuration', () => keys.byConfiguration, MINUTE],
])('a year of servers %s', (_what, open, apartMs) => {
  let simulation: Simulation
  let report: Report
  let signatures: number

  beforeAll(async () => {
    const before = keys.signatures
    simulation = year(open(), { apartMs, lifetimes: { clockToleranceMs: apartMs } })
    report = await simulate(simulation)
    signatures = keys.signatures - before
  }, PATIENCE_MS)

  test('has no valid token that fails', () => {
    expect(report.failures).toEqual([])
    expect(report.verified).toBeGreaterThan(5_000)
    expect(report.read).toBeGreaterThan(3_000)
  })

  test('has tokens by the keys of all months, and by those of the service', () => {
    expect([...report.keys.keys()].sort()).toEqual(keyNames.map(kidOf).sort())
    for (const { tokens } of report.keys.values()) expect(tokens).toBeGreaterThan(30)
    expect(signatures).toBeGreaterThan(30)
  })

  test('has tokens that another key overtook, one of each server whenever a key takes over by itself', () => {
    const byThemselves = simulation.successions.filter(({ style }) => style !== 'by hand')
    expect(report.overtaken).toBe(byThemselves.length * simulation.serverOffsetsMs.length)
  })

  test('publishes no key after its last token, and none for a shorter time', () => {
    for (const { before, until, at, style } of simulation.successions) {
      const { lastExpiry, lastPublished } = historyOf(report, before)
      expect(lastPublished).toBe(until - 1)
      // A token's times are whole seconds. By hand, the operator waits for all clocks, too.
      const allowed = 1_000 + (style === 'by hand' ? 3 : 1) * apartMs
      expect(lastPublished).toBeLessThan(lastExpiry + allowed)
      expect(lastExpiry).toBeGreaterThanOrEqual(at - 1_000 + HOUR)
    }
  })

  test('tells its operator what to do when it can be done, and not before', () => {
    expect(report.wrongSteps).toEqual([])
  })
})

describe('a rotation that is told', () => {
  const early: Change = { months: 2, styles: ['as early as permitted'] }

  test(
    'the truth has no token that fails, however early its keys sign',
    async () => {
      const change = { ...early, apartMs: MINUTE }
      expect((await simulate(year(keys.byCode, change))).failures).toEqual([])
    },
    PATIENCE_MS,
  )

  test(
    'too short a life of caches signs with keys that verifiers do not know',
    async () => {
      const change = { ...early, lifetimes: { cacheLifetimeMs: 1_000, clockToleranceMs: 0 } }
      const report = await simulate(year(keys.byCode, change))
      expect(codesOf(report)).toEqual(['ERR_JWKS_NO_MATCHING_KEY'])
      expect(new Set(report.failures.map(({ kid }) => kid))).toEqual(new Set(keyNames.slice(1, 3).map(kidOf)))
    },
    PATIENCE_MS,
  )

  test(
    'too short a life of tokens withdraws keys that verifiers need',
    async () => {
      const signLonger: Simulation['issue'] = (signer, now) => {
        const iat = Math.floor(now() / 1_000)
        return signJws(signer, Buffer.from(JSON.stringify({ ...CLAIMS, iat, exp: iat + HOUR / 1_000 })))
      }
      const change = { ...early, lifetimes: { tokenLifetimeMs: 30 * MINUTE } }
      const report = await simulate(year(keys.byCode, { ...change, issue: signLonger }))
      expect(codesOf(report)).toEqual(['ERR_JWKS_NO_MATCHING_KEY'])
      expect(new Set(report.failures.map(({ kid }) => kid))).toEqual(new Set(keyNames.slice(0, 2).map(kidOf)))
      await expect(simulate(year(keys.byCode, change))).rejects.toMatchObject({ code: 'InvalidArgument' })
    },
    PATIENCE_MS,
  )

  test(
    'that clocks agree, while they do not, has tokens that fail',
    async () => {
      const change = { ...early, apartMs: 4 * MINUTE, lifetimes: { clockToleranceMs: 0 } }
      const report = await simulate(year(keys.byCode, change))
      expect(codesOf(report)).toEqual(['ERR_JWKS_NO_MATCHING_KEY'])
    },
    PATIENCE_MS,
  )
})
