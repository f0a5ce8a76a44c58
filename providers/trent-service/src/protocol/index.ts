/** What whoever speaks AWS KMS's protocol needs, by whatever client: names, parameters, answers and failures. */
export {
  type AnswerContext,
  type KeyAnswer,
  readKeyAnswer,
  readSignAnswer,
  type SignAnswer,
} from './answer.js'
export { type Refusal, refusalError } from './failure.js'
export { assertKeyId, assertSameKey, type KeyIdContext, partitionOf } from './key-id.js'
export { formsOf, redact, redactId } from './redact.js'
export {
  type GrantTokens,
  type KeyParameters,
  keyParameters,
  probeParameters,
  type SignParameters,
  signParameters,
  type WireMessageType,
} from './request.js'
export { type OwnNames, RAW_LIMITS, supportOf } from './support.js'
