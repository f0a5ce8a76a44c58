import { type Bounds, contextOf, withinTime } from './call.js'
import { SigningError } from './error.js'
import type { CallContext, SigningProvider } from './provider.js'
import { printable } from './text.js'

/** Who is asked, and about which key. */
interface Asked {
  readonly provider: SigningProvider
  readonly keyId: string
}

/**
 * One request to a provider, within the time that one may take. A service that never answers would keep everybody waiting
 * who comes later; a key in this process is there at once, and has no bounds.
 *
 * @throws SigningError as the provider does, and `Timeout`, `Aborted`
 */
export function attempt<T>(
  asked: Asked,
  bounds: Bounds,
  run: (context: CallContext) => Promise<T>,
): Promise<T> {
  return withinTime(
    bounds,
    (signal, clock) => run(contextOf(signal, clock)),
    (timeoutMs) => noAnswer(asked, timeoutMs),
  )
}

function noAnswer({ provider, keyId }: Asked, timeoutMs: number): SigningError {
  const message = `${provider.name} did not answer for the key ${printable(keyId)} within ${timeoutMs} ms.`
  return new SigningError('Timeout', message, { provider: provider.name, keyId })
}
