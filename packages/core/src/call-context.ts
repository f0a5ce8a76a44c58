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
  return ending ? new EndingContext(ending, clock, turn) : { ...(clock && { clock }), ...(turn && { turn }) }
}

/** Where the getter finds what a signal is made of: unlike a private name, through a prototype or a proxy, too. */
const ENDING = Symbol('ending')

/**
 * A context whose signal is made when it is read. Whoever copies it reads it: then a signal goes on like any other, and whoever
 * puts another in its place is not passed over.
 */
class EndingContext implements CallContext {
  /** One for all: with a getter of its own, each context would be of another shape for V8. */
  static readonly #signal = {
    enumerable: true,
    get(this: { readonly [ENDING]: AbortNotice }) {
      return signalOf(this[ENDING])
    },
  }

  declare readonly signal: AbortSignal
  declare readonly clock?: AttemptClock
  declare readonly turn?: NonNullable<CallContext['turn']>
  /** For `endingOf`, which must not look through those: they may have a signal of their own. */
  readonly #ending: AbortNotice

  constructor(ending: AbortNotice, clock: AttemptClock | undefined, turn: CallContext['turn']) {
    this.#ending = ending
    if (clock) this.clock = clock
    if (turn) this.turn = turn
    Object.defineProperty(this, ENDING, { value: ending })
    Object.defineProperty(this, 'signal', EndingContext.#signal)
  }

  static endingOf(context: CallContext): AbortNotice | undefined {
    return #ending in context ? context.#ending : context.signal
  }
}

/** What tells of the end of a call, for less than its signal: that is made when somebody reads it. Absent where there is none. */
export const endingOf = (context: CallContext): AbortNotice | undefined => EndingContext.endingOf(context)
