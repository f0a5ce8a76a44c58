export {
  type Algorithm,
  type AlgorithmName,
  algorithms,
  type Digest,
  type DigestKind,
  type EcdsaAlgorithm,
  type Ed25519phAlgorithm,
  type EddsaAlgorithm,
  type KeyKind,
  type MlDsaAlgorithm,
  type PlainDigest,
  type RsaPkcs1Algorithm,
  type RsaPssAlgorithm,
  type Sm2Algorithm,
} from './algorithm.js'
export { type AlgorithmNames, algorithmNames, type WebCryptoAlgorithm } from './algorithm-names.js'
export type { CallOptions } from './call.js'
export type { Clock } from './clock.js'
export type { CheckOptions, SaltLength } from './demands.js'
export { type EcdsaEncoding, toDer, toP1363 } from './ecdsa-signature.js'
export { SigningError, type SigningErrorCode, type SigningErrorDetails } from './error.js'
export { type FetchKeyOptions, fetchPublicKey } from './fetch-public-key.js'
export type { PublicJwk } from './jwk.js'
export type { KeyChange, KeyIdentity } from './key-change.js'
export { algorithmsFor, assertKeyFits, impliedAlgorithm, keyFits } from './key-fit.js'
export type { PssRestriction } from './key-kind.js'
export { createSigner } from './key-signer.js'
export type { ConnectionLimits, ProviderLimits } from './limits.js'
export type { AlgorithmParameters, ParameterOptions } from './parameters.js'
export {
  type AlgorithmInput,
  candidateAlgorithms,
  type ParseAlgorithmOptions,
  parseAlgorithm,
} from './parse-algorithm.js'
export type { MessageTypeChoice } from './plan.js'
export type {
  AlgorithmSupport,
  AttemptClock,
  CallContext,
  CheckPolicy,
  InputKind,
  ProviderInput,
  ProviderKeyRequest,
  ProviderPublicKey,
  ProviderSignature,
  ProviderSignRequest,
  SigningProvider,
} from './provider.js'
export type { AccessPolicy, KeyUse, ProviderDescriptor, ProviderHost } from './provider-descriptor.js'
export { PublicKey, type PublicKeyInput } from './public-key.js'
export { createRotatingSigner } from './rotating-signer.js'
export {
  isRotatingSigner,
  type KeyHolder,
  type KeyRole,
  type PublishedKey,
  type RotatingSigner,
  type RotationOptions,
  type RotationStep,
} from './rotation.js'
export type { SignInput } from './sign-input.js'
export { type SignManyOptions, type SignManyResult, signMany } from './sign-many.js'
export type { SignTrace } from './sign-trace.js'
export type { MessageType, Signature, SignatureEncoding } from './signature.js'
export type { ProbeResult, SignDigestOptions, Signer, SignOptions } from './signer.js'
export type { SignerOptions } from './signer-options.js'
export { createVerifier, type Verifier, type VerifierOptions, type VerifyOptions } from './verifier.js'
