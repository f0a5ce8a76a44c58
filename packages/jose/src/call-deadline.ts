import type { CallOptions } from '@signport/core'
import { assertCallOptions, withinTime } from '@signport/core/kit'

/**
 * Runs a piece of work that makes several calls, all of them within the time of one. Without `timeoutMs`, each has the time
 * of its signer.
 */
export async function withinDeadline<T>(
  options: CallOptions,
  run: (options: CallOptions) => Promise<T>,
): Promise<T> {
  assertCallOptions(options)
  return withinTime(options, (signal) => run({ ...options, ...(signal && { signal }) }))
}
