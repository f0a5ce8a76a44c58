import { SigningError, type SigningErrorCode, type SigningErrorDetails } from '@signport/core'
import { type ClockSkew, codeOfStatus, printable } from '@signport/core/kit'
import { isSkewed, timeAdvice } from './clock-skew.js'
import { redact, redactId } from './redact.js'

/** What each code of a service means here. AWS sends nearly all of them with the status 400, other servers differ. */
const CODES: ReadonlyMap<string, SigningErrorCode> = new Map(
  Object.entries({
    KeyNotFound: ['NotFoundException'],
    KeyDisabled: ['DisabledException'],
    InvalidKeyState: ['KMSInvalidStateException', 'ConflictException', 'CustomKeyStoreInvalidStateException'],
    InvalidKeyUsage: ['InvalidKeyUsageException', 'UnsupportedOperationException'],
    KeyUnavailable: ['KeyUnavailableException'],
    UnsupportedAlgorithm: ['InvalidSigningAlgorithmException'],
    InvalidArgument: [
      'ValidationException',
      'ValidationError',
      'SerializationException',
      'InvalidArnException',
      'InvalidGrantTokenException',
      // Of operations that no signer calls.
      'AlreadyExistsException',
      'InvalidAliasNameException',
      'InvalidGrantIdException',
      'InvalidMarkerException',
      'InvalidCiphertextException',
      'InvalidImportTokenException',
      'ExpiredImportTokenException',
      'IncorrectKeyException',
      'IncorrectKeyMaterialException',
      'KMSInvalidMacException',
      'MalformedPolicyDocumentException',
      'TagException',
      'CustomKeyStoreNameInUseException',
      'CustomKeyStoreNotFoundException',
    ],
    AccessDenied: ['AccessDeniedException', 'AccessDenied', 'NotAuthorized', 'OptInRequired'],
    Unauthenticated: [
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'IncompleteSignatureException',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'RequestInTheFuture',
      'RequestTimeTooSkewed',
      'NotAuthorizedException',
    ],
    Throttled: [
      'ThrottlingException',
      'Throttling',
      'ThrottledException',
      'RequestThrottled',
      'RequestThrottledException',
      'RequestLimitExceeded',
      'TooManyRequestsException',
      'LimitExceededException',
      'SlowDown',
    ],
    Unavailable: ['ServiceUnavailable', 'ServiceUnavailableException', 'DependencyTimeoutException'],
    Internal: [
      'KMSInternalException',
      'InternalFailure',
      'InternalFailureException',
      'InternalServerError',
      'InternalServiceError',
    ],
    Configuration: ['UnknownOperationException', 'UnknownOperation', 'InvalidAction'],
  } satisfies Partial<Record<SigningErrorCode, string[]>>).flatMap(([code, names]) =>
    names.map((name) => [name, code as SigningErrorCode] as const),
  ),
)

/** Codes for credentials that ran out. */
const EXPIRED = new Set<string | undefined>(['ExpiredToken', 'ExpiredTokenException'])

/** How AWS tells a signature for a region that the endpoint is not in from one by another secret: by its text alone. */
const WRONG_REGION = /Credential should be scoped to a valid region/i

/** What to do about it, where the service's own text does not say. */
const ADVICE: Partial<Record<SigningErrorCode, string>> = {
  KeyNotFound: 'check the key id, the region and the account',
  KeyDisabled: 'enable the key, or sign with another one',
  InvalidKeyState: 'look at the state of the key: it may be waiting for its deletion or its material',
  InvalidKeyUsage: 'the key must be one for SIGN_VERIFY whose key spec has the algorithm',
  AccessDenied: 'permit the operation on this key to these credentials',
  Unauthenticated: 'check the credentials, the region and the clock of this machine',
  Configuration: 'check the endpoint',
  InvalidResponse:
    'there is no code of the service in it: check the endpoint, the credentials, and what proxies there are before it',
}

const OTHERS = 'others have been fetched: try again'
const NO_OTHERS = 'there are no others than these: get new ones'
const GET_OTHERS = 'get new credentials'
const CHECK_REGION = 'check the region: requests are signed for another one than that of the endpoint'

/** What is known of a refusal. */
export interface Refusal {
  readonly provider: string
  /** Absent when the request was about no key. */
  readonly keyId?: string | undefined
  /** The service's own code, without namespace; undefined when it gave none. */
  readonly code?: string | undefined
  /** The HTTP status. */
  readonly status?: number | undefined
  readonly message?: string | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** Of credentials that ran out: whether there are others now; undefined where nobody has looked. */
  readonly renewed?: boolean | undefined
  /** Of a request that was refused for its time: how the clocks differ, where that is known. */
  readonly skew?: ClockSkew | undefined
  /** What must not be in the error although the service may have said it: credentials, the message. */
  readonly secrets?: readonly string[]
}

/** Whether a refusal says that the credentials ran out. */
export function isExpired({ providerCode }: SigningError): boolean {
  return EXPIRED.has(providerCode)
}

/**
 * The error for a service's refusal. Its code follows from the service's code; the HTTP status decides only where
 * there is no code that is known.
 */
export function refusalError(refusal: Refusal): SigningError {
  const { provider, keyId, code, status, message = '', requestId, retryAfterMs, secrets = [] } = refusal
  const scope = code === 'InvalidSignatureException' && WRONG_REGION.test(message)
  const ours = scope ? 'Configuration' : (CODES.get(code ?? '') ?? codeOfStatus(status, code !== undefined))
  const said = redact(message, secrets)
  const name = code === undefined ? `HTTP ${status ?? 'without a status'}` : shownCode(code, secrets)
  const advice = scope ? CHECK_REGION : adviceFor(refusal, ours)
  const details: SigningErrorDetails = {
    provider,
    ...(keyId !== undefined && { keyId }),
    ...(code !== undefined && { providerCode: name }),
    ...(requestId !== undefined && { requestId: redactId(requestId, secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(EXPIRED.has(code) && { retryable: refusal.renewed ?? false }),
    ...(isSkewed(code, message) && { retryable: refusal.skew?.corrected ?? false }),
    ...(ours === 'Internal' && !CODES.has(code ?? '') && { retryable: mayPass(status) }),
  }
  const subject = keyId === undefined ? 'the request' : `the key ${printable(keyId)}`
  const what = `${provider} refused ${subject}: ${name}${said ? `: ${said}` : ''}`
  return new SigningError(ours, advice ? `${endless(what)} (${advice}).` : `${endless(what)}.`, details)
}

/** 501 says that there is no such operation, which waiting does not change. */
function mayPass(status = 500): boolean {
  return status >= 500 && status !== 501
}

function adviceFor({ code, message, renewed, skew }: Refusal, ours: SigningErrorCode): string | undefined {
  if (EXPIRED.has(code)) return renewed === undefined ? GET_OTHERS : renewed ? OTHERS : NO_OTHERS
  return isSkewed(code, message) ? timeAdvice(skew ?? { corrected: false }) : ADVICE[ours]
}

/** A name of an exception is no secret, although some are as long, and a message may be just such a word. */
function shownCode(code: string, secrets: readonly string[]): string {
  return /^[A-Z][A-Za-z]{2,80}Exception$/.test(code) ? code : redact(code, secrets)
}

const endless = (text: string) => text.replace(/[.\s]+$/, '')
