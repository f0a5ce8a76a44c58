import { type InnerBounds, withinBounds } from './call.js'
import { contextOf } from './call-context.js'
import type { Clock } from './clock.js'
import type { Connection } from './connection.js'
import type { AbortNotice } from './ending.js'
import { SigningError } from './error.js'
import type { CallContext, SigningProvider } from './provider.js'
import { printable } from './text.js'

/** Who is asked, about which key, and for how long. */
export interface Asked {
  readonly provider: SigningProvider
  readonly keyId: string
  /** How long one answer may take, in milliseconds. A key in this process is there at once, and has no limit. */
  readonly attemptTimeoutMs: number | undefined
  readonly clock: Clock
  readonly connection: Connection | undefined
}

/**
 * One request to a provider, within the time that one may take. A service that never answers would keep everybody waiting
 * who comes later.
 *
 * @throws SigningError as the provider does, and `Timeout`, `Aborted`
 */
export function attempt<T>(
  asked: Asked,
  ending: AbortNotice | undefined,
  run: (context: CallContext) => Promise<T>,
): Promise<T> {
  const { attemptTimeoutMs: timeoutMs, clock, connection } = asked
  const bounds: InnerBounds = { ending, timeoutMs, clock }
  return withinBounds(
    bounds,
    (within, time) => run(contextOf({ ending: within, clock: time, turn: connection?.turns(within) })),
    (limitMs) => noAnswer(asked, limitMs),
  )
}

function noAnswer({ provider, keyId }: Asked, timeoutMs: number): SigningError {
  const message = `${provider.name} did not answer for the key ${printable(keyId)} within ${timeoutMs} ms.`
  return new SigningError('Timeout', message, { provider: provider.name, keyId })
}
