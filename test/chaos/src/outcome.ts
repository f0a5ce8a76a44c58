import type { SigningErrorCode } from '@signport/core'

/** How an item ends: signed, or not signed and why. */
export type Outcome = 'signed' | SigningErrorCode

/**
 * Every code that there is, and whether a server can bring it about. The others are about what callers do, or how a signer is
 * configured: in this run they are defects.
 */
const CODES: Readonly<Record<SigningErrorCode, boolean>> = {
  InvalidArgument: false,
  UnknownAlgorithm: false,
  UnsupportedAlgorithm: false,
  MessageTooLarge: false,
  DigestLengthMismatch: false,
  KeyNotFound: true,
  KeyDisabled: true,
  InvalidKeyState: true,
  InvalidKeyUsage: true,
  KeyUnavailable: true,
  KeyMismatch: true,
  AccessDenied: true,
  Unauthenticated: true,
  Throttled: true,
  Timeout: true,
  // By those who abort a part of the items.
  Aborted: true,
  Unavailable: true,
  Internal: true,
  InvalidResponse: true,
  SignatureCheckFailed: true,
  // A service that redirects is most often none: its address is wrong.
  Configuration: true,
  Closed: false,
}

/** Whether a text is a code of the list. */
export function isCode(code: string): code is SigningErrorCode {
  return Object.hasOwn(CODES, code)
}

/** Whether a server can bring a code about. */
export function isOfServers(code: SigningErrorCode): boolean {
  return CODES[code]
}
