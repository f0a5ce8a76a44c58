/** For authors of providers: the pieces of core that an adapter would otherwise write again. */
export { abortOf, raceAbort, throwIfAborted } from './abort.js'
export { equalBytes } from './bytes.js'
export { assertCallOptions, type Bounds, withinTime } from './call.js'
export { endingOf } from './call-context.js'
export { type ClockSkew, skewAdvice } from './clock-skew.js'
export { type ConnectionFailure, isTlsFailure, readConnectionFailure } from './connection-failure.js'
export { type Curve, loadCurve } from './curve.js'
export { DerError, DerReader, derElement, derInteger, Tag } from './der.js'
export { createHasher, digestOfStream, digestPrefix, MAX_ONE_CALL, slicesOf } from './digest.js'
export { readDuration } from './duration.js'
export { loadEd25519ph, prehashOf } from './ed25519ph.js'
export { encodePkcs1, encodePss } from './emsa.js'
export type { AbortNotice } from './ending.js'
export type { DatedHeaders } from './http-date.js'
export { assertLimits, type ConnectionLimits } from './limits.js'
export { formsOf, isUuid, messageFitsInUuid } from './message-forms.js'
export { isMlDsa, loadMlDsa, ML_DSA, ML_DSA_SEED_BYTES, type MlDsaKind, mlDsaOfOid } from './ml-dsa.js'
export { encodePem, pemContent, pemLabels } from './pem.js'
export { type PrivateFileRules, readPrivateFile } from './private-file.js'
export {
  createRedaction,
  IDENTIFIER,
  type Redaction,
  type SecretPattern,
  type SecretPatterns,
} from './redaction.js'
export { type Redirect, redirectError } from './redirect.js'
export { codeOfStatus } from './refusal-status.js'
export { type RetryHeaders, readRetryAfter } from './retry-after.js'
export { Roll } from './roll.js'
export {
  hasTakenOver,
  isoTime,
  type RotationSchedule,
  type ScheduleMistake,
  scheduleMistakes,
} from './rotation-schedule.js'
export { encodedForms, withoutWhole } from './secret-search.js'
export { createServerClock, type ServerClock } from './server-clock.js'
export { isSm2Scalar, signSm2 } from './sm2.js'
export { type FileLabel, type FileRules, readSmallFile } from './small-file.js'
export { spkiOfMlDsa } from './spki.js'
export { oneOf, printable, typeName } from './text.js'
export { urlOf } from './url.js'
export { nodeKeyOptions } from './verify-message.js'
export { bounded, stayAwakeFor, type Wait } from './wait.js'
