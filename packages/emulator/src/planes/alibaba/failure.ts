/** The errors of Alibaba Cloud KMS that the emulator gives: their status, and what the service says. */
const ROWS = {
  AliasAlreadyExists: [400, 'AliasName Already Exists.'],
  'Forbidden.AliasNotFound': [404, 'The specified Alias is not found.'],
  'Forbidden.KeyNotFound': [404, 'The specified Key is not found.'],
  'Forbidden.NoPermission': [403, 'This operation is forbidden by permission system.'],
  'Forbidden.KeyVersionNotFound': [404, 'The specified Key version is not found.'],
  IllegalTimestamp: [400, ''],
  IncompleteSignature: [400, 'The request signature does not conform to Alibaba Cloud standards.'],
  InternalFailure: [500, 'Internal Failure.'],
  'InvalidAccessKeyId.NotFound': [404, 'The AccessKey ID provided does not exist in our records.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  InvalidApiName: [400, ''],
  InvalidApiVersion: [400, ''],
  InvalidParam: [400, ''],
  InvalidParameter: [400, 'The specified parameter is not valid.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  MissingParameter: [400, ''],
  ParseRequestParameterException: [400, 'Server parse parameters exception. Please check your input params.'],
  'Rejected.Disabled': [409, 'The request was rejected because the key state is Disabled.'],
  'Rejected.LimitExceeded': [
    400,
    'The request was rejected because user create resource limit was exceeded.',
  ],
  'Rejected.PendingDeletion': [409, 'The request was rejected because the key state is PendingDeletion.'],
  'Rejected.StateModifiedFailed': [409, 'Keystate modified failed.'],
  'Rejected.Throttling': [429, 'QPS Limit Exceeded'],
  RequestEntityTooLarge: [413, ''],
  RequestTimeTooSkewed: [400, 'Request time exceeds server time more than 15 minutes.'],
  ServiceUnavailableTemporary: [503, 'Service Unavailable Temporary.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  SignatureNotMatch: [401, 'Signature is not matched.'],
  Unauthorized: [401, 'The ClientKey has expired.'],
  'Unsupported.Alias': [400, 'Alias is not valid for this api.'],
  'Unsupported.Origin': [400, 'This key origin is not valid for this api.'],
  UnsupportedHTTPMethod: [403, 'This http method is not supported.'],
  UnsupportedOperation: [400, 'Rejected.UnsupportedOperation'],
} as const satisfies Record<string, readonly [status: number, message: string]>

/** The code of a failure. */
export type FailureCode = keyof typeof ROWS

/** A request that is answered with an error. */
export class AlibabaFailure extends Error {
  override readonly name = 'AlibabaFailure'
  readonly code: FailureCode
  readonly status: number

  /** @param message what the answer says, where that is not always the same */
  constructor(code: FailureCode, message: string = ROWS[code][1]) {
    super(message)
    this.code = code
    this.status = ROWS[code][0]
  }
}

/** As the service says it, and then what is wrong. */
export function unsupported(why: string): AlibabaFailure {
  return new AlibabaFailure('UnsupportedOperation', `Rejected.UnsupportedOperation: ${why}`)
}
