import assert from 'node:assert/strict'
import type { Case, Result, Run } from '../../harness/case.js'
import { cpuClock, wallClock } from '../../harness/clock.js'
import { compareAny, type Sampler } from '../../harness/pairs.js'
import type { Kms, Quota } from '../../kms/kms.js'
import { type Offer, offerOfSdk, offerOfSignport } from './offer.js'
import { watchProcessors } from './processors.js'
import { type Contestant, quotaResults, type Turn } from './quota-results.js'
import { type QuotaServer, withQuotaServer } from './quota-server.js'
import { assertSigned } from './signing-batch.js'

const DIGESTS = 20_000
const QUICK_DIGESTS = 200
const CONCURRENCY = 64
const LATENCY_MS = 5

/** What AWS KMS permits by default. */
const PER_SECOND = 1_000

/** How a service counts. */
interface Strictness {
  /** What may come at once after a pause. */
  readonly burst: number
  /** Whether the targets are about it. */
  readonly isAimedAt: boolean
  /** At most: a round takes more than a minute, and the quota leaves little to chance. */
  readonly pairs: number
}

const STRICTNESSES: readonly Strictness[] = [
  { burst: PER_SECOND / 10, isAimedAt: true, pairs: 5 },
  { burst: PER_SECOND, isAimedAt: false, pairs: 3 },
]

interface Contending extends Contestant {
  offer(kms: Kms): Offer
}

const SIGNPORT: Contending = {
  name: 'trent-service by signMany, maxPerSecond',
  offer: (kms) => offerOfSignport(kms, CONCURRENCY, PER_SECOND),
}

const SDK: readonly Contending[] = (['standard', 'adaptive'] as const).map((retryMode) => ({
  name: `raw AWS SDK, ${retryMode} retries`,
  offer: (kms) => offerOfSdk(kms, CONCURRENCY, retryMode),
}))

export const bulkQuota: Case = {
  name: 'bulk/quota',
  title: 'Many signatures within a quota',
  method:
    `${grouped(DIGESTS)} digests (RS256) are offered at a concurrency of ${CONCURRENCY} to a server in another process that takes ` +
    `${LATENCY_MS} ms for each answer and permits ${grouped(PER_SECOND)} requests a second, by a token bucket, with ` +
    'ThrottlingException for what is too much. AWS does not say how KMS counts: the bucket holds a tenth of what a second ' +
    'gives, which targets are about, or all of that, with which one may be 5 % too fast for a whole turn unpunished. ' +
    'Signport is told the rate; the SDK learns of it by being throttled, and each makes as many attempts as by default. ' +
    'Goodput is signatures a second, from the call to the last answer, by the quota, and may be above 100 % by what the ' +
    'bucket held in the beginning; throttled are requests, of all that were sent; failed are digests without a signature ' +
    `in the end, because of throttling. A round takes more than a minute: there are ${STRICTNESSES.map(({ pairs }) => pairs).join(', and ')}.`,
  async run(run) {
    const results: Result[] = []
    for (const strictness of STRICTNESSES) results.push(...(await compare(run, strictness)))
    return results
  },
}

async function compare(run: Run, { burst, isAimedAt, pairs: most }: Strictness): Promise<readonly Result[]> {
  const pairs = Math.min(run.pairs, most)
  const quota: Quota = { perSecond: PER_SECOND, burst }
  const turns = new Map<string, Turn[]>([SIGNPORT, ...SDK].map(({ name }) => [name, []]))
  const samplers = [SIGNPORT, ...SDK].map((each) => samplerOf(run, each, quota, turns.get(each.name) ?? []))
  const onRound = (round: number) => run.progress(`a bucket of ${grouped(burst)}, ${round + 1} of ${pairs}`)
  await compareAny(samplers, { pairs, onRound })
  const place = { bucket: `A bucket of ${grouped(burst)}`, perSecond: PER_SECOND, isAimedAt }
  return quotaResults(SIGNPORT, SDK, turns, place)
}

/** Each turn has a server that nobody has asked anything before. */
function samplerOf(run: Run, { name, offer }: Contending, quota: Quota, taken: Turn[]): Sampler {
  return {
    name,
    sample: () =>
      withQuotaServer({ latencyMs: LATENCY_MS, quota }, async (server) => {
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
    const signed = after.signed - before.signed
    const throttled = after.throttled - before.throttled
    return { seconds, cpuSeconds, idle, offered, failed, signed, throttled }
  } finally {
    await offer.close()
  }
}

/** With its thousands apart. */
function grouped(count: number): string {
  return count.toLocaleString('en')
}
