import type { Signature, SignerOptions, signMany } from '@signport/core'
import { BATCHES } from './batch.js'
import { type BatchesResult, runBatches } from './batches-run.js'
import { makeKeys } from './chaos-key.js'
import { type Disguise, openConnections } from './connection.js'
import { connectionsLeft, openConnectionCount } from './handles.js'
import { inParallel } from './in-parallel.js'
import { type ChaosItem, planItem } from './item.js'
import { runItem, type Work } from './item-run.js'
import { createLedger, type Ledger } from './ledger.js'
import { createMeetings } from './meetings.js'
import { createMemoryLog, growthDefects, type MemoryGrowth } from './memory.js'
import type { Outcome } from './outcome.js'
import { watchProcess } from './process-watch.js'
import { createReleaseCheck } from './release-check.js'
import { type RequestsOut, watchRequestsOut } from './requests-out.js'
import { createRunClock, type Look } from './run-clock.js'
import { secretsOf } from './secrets.js'
import { type Server, startServer } from './server.js'
import type { Setting } from './sign-item.js'
import { type Seen, seenDefects } from './verdict.js'

/** What a run is like. */
export interface ChaosOptions {
  /** How many signatures are asked for. */
  readonly count: number
  /** Decides what is signed, how, and what goes wrong. */
  readonly seed: number
  /** The part of the answers that is faulty, from 0 to 1. */
  readonly rate: number
  /** How many signatures are under way at once: no outcome depends on it. */
  readonly concurrency: number
  /** Told how many items are done. */
  readonly onProgress?: (done: number) => void
  /** What a test makes different, to see that the run notices. */
  readonly sabotage?: Sabotage
}

/** Ways to make a run go wrong. */
export interface Sabotage {
  readonly signerOptions?: Partial<SignerOptions>
  readonly disguise?: Disguise
  /** How an item is signed, in place of the usual way. */
  readonly sign?: (item: ChaosItem, setting: Setting) => Promise<Signature>
  /** In place of core's `signMany`. */
  readonly many?: typeof signMany
  /** Sees each result on its way to the ledger. */
  readonly enter?: (ledger: Ledger, item: ChaosItem, outcome: Outcome) => void
}

/** What came out. */
export interface ChaosResult {
  readonly items: readonly ChaosItem[]
  readonly ledger: Ledger
  readonly seen: Seen
  /** How many signatures were verified. */
  readonly verified: number
  /** What came of the messages that are signed by `signMany`; undefined in runs that are too short for it. */
  readonly batches: BatchesResult | undefined
  /** Undefined for runs that are too short to say. */
  readonly memory: MemoryGrowth | undefined
  /** The longest that an item took, in milliseconds of the run's clock. */
  readonly slowestMs: number
  readonly milliseconds: number
  /** Everything that was wrong: nothing, if all is well. */
  readonly defects: readonly string[]
}

/** For so many items, one message more is signed in a batch. */
const IN_BATCHES = 10

/** In shorter runs, batches would have no more than a few messages. */
const FEWEST_FOR_BATCHES = 1_000

/** Signs all items while servers fail, and looks at everything that comes out. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { count, seed, rate } = options
  const started = performance.now()
  const items = Array.from({ length: count }, (_, index) => planItem(seed, index))
  const before = openConnectionCount()
  const watch = watchProcess()
  try {
    const { defects, ...rest } = await withServer(items, options)
    const left = await connectionsLeft(before)
    return {
      items,
      ...rest,
      milliseconds: performance.now() - started,
      defects: [
        ...defects,
        ...rest.ledger.defects(),
        ...seenDefects(rest.seen, count, rate),
        ...growthDefects(rest.memory),
        ...left,
        ...watch.defects(),
      ],
    }
  } finally {
    watch.stop()
  }
}

/** Whatever happens, nothing that was opened stays open. */
async function withServer(items: readonly ChaosItem[], options: ChaosOptions) {
  const { seed, sabotage = {} } = options
  const keys = makeKeys()
  const server = await startServer(keys, [...items, ...BATCHES])
  const out = watchRequestsOut()
  const clock = createRunClock(async () => lookAtBoth(await server.look(), out))
  const connections = openConnections(server, sabotage.disguise)
  const setting: Setting = { seed, keys, connections, clock, signerOptions: sabotage.signerOptions }
  try {
    return await inTrouble(items, setting, { options, server })
  } finally {
    clock.stop()
    out.stop()
    await connections.close()
    await server.close()
  }
}

/** What goes on in the server, and what is on its way to it. */
function lookAtBoth({ started, underWay }: Look, out: RequestsOut): Look {
  return { started: started + out.count(), underWay: underWay + Number(out.connecting()) }
}

async function inTrouble(
  items: readonly ChaosItem[],
  setting: Setting,
  { options, server }: { readonly options: ChaosOptions; readonly server: Server },
) {
  const { seed, rate, sabotage } = options
  await server.trouble({ seed, rate })
  const meetings = createMeetings()
  server.onMet(meetings.note)
  const release = createReleaseCheck(seed, setting.keys)
  const secrets = secretsOf(server)
  const work: Work = { setting, server, meetings, release, secrets, sign: sabotage?.sign }
  const signed = await signAll(items, options, work)
  const seen = { ...(await server.seen()), refused: items.filter(({ refused }) => refused).length }
  await server.trouble()
  const moved = await release.finish(setting.connections.aside)
  const count = Math.floor(items.length / IN_BATCHES / BATCHES.length)
  const batches =
    items.length < FEWEST_FOR_BATCHES
      ? undefined
      : await runBatches({ setting, secrets, count, many: sabotage?.many }, { server, plan: { seed, rate } })
  const defects = [...signed.defects, ...moved, ...(batches?.defects ?? []), ...server.defects()]
  return { ...signed, batches, seen, verified: release.count(), defects }
}

async function signAll(items: readonly ChaosItem[], options: ChaosOptions, work: Work) {
  const { concurrency, onProgress, sabotage: { enter = usualEntry } = {} } = options
  const ledger = createLedger(items)
  const memory = createMemoryLog(items.length)
  const defects: string[] = []
  let slowestMs = 0
  let done = 0
  const run = async (item: ChaosItem) => {
    const { outcome, defects: found, milliseconds } = await runItem(item, work)
    defects.push(...found)
    if (outcome !== undefined) enter(ledger, item, outcome)
    slowestMs = Math.max(slowestMs, milliseconds)
    onProgress?.(++done)
  }
  for (const part of memory.partsOf(items)) {
    await inParallel(part, concurrency, run)
    memory.look()
  }
  return { ledger, memory: memory.growth(), slowestMs, defects }
}

const usualEntry: NonNullable<Sabotage['enter']> = (ledger, item, outcome) => ledger.enter(item, outcome)
