import type { TracingChannelCollection } from 'node:diagnostics_channel'
import type { Context } from '@opentelemetry/api'
import { ContextStore } from './context-store.js'

/** What `instrumentSignport` gives back. */
export interface Instrumentation {
  /** Ends it: of signatures that begin from now on, nothing is told. Those under way still are told of. */
  disable(): void
}

/** Something that has begun, and the context in which it goes on. */
export interface WithContext {
  readonly context: Context
}

/** Who is told of what a channel traces. Neither function may throw. */
interface Listener<About, Begun extends WithContext> {
  begin(about: About): Begun
  end(about: About, begun: Begun): void
}

/** Has a listener told of everything that begins from now on, and of its end; and makes the context the active one. */
export function listen<About extends object, Begun extends WithContext>(
  channel: TracingChannelCollection<unknown, About>,
  { begin, end }: Listener<About, Begun>,
): Instrumentation {
  const store = new ContextStore()
  // What never ends must not be kept for that.
  const begun = new WeakMap<About, Begun>()
  let [underWay, disabled] = [0, false]
  const whenBegun = (about: About) => {
    const call = begin(about)
    begun.set(about, call)
    underWay++
    return call.context
  }
  const whenEnded = (message: unknown) => {
    const about = message as About
    const call = begun.get(about)
    if (!call) return
    begun.delete(about)
    underWay--
    end(about, call)
    leave()
  }
  const leave = () => {
    if (disabled && underWay === 0) channel.asyncEnd.unsubscribe(whenEnded)
  }
  channel.start.bindStore(store, whenBegun)
  channel.asyncEnd.subscribe(whenEnded)
  return {
    disable() {
      disabled = true
      channel.start.unbindStore(store)
      leave()
    },
  }
}
