import { printable } from './text.js'

/** Every way in which signing fails, as a stable string that callers may switch on. */
export type SigningErrorCode =
  | 'InvalidArgument'
  | 'UnknownAlgorithm'
  | 'UnsupportedAlgorithm'
  | 'MessageTooLarge'
  | 'DigestLengthMismatch'
  | 'KeyNotFound'
  | 'KeyDisabled'
  | 'InvalidKeyState'
  | 'InvalidKeyUsage'
  | 'KeyUnavailable'
  | 'KeyMismatch'
  | 'AccessDenied'
  | 'Unauthenticated'
  | 'Throttled'
  | 'Timeout'
  | 'Aborted'
  | 'Unavailable'
  | 'Internal'
  | 'InvalidResponse'
  | 'SignatureCheckFailed'
  | 'Configuration'
  | 'Closed'

/** What is known about a failure besides its code and message. Nothing secret belongs in any of these. */
export interface SigningErrorDetails {
  /** Whether the same call may succeed later. By default it follows from the code. */
  readonly retryable?: boolean
  /** The provider's name, as in `Signer.provider`. */
  readonly provider?: string
  /** The service's own code for the failure. */
  readonly providerCode?: string
  /** The service's identifier of the request, for its support. */
  readonly requestId?: string
  readonly keyId?: string
  /** Milliseconds after which the service asks to be called again. */
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** A failure that may pass by itself. */
const PASSING: ReadonlySet<SigningErrorCode> = new Set<SigningErrorCode>([
  'KeyUnavailable',
  'Throttled',
  'Timeout',
  'Unavailable',
  'Internal',
])

/** Longer texts are cut: part of them may come from a service. */
const MAX_TEXT_LENGTH = 2_000

const shown = <T>(value: T) => (typeof value === 'string' ? printable(value, MAX_TEXT_LENGTH) : value)

// Symbol.for: two installed copies of this package recognise each other's errors.
const BRAND = Symbol.for('signport.SigningError')

/**
 * The one error class of Signport. Wrong argument types are a `TypeError` instead, and an invalid signature is
 * `false` from `verify`, not an error.
 *
 * No text in it holds message bytes, credentials or key material, and control and bidirectional characters are
 * escaped in all of them, so that the error may be shown in a terminal or a log as it is.
 */
export class SigningError extends Error {
  readonly code: SigningErrorCode
  readonly retryable: boolean
  // Only declared: what is not known is not there, and so is not printed as undefined.
  declare readonly provider?: string
  declare readonly providerCode?: string
  declare readonly requestId?: string
  declare readonly keyId?: string
  declare readonly retryAfterMs?: number

  constructor(code: SigningErrorCode, message: string, details: SigningErrorDetails = {}) {
    const { cause, retryable = PASSING.has(code), ...known } = details
    super(shown(message), cause === undefined ? undefined : { cause })
    // The web platform's convention: code that looks for an abort looks at the name.
    this.name = code === 'Aborted' ? 'AbortError' : 'SigningError'
    this.code = code
    this.retryable = retryable
    const given = Object.entries(known).filter(([, value]) => value !== undefined)
    Object.assign(this, Object.fromEntries(given.map(([name, value]) => [name, shown(value)])))
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether a value is a `SigningError`, of this copy of the package or another, and of the given code if one is given. */
  static is(value: unknown, code?: SigningErrorCode): value is SigningError {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false
    return code === undefined || (value as unknown as SigningError).code === code
  }
}
