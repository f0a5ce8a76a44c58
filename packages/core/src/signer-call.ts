import { type CallOptions, type InnerBounds, type Remaining, withinBounds } from './call.js'
import type { WorkClock } from './deadline.js'
import { SigningError } from './error.js'
import { Retries } from './retries.js'
import type { SignerSettings } from './signer-options.js'

/** A call of a signer while it lasts. */
export interface SignerCall extends Remaining {
  /** Absent where it has no deadline. */
  readonly clock: WorkClock | undefined
  readonly retries: Retries
}

/**
 * Runs a call within its own bounds, or else those of the signer.
 *
 * @throws SigningError `Timeout` that says how far the call came; `Aborted`; and what the work is rejected with
 */
export function withinCall<T>(
  settings: SignerSettings,
  { signal: given, timeoutMs = settings.timeoutMs }: CallOptions,
  run: (call: SignerCall) => Promise<T>,
): Promise<T> {
  const retries = new Retries(settings)
  const bounds: InnerBounds = { ending: given, timeoutMs, clock: settings.clock }
  return withinBounds(
    bounds,
    (ending, clock) => run({ ending, leftMs: clock?.leftMs, clock, retries }),
    (limitMs) => expired(limitMs, settings, retries),
  )
}

function expired(limitMs: number, { provider, keyId }: SignerSettings, retries: Retries): SigningError {
  const message = `The call did not end within its ${limitMs} ms${progressOf(provider.name, retries)}.`
  const details = { provider: provider.name, keyId, cause: retries.lastFailure }
  return new SigningError('Timeout', message, details)
}

/** Whoever waited for others is told so: it is not the service that was slow. */
function progressOf(provider: string, { isQueued, lastFailure, attempts }: Retries): string {
  if (isQueued) return ': it was waiting for its turn (maxConcurrency, maxPerSecond)'
  if (!lastFailure) return ''
  return `: ${provider} was asked ${attempts} times, and the last failure was ${lastFailure.code}`
}
