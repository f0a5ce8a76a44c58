import { SigningError, type SigningErrorCode, type SigningErrorDetails } from '@signport/core'
import { printable } from '@signport/core/kit'
import { PROVIDER } from './failure.js'
import { redact, redactId } from './redact.js'

/**
 * What each code of the service means here, for both of its APIs. `Forbidden` and `Rejected` before the dot say nothing:
 * a missing key is Forbidden, and Rejected is used for throttling as well as for quotas.
 */
const CODES: ReadonlyMap<string, SigningErrorCode> = new Map(
  Object.entries({
    KeyNotFound: ['Forbidden.KeyNotFound', 'Forbidden.AliasNotFound', 'Forbidden.KeyVersionNotFound'],
    KeyDisabled: ['Rejected.Disabled'],
    InvalidKeyState: [
      'Rejected.PendingDeletion',
      // As older pages of the vendor spell it.
      'Rejetced.PendingDeletion',
      'Rejected.PendingImport',
      'Rejected.Enabled',
      'Rejected.StateModifiedFailed',
    ],
    InvalidKeyUsage: [
      'UnsupportedOperation',
      'Rejected.UnsupportedOperation',
      'Unsupported.Origin',
      'Unsupported.ProtectionLevel',
    ],
    InvalidArgument: [
      'MissingParameter',
      'InvalidParameter',
      'ParseRequestParameterException',
      // The operation takes ids alone.
      'Unsupported.Alias',
    ],
    AccessDenied: [
      'Forbidden.NoPermission',
      'Forbidden.KmsServiceNotEnabled',
      'Forbidden.InDebt',
      'Forbidden.InDebtOverdue',
      'Forbidden.ProhibitedByRiskControl',
      'Forbidden.UbsmsInvalidUserid',
      'Forbidden.UbsmsInvalidBid',
      // The number of resources that an account may have: to wait does not help.
      'Rejected.LimitExceeded',
    ],
    Unauthenticated: [
      'InvalidAccessKeyId.NotFound',
      'InvalidAccessKeyId.Inactive',
      'InvalidSecurityToken.Expired',
      'InvalidSecurityToken.Malformed',
      'InvalidSecurityToken.MismatchWithAccessKey',
      'MissingSecurityToken',
      'IncompleteSignature',
      'SignatureDoesNotMatch',
      'SignatureNotMatch',
      'Unauthorized',
      // Of an instance: for its headers Date and Authorization, and for the method of the signature.
      'InvalidParam',
      'IllegalTimestamp',
      'InvalidTimeStamp.Expired',
      'RequestTimeTooSkewed',
      'Forbidden.AccessKey',
    ],
    Throttled: ['Rejected.Throttling', 'Throttling', 'Throttling.User', 'Throttling.Api'],
    Unavailable: [
      'ServiceUnavailableTemporary',
      // As older pages of the vendor spell it.
      'SerivceUnavailableTemporary',
      'ServiceUnavailable',
    ],
    Internal: ['InternalFailure', 'InternalError'],
    Configuration: ['InvalidApiName', 'InvalidApiVersion', 'UnsupportedHTTPMethod'],
  } satisfies Partial<Record<SigningErrorCode, string[]>>).flatMap(([code, names]) =>
    names.map((name) => [name, code as SigningErrorCode] as const),
  ),
)

/** How the service says that temporary credentials have run out: the vendor's newer pages do so by the id that is gone. */
const EXPIRED = new Set<unknown>(['InvalidSecurityToken.Expired', 'InvalidAccessKeyId.NotFound'])

/** What to do about it, where the service's own text does not say. */
const ADVICE: Partial<Record<SigningErrorCode, string>> = {
  KeyNotFound: 'check the key id, keyVersion, the region or instance, and the account',
  KeyDisabled: 'enable the key, or sign with another one',
  InvalidKeyState: 'look at the state of the key: it may be waiting for its deletion or its material',
  InvalidKeyUsage: 'the key must be one for SIGN/VERIFY whose key spec has the algorithm',
  AccessDenied: 'permit the operation on this key to these credentials, and look at the state of the account',
  Unauthenticated: 'check the credentials and the clock of this machine',
  Configuration: 'check the endpoint and transport',
}

/** What is known of a refusal. */
export interface Refusal {
  readonly keyId: string
  /** The service's own code; undefined when it gave none. */
  readonly code?: string | undefined
  /** The HTTP status. */
  readonly status?: number | undefined
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** What must not be in the error although the service may have said it: credentials, the message. */
  readonly secrets: readonly string[]
  /** Whether the credentials were temporary and others may follow them. */
  readonly renewable?: boolean
  /** What to do about a body that was too large, which differs between the transports. */
  readonly tooLarge: string
}

/**
 * The error for a service's refusal. Its code follows from the service's code; the HTTP status decides only where there
 * is no code that is known, and for a body that was too large to be read at all.
 */
export function refusalError(refusal: Refusal): SigningError {
  const { keyId, status, code, message, secrets } = refusal
  const ours = meaningOf(code, status)
  const said = redact(message ?? '', secrets)
  const name = shownCode(refusal) ?? `HTTP ${status ?? 'without a status'}`
  const what = endless(
    `${PROVIDER} refused the key ${printable(keyId)}: ${name}${said === '' ? '' : `: ${said}`}`,
  )
  const advice = ours === 'MessageTooLarge' ? refusal.tooLarge : ADVICE[ours]
  return new SigningError(ours, advice ? `${what} (${advice}).` : `${what}.`, detailsOf(refusal, ours))
}

/** A code that is known is shown as it is: one of them is as long as a secret. */
function shownCode({ code, secrets }: Refusal): string | undefined {
  return code === undefined || CODES.has(code) ? code : redact(code, secrets)
}

const endless = (text: string) => text.replace(/[.\s]+$/, '')

function detailsOf(refusal: Refusal, ours: SigningErrorCode): SigningErrorDetails {
  const { keyId, code, status, requestId, retryAfterMs, secrets, renewable = false } = refusal
  const providerCode = shownCode(refusal)
  return {
    provider: PROVIDER,
    keyId,
    ...(providerCode !== undefined && { providerCode }),
    ...(requestId !== undefined && { requestId: redactId(requestId, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(EXPIRED.has(code) && { retryable: renewable }),
    ...(ours === 'Internal' && !CODES.has(code ?? '') && { retryable: (status ?? 500) >= 500 }),
  }
}

function meaningOf(code: string | undefined, status: number | undefined): SigningErrorCode {
  if (status === 413) return 'MessageTooLarge'
  const known = code === undefined ? undefined : CODES.get(code)
  if (known) return known
  return byStatus(code, status)
}

function byStatus(code: string | undefined, status: number | undefined): SigningErrorCode {
  if (status === 429) return 'Throttled'
  if (status === 502 || status === 503 || status === 504) return 'Unavailable'
  if (code !== undefined || (status !== undefined && status >= 500)) return 'Internal'
  return 'InvalidResponse'
}
