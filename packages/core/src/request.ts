import { raceAbort, throwIfAborted } from './abort.js'
import { type Asked, attempt } from './attempt.js'
import type { Remaining } from './call.js'
import { contextOf, endingOf } from './call-context.js'
import type { Clock } from './clock.js'
import type { AbortNotice } from './ending.js'
import type { CallContext } from './provider.js'
import { Retries, type RetryOptions } from './retries.js'

/** Who is asked, and how often. */
export interface RequestSettings extends Asked, RetryOptions {}

/**
 * What a service is asked: in its turn, within the time of an answer, and again where that may help and the time of the
 * call permits it.
 *
 * @throws SigningError as the provider does at the last attempt; `Timeout`, `Aborted`
 */
export async function request<T>(
  settings: RequestSettings,
  { ending, leftMs, retries = new Retries(settings) }: Remaining & { readonly retries?: Retries },
  run: (context: CallContext) => Promise<T>,
): Promise<T> {
  const { connection, clock } = settings
  const once = () => {
    retries.began()
    return attempt(settings, ending, (context) => run(noticingTurns(context, retries)))
  }
  for (;;) {
    retries.queued()
    try {
      const answer = await (connection ? connection.inSlot(once, ending) : once())
      retries.succeeded()
      return answer
    } catch (error) {
      throwIfAborted(ending)
      const pause = retries.pauseAfter(error, leftMs?.() ?? Number.POSITIVE_INFINITY)
      if (pause === undefined) throw error
      if (pause > 0) await sleep(pause, clock, ending)
    }
  }
}

/** The call is to know that it waits for its turn, and not for the service. */
function noticingTurns(context: CallContext, retries: Retries): CallContext {
  const { clock, turn } = context
  if (!turn) return context
  const noticed = async () => {
    retries.queued()
    await turn()
    retries.resumed()
  }
  return contextOf({ ending: endingOf(context), clock, turn: noticed })
}

async function sleep(milliseconds: number, clock: Clock, ending?: AbortNotice): Promise<void> {
  let stop: () => void = () => undefined
  const over = new Promise<void>((resolve) => {
    stop = clock.after(milliseconds, resolve)
  })
  await raceAbort(over, ending).finally(stop)
}
