/** Why a request is not let in, by the codes that all AWS services have for it. */
export type AuthFailureCode =
  | 'ExpiredTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'MissingAuthenticationTokenException'
  | 'UnrecognizedClientException'

/** A request that is not let in. */
export class AuthFailure extends Error {
  override readonly name = 'AuthFailure'
  readonly code: AuthFailureCode

  constructor(code: AuthFailureCode, message: string) {
    super(message)
    this.code = code
  }
}
