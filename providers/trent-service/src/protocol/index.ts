/** What whoever speaks AWS KMS's protocol needs, by whatever client: names, parameters, answers and failures. */
export {
  type AnswerContext,
  assertNames,
  type KeyAnswer,
  readKeyAnswer,
  readSignAnswer,
  type SignAnswer,
} from './answer.js'
export { isSkewed } from './clock-skew.js'
export { type CredentialSource, createCredentialSource, type Expiring, isSame } from './credential-source.js'
export { errorCode, isErrorAnswer, type Members, member, parseMembers } from './error-answer.js'
export { isExpired, type Refusal, refusalError } from './failure.js'
export { type GrantTokens, readGrantTokens } from './grant-tokens.js'
export { isKmsHost, isLoopback, mayHaveFoundCredentials } from './host.js'
export { type IamUse, iamPolicies } from './iam-policy.js'
export {
  type Identity,
  readExpiration,
  readIdentity,
  readMembers,
  reasonOf,
  withoutCommand,
} from './identity.js'
export { assertKeyId, assertSameKey, type KeyIdContext, partitionOf } from './key-id.js'
export { redactId } from './redact.js'
export { redirectError } from './redirect.js'
export {
  type KeyParameters,
  keyParameters,
  probeParameters,
  type SignParameters,
  signParameters,
  type WireMessageType,
} from './request.js'
export { type OwnNames, RAW_LIMITS, supportOf } from './support.js'
export { assertTlsVerified } from './tls.js'

/** The schemas of what is secret in a configuration. Only who reads one loads the library for them. */
export const loadSecretSchema = () => import('./secret-schema.js')
