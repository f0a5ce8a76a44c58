import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, context } from '@opentelemetry/api'
import { tellOf } from './harmless.js'

/**
 * A store for a tracing channel that keeps nothing itself: it has OpenTelemetry run what the channel runs, in the context that
 * belongs to it, whichever way OpenTelemetry keeps its contexts. It is an AsyncLocalStorage because channels take nothing
 * else; where a version of Node enters a store in another way than by `run`, the context is just not made the active one.
 */
export class ContextStore extends AsyncLocalStorage<Context> {
  override run<R, Args extends unknown[]>(within: Context, callback: (...args: Args) => R, ...args: Args): R {
    let began = false
    let outcome: { readonly value: R } | undefined
    const call = () => {
      began = true
      outcome = { value: callback(...args) }
    }
    try {
      context.with(within, call)
    } catch (error) {
      if (began && !outcome) throw error
      tellOf(error)
    }
    return outcome ? outcome.value : callback(...args)
  }
}
