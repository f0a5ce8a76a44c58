import assert from 'node:assert/strict'
import type { Case, Figure, Run, Target } from '../../harness/case.js'
import { cpuClock, wallClock } from '../../harness/clock.js'
import { intervalOf } from '../../harness/interval.js'
import { compareAny, type Sampler } from '../../harness/pairs.js'
import type { Kms } from '../../kms/kms.js'
import { type Offer, offerOfSdk, offerOfSignport } from './offer.js'
import { watchProcessors } from './processors.js'
import { type Counts, type Quota, type QuotaServer, withQuotaServer } from './quota-server.js'
import { assertSigned } from './signing-batch.js'

const DIGESTS = 20_000
const QUICK_DIGESTS = 200
const CONCURRENCY = 64
const LATENCY_MS = 5

/** What AWS KMS permits by default. How it counts is not documented: a second's worth may come at once here. */
const QUOTA: Quota = { perSecond: 1_000, burst: 1_000 }

/** Where nothing more can be done: what this process takes of one processor, what is left of all, in per cent. */
const BUSY = 90
const IDLE = 10

/** A turn takes about 20 s, and the quota leaves little to chance. */
const MAX_ROUNDS = 3

interface Contestant {
  readonly name: string
  readonly isSubject: boolean
  offer(kms: Kms): Offer
}

const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'trent-service by signMany, maxPerSecond',
    isSubject: true,
    offer: (kms) => offerOfSignport(kms, CONCURRENCY, QUOTA.perSecond),
  },
  ...(['standard', 'adaptive'] as const).map((retryMode) => ({
    name: `raw AWS SDK, ${retryMode} retries`,
    isSubject: false,
    offer: (kms: Kms) => offerOfSdk(kms, CONCURRENCY, retryMode),
  })),
]

export const bulkQuota: Case = {
  name: 'bulk/quota',
  title: 'Many signatures within a quota',
  method:
    `${grouped(DIGESTS)} digests (RS256) are offered at a concurrency of ${CONCURRENCY} to a server in another process that takes ` +
    `${LATENCY_MS} ms for each answer and permits ${grouped(QUOTA.perSecond)} requests a second: by a token bucket that holds ` +
    `${grouped(QUOTA.burst)}, and ThrottlingException for what is too much. Signport is told the rate; the SDK learns of it by ` +
    'being throttled, and each makes as many attempts as by default. Goodput is signatures a second by the quota, above 100 % ' +
    'by what the bucket held in the beginning; throttled are requests, of all that were sent; failed are digests without a ' +
    'signature in the end, because of throttling.',
  async run(run) {
    const turns = CONTESTANTS.map((contestant) => ({ contestant, taken: [] as Turn[] }))
    const pairs = Math.min(run.pairs, MAX_ROUNDS)
    const samplers = turns.map(({ contestant, taken }) => samplerOf(run, contestant, taken))
    const onRound = (round: number) => run.progress(`${round + 1} of ${pairs}`)
    await compareAny(samplers, { pairs, onRound })
    return FIGURES.flatMap((kind) => turns.map((each) => figureOf(kind, each.contestant, each.taken)))
  },
}

/** What became of the digests of one turn. */
interface Turn {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of all processors, from 0 to 1. */
  readonly idle: number
  readonly offered: number
  readonly failed: number
  readonly counts: Counts
}

/** Each turn has a server that nobody has asked anything before. */
function samplerOf(run: Run, { name, offer }: Contestant, taken: Turn[]): Sampler {
  return {
    name,
    sample: () =>
      withQuotaServer({ latencyMs: LATENCY_MS, quota: QUOTA }, async (server) => {
        const turn = await takeTurn(server, offer(server), run.quick ? QUICK_DIGESTS : DIGESTS)
        taken.push(turn)
        return turn.seconds
      }),
  }
}

async function takeTurn(server: QuotaServer, offer: Offer, offered: number): Promise<Turn> {
  try {
    assertSigned(server, await offer.sign())
    const before = await server.counts()
    const [begun, cpuBegun, processors] = [wallClock(), cpuClock(), watchProcessors()]
    const failed = await offer.signMany(offered)
    const seconds = (wallClock() - begun) / 1_000_000
    const cpuSeconds = (cpuClock() - cpuBegun) / 1_000_000
    const idle = processors.idle()
    const after = await server.counts()
    assert.equal(after.refused, 0, 'the service has refused requests')
    const counts = {
      signed: after.signed - before.signed,
      throttled: after.throttled - before.throttled,
      refused: 0,
    }
    return { seconds, cpuSeconds, idle, offered, failed, counts }
  } finally {
    await offer.close()
  }
}

/** What is said of each of them. */
interface FigureKind {
  readonly group: string
  readonly target?: Target
  readonly of: (turn: Turn) => number
  readonly noteOn?: (turns: readonly Turn[]) => string
}

const FIGURES: readonly FigureKind[] = [
  { group: 'Goodput', target: { atLeast: 97 }, of: goodput, noteOn: load },
  { group: 'Throttled', target: { atMost: 1 }, of: throttledShare },
  { group: 'Failed', of: ({ failed, offered }) => (100 * failed) / offered },
]

function goodput({ seconds, offered, failed }: Turn): number {
  return (100 * (offered - failed)) / seconds / QUOTA.perSecond
}

function throttledShare({ counts: { signed, throttled } }: Turn): number {
  return (100 * throttled) / (signed + throttled)
}

function figureOf(
  { group, target, of, noteOn }: FigureKind,
  { name, isSubject }: Contestant,
  turns: readonly Turn[],
): Figure {
  const value = medianOf(turns, of)
  return {
    group,
    subject: name,
    unit: '%',
    value,
    ...(isSubject && target && { target }),
    ...(noteOn && { note: noteOn(turns) }),
  }
}

/** How much was asked of the service; and by whom it was less than the quota because the machine could not do more. */
function load(turns: readonly Turn[]): string {
  const sent = medianOf(turns, ({ counts, seconds }) => (counts.signed + counts.throttled) / seconds)
  const busy = medianOf(turns, ({ cpuSeconds, seconds }) => (100 * cpuSeconds) / seconds)
  const note = `${Math.round(sent)} requests a second, ${Math.round(busy)} % of a processor`
  const isStarved =
    sent < QUOTA.perSecond && (busy > BUSY || medianOf(turns, ({ idle }) => 100 * idle) < IDLE)
  return isStarved ? `${note}: for lack of processor time below the quota` : note
}

const medianOf = (turns: readonly Turn[], of: (turn: Turn) => number): number =>
  intervalOf(turns.map(of)).median

/** With its thousands apart. */
function grouped(count: number): string {
  return count.toLocaleString('en')
}
