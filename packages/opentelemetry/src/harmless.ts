import { diag } from '@opentelemetry/api'

/**
 * The outcome of work for OpenTelemetry, or undefined where it fails: an error that left a subscriber of a channel would end
 * the process, and a signature is worth more than its span.
 */
export function harmless<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    tellOf(error)
    return undefined
  }
}

/** Tells whoever runs OpenTelemetry, and not who signs, what failed in there. */
export function tellOf(error: unknown): void {
  diag.error('@signport/opentelemetry could not tell of a signature', error)
}
