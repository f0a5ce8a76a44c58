import type { FaultKind } from '@signport/emulator'
import { BATCHES, faultsFor } from './batch.js'
import { type BatchEnd, type BatchWork, runBatch, verifyBatch } from './batch-run.js'
import { CONNECTIONS } from './item.js'
import type { Server } from './server.js'

/** What came of the second part of a run. */
export interface BatchesResult {
  readonly signed: number
  readonly failed: number
  /** How many requests were refused for their time: without putting that right, nothing would be signed at all. */
  readonly mistimed: number
  readonly defects: readonly string[]
}

interface Circumstances {
  readonly server: Server
  readonly plan: { readonly seed: number; readonly rate: number }
}

/** So far the server's time is off, in one direction and then in the other: more than any service takes. In milliseconds. */
const OFF_MS = 20 * 60 * 1000

/** How the emulator's protocols say that a request has another time. */
const MISTIMED = [
  'InvalidSignatureException',
  'InvalidTimeStamp.Expired',
  'RequestTimeTooSkewed',
  'IllegalTimestamp',
]

/**
 * Of what could be signed without repeating anything, so much is signed at the least: where the key cannot be had, nothing is
 * signed of what waits for it, and the budget comes to its end.
 */
const LEAST_SIGNED = 1 / 8

/** All batches at once: first those whose signatures are all checked, then the others, while the server's time changes. */
export async function runBatches(work: BatchWork, { server, plan }: Circumstances): Promise<BatchesResult> {
  const kinds = Object.keys(await server.seen()) as FaultKind[]
  let mistimed = 0
  server.onMet(({ fault, code = '' }) => {
    if (fault === undefined && MISTIMED.includes(code)) mistimed++
  })
  const ends: BatchEnd[] = []
  for (const [check, aheadMs] of [
    ['always', OFF_MS],
    ['first', -OFF_MS],
  ] as const) {
    await server.ahead(aheadMs)
    await server.trouble({ ...plan, kinds: faultsFor(check, kinds) })
    const batches = BATCHES.filter((batch) => batch.check === check)
    ends.push(...(await Promise.all(batches.map((batch) => runBatch(batch, work)))))
  }
  await server.trouble()
  await server.ahead(0)
  await server.look()
  const defects = ends.flatMap((end) => end.defects)
  for (const end of ends)
    defects.push(...(await verifyBatch(end, work.setting, work.setting.connections.aside)))
  const signed = sum(ends.map(({ signatures }) => signatures.length))
  const failed = sum(ends.map((end) => end.failed))
  const unseen = mistimed === 0 ? ['no request was refused for its time, which was off'] : []
  return { signed, failed, mistimed, defects: [...defects, ...shortfalls(ends, plan.rate), ...unseen] }
}

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0)

/** A connection whose time is wrong signs nothing until that is put right. */
function shortfalls(ends: readonly BatchEnd[], rate: number): string[] {
  return CONNECTIONS.flatMap((connection) => {
    const own = ends.filter(({ batch }) => batch.connection === connection)
    const signed = sum(own.map(({ signatures }) => signatures.length))
    const all = signed + sum(own.map(({ failed }) => failed))
    const least = Math.ceil((1 - rate) * LEAST_SIGNED * all)
    return signed < least
      ? [`the batches of ${connection} have ${signed} signatures, of at least ${least}`]
      : []
  })
}
