import type { Signature } from '@signport/core'
import { reviewError } from './error-review.js'
import { expectationDefects } from './expectation.js'
import { withinLimit } from './in-parallel.js'
import type { ChaosItem } from './item.js'
import { LIMITS } from './limits.js'
import type { Meetings } from './meetings.js'
import { messageOf, plainDigestOf } from './message.js'
import type { Outcome } from './outcome.js'
import type { ReleaseCheck } from './release-check.js'
import { formsOf, type Secrets } from './secrets.js'
import type { Server } from './server.js'
import { type Setting, signItem } from './sign-item.js'

/** What items are run with. */
export interface Work {
  readonly setting: Setting
  readonly server: Server
  readonly meetings: Meetings
  readonly release: ReleaseCheck
  readonly secrets: Secrets
  /** How an item is signed, in place of the usual way. */
  readonly sign?: ((item: ChaosItem, setting: Setting) => Promise<Signature>) | undefined
}

/** What became of an item. */
export interface Ended {
  /** Undefined when there is none. */
  readonly outcome: Outcome | undefined
  readonly defects: readonly string[]
  /** How long it took, by the clock of the run. */
  readonly milliseconds: number
}

/** A call that takes so much longer than it may is given up. In milliseconds. */
const PATIENCE_MS = 10_000

/** A look that was mistaken may have let so much time pass. In milliseconds. */
const MARGIN_MS = 300

/** Signs an item, and looks at what came of it: in which time, and after what the server did. */
export async function runItem(item: ChaosItem, work: Work): Promise<Ended> {
  const { setting, server, meetings, sign = signItem } = work
  const { clock } = setting
  const began = clock.now()
  const limitMs = LIMITS[item.haste]
  const ending = sign(item, setting).then(
    async (signature) => ({
      outcome: 'signed' as const,
      defects: await work.release.assert(item, signature),
    }),
    (error: unknown) => failed(item, error, work),
  )
  const ended = await withinLimit(ending, { clock, milliseconds: limitMs + PATIENCE_MS }, () => undefined)
  const milliseconds = clock.now() - began
  if (!ended) return { outcome: undefined, defects: [`item ${item.index} did not end`], milliseconds }
  await server.look()
  const { outcome, defects } = ended
  const late = milliseconds > limitMs + MARGIN_MS ? [`took ${milliseconds} ms, and may take ${limitMs}`] : []
  const met = expectationDefects(item, meetings.take(item.keyId), outcome)
  return {
    outcome,
    milliseconds,
    defects: [...defects, ...[...late, ...met].map((defect) => `item ${item.index} ${defect}`)],
  }
}

function failed(item: ChaosItem, error: unknown, { setting, secrets }: Work) {
  const message = messageOf(setting.seed, item)
  const digest = item.messageType === 'raw' ? undefined : plainDigestOf(item.algorithm, message)
  const own = [...formsOf(message), ...(digest ? formsOf(digest) : [])]
  const { outcome, defects } = reviewError(error, secrets, own)
  return { outcome, defects: defects.map((defect) => `item ${item.index}: ${defect}`) }
}
