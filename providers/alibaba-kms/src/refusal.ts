import { SigningError, type SigningErrorCode, type SigningErrorDetails } from '@signport/core'
import { type ClockSkew, codeOfStatus, printable, skewAdvice } from '@signport/core/kit'
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

/**
 * How the service says that credentials have had their time: the vendor's newer pages do so for temporary ones by the id that is
 * gone, and an AccessKey that was replaced is switched off first.
 */
const EXPIRED = new Set<unknown>([
  'InvalidSecurityToken.Expired',
  'InvalidAccessKeyId.NotFound',
  'InvalidAccessKeyId.Inactive',
])

/** How it says that the time of a request is wrong. What an instance calls InvalidParam may be its header Date. */
const MISTIMED = new Set<unknown>([
  'RequestTimeTooSkewed',
  'IllegalTimestamp',
  'InvalidTimeStamp.Expired',
  'InvalidParam',
])

/** What about a request that was refused could be put right before the next one; undefined where that is not its to say. */
export function correctable(code: string | undefined): 'credentials' | 'time' | undefined {
  if (EXPIRED.has(code)) return 'credentials'
  return MISTIMED.has(code) ? 'time' : undefined
}

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

/** KMS gives every refusal a code. */
const NOT_OF_KMS =
  'no refusal of KMS: check the endpoint, and what stands before the service, such as a proxy'

/** What came of asking for other credentials. */
export interface Renewal {
  /** Whether the next request will have others. */
  readonly renewed: boolean
  /** Why nobody knows of others. */
  readonly why?: string
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
  /** What came of asking for other credentials, where these have had their time. */
  readonly renewal?: Renewal | undefined
  /** What is known of the clock, where the time of the request was refused. */
  readonly skew?: ClockSkew | undefined
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
  const advice = adviceFor(refusal, ours)
  return new SigningError(ours, advice ? `${what} (${advice}).` : `${what}.`, detailsOf(refusal, ours))
}

function adviceFor(refusal: Refusal, ours: SigningErrorCode): string | undefined {
  const { code, skew, tooLarge, renewal, secrets } = refusal
  if (ours === 'MessageTooLarge') return tooLarge
  if (code === undefined) return ours === 'InvalidResponse' ? NOT_OF_KMS : undefined
  if (renewal) return adviceOnCredentials(renewal, secrets)
  return (skew && skewAdvice(skew)) ?? ADVICE[ours]
}

function adviceOnCredentials({ renewed, why }: Renewal, secrets: readonly string[]): string {
  if (renewed) return 'there are others since, for the next request'
  return why === undefined
    ? 'there are no others than these: get new ones'
    : `others could not be had: ${endless(redact(why, secrets))}`
}

/** A code that is known is shown as it is: one of them is as long as a secret. */
function shownCode({ code, secrets }: Refusal): string | undefined {
  return code === undefined || CODES.has(code) ? code : redact(code, secrets)
}

const endless = (text: string) => text.replace(/[.\s]+$/, '')

function detailsOf(refusal: Refusal, ours: SigningErrorCode): SigningErrorDetails {
  const { keyId, code, status, requestId, retryAfterMs, secrets, renewal, skew } = refusal
  const providerCode = shownCode(refusal)
  return {
    provider: PROVIDER,
    keyId,
    ...(providerCode !== undefined && { providerCode }),
    ...(requestId !== undefined && { requestId: redactId(requestId, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(ours === 'Unauthenticated' && { retryable: renewal?.renewed ?? skew?.corrected ?? false }),
    ...(ours === 'Internal' && !CODES.has(code ?? '') && { retryable: (status ?? 500) >= 500 }),
  }
}

function meaningOf(code: string | undefined, status: number | undefined): SigningErrorCode {
  if (status === 413) return 'MessageTooLarge'
  const known = code === undefined ? undefined : CODES.get(code)
  return known ?? codeOfStatus(status, code !== undefined)
}
