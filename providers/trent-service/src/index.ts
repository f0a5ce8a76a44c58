export type {
  CredentialsCallback,
  CredentialsRequest,
  ExpiringCredentials,
  TrentServiceCredentials,
} from './credentials.js'
export { provider, type TrentServiceConfig } from './descriptor.js'
export type { SignedHeader, SignedHeadersOption } from './signed-headers.js'
export {
  type ClientPublicKey,
  type ClientSignature,
  createTrentServiceClient,
  type TrentServiceClient,
  type VerifyParameters,
} from './trent-service-client.js'
export type { TrentServiceClientOptions, TrentServiceOptions } from './trent-service-options.js'
export { createTrentServiceProvider } from './trent-service-provider.js'
