import { type AbortNotice, signalOf } from './ending.js'
import type { AttemptClock, CallContext } from './provider.js'

/** What holds for one call, each part of which may be missing. */
export interface ContextParts {
  readonly ending: AbortNotice | undefined
  readonly clock: AttemptClock | undefined
  readonly turn: CallContext['turn'] | undefined
}

/** What a provider is told of the bounds of its work: nothing of those that there are not. */
export function contextOf({ ending, clock, turn }: ContextParts): CallContext {
  const others = { ...(clock && { clock }), ...(turn && { turn }) }
  return ending ? new EndingContext(ending, others) : others
}

/**
 * A context whose signal is made when it is read. Whoever copies it reads it: then a signal goes on like any other, and whoever
 * puts another in its place is not passed over.
 */
class EndingContext implements CallContext {
  declare readonly signal: AbortSignal
  readonly #ending: AbortNotice

  constructor(ending: AbortNotice, others: Omit<CallContext, 'signal'>) {
    this.#ending = ending
    Object.assign(this, others)
    Object.defineProperty(this, 'signal', { enumerable: true, get: () => signalOf(ending) })
  }

  static endingOf(context: CallContext): AbortNotice | undefined {
    return #ending in context ? context.#ending : context.signal
  }
}

/** What tells of the end of a call, for less than its signal: that is made when somebody reads it. Absent where there is none. */
export const endingOf = (context: CallContext): AbortNotice | undefined => EndingContext.endingOf(context)
