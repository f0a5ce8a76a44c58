/** What of a thrown value is looked at. Anything can be thrown, and a service can name the fields of the SDK's errors. */
export interface Thrown {
  readonly name?: string | undefined
  readonly message?: string | undefined
  readonly code?: string | undefined
  /** The SDK made an exception of what a service said. */
  readonly said: boolean
}

/** Reads it without trusting it. */
export function thrown(error: unknown): Thrown {
  const { name, message, code, $fault, $metadata } = Object(error) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const said = typeof $fault === 'string' && $metadata !== undefined
  return { name: text(name), message: text(message), code: text(code), said }
}
