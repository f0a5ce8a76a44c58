/** What of a thrown value is looked at. Anything can be thrown, and a service can name the fields of the SDK's errors. */
export interface Thrown {
  readonly name?: string | undefined
  readonly message?: string | undefined
  readonly code?: string | undefined
  /** What the SDK keeps of the answer, when it made an exception of what a service said. */
  readonly said?: {
    readonly status: number
    readonly requestId?: string | undefined
    /** The SDK has put right the time that it signs with. */
    readonly clockSkewCorrected: boolean
  }
}

/** Reads it without trusting it. */
export function thrown(error: unknown): Thrown {
  const { name, message, code, $fault, $metadata } = Object(error) as Record<string, unknown>
  const found = { name: text(name), message: text(message), code: text(code) }
  if (typeof $fault !== 'string' || $metadata === undefined) return found
  const { httpStatusCode, clockSkewCorrected } = Object($metadata) as Record<string, unknown>
  const usual = $fault === 'client' ? 400 : 500
  const status = typeof httpStatusCode === 'number' ? httpStatusCode : usual
  const corrected = clockSkewCorrected === true
  return { ...found, said: { status, requestId: requestIdIn($metadata), clockSkewCorrected: corrected } }
}

/** The identifier of a request in the SDK's `$metadata`, which a client of the user's may leave out. */
export function requestIdIn(metadata: unknown): string | undefined {
  return text((Object(metadata) as Record<string, unknown>).requestId)
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
