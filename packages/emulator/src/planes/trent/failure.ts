/** The errors of AWS KMS that the emulator gives, with the status that AWS sends, which is not that of its model. */
const STATUSES = {
  AccessDeniedException: 400,
  AlreadyExistsException: 400,
  DependencyTimeoutException: 503,
  DisabledException: 400,
  DryRunOperationException: 400,
  ExpiredTokenException: 400,
  IncompleteSignatureException: 400,
  InvalidKeyUsageException: 400,
  InvalidMarkerException: 400,
  InvalidSignatureException: 400,
  KMSInternalException: 500,
  KMSInvalidSignatureException: 400,
  KMSInvalidStateException: 400,
  MissingAuthenticationTokenException: 400,
  NotAuthorizedException: 400,
  NotFoundException: 400,
  SerializationException: 400,
  ServiceUnavailableException: 503,
  TagException: 400,
  ThrottlingException: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  UnsupportedOperationException: 400,
  ValidationException: 400,
} as const

/** The code of a failure, as AWS writes it into `__type`. */
export type FailureCode = keyof typeof STATUSES

/** A request that is answered with an error. */
export class TrentFailure extends Error {
  override readonly name = 'TrentFailure'
  readonly code: FailureCode
  readonly status: number

  /** @param message what the answer says; nothing, for the errors that AWS sends without a message */
  constructor(code: FailureCode, message = '') {
    super(message)
    this.code = code
    this.status = STATUSES[code]
  }
}

/** The body of a failure. AWS writes the message with a capital letter in a few errors, and clients must read both. */
export function bodyOf({ code, message }: TrentFailure): string {
  if (message === '') return JSON.stringify({ __type: code })
  const member = code === 'UnsupportedOperationException' ? 'Message' : 'message'
  return JSON.stringify({ __type: code, [member]: message })
}
