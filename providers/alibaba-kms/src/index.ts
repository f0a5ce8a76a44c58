export type {
  AlibabaKmsCredentials,
  AlibabaKmsCredentialsCallback,
  AlibabaKmsCredentialsRequest,
  AlibabaKmsInstanceOptions,
  AlibabaKmsOpenApiOptions,
  AlibabaKmsOptions,
  ClientKeyContent,
  ClientKeyFile,
  ClientKeyPair,
  ClientKeyPassword,
} from './alibaba-kms-options.js'
export { createAlibabaKmsProvider } from './alibaba-kms-provider.js'
export {
  type AlibabaKmsConfig,
  type AlibabaKmsInstanceConfig,
  type AlibabaKmsOpenApiConfig,
  provider,
} from './descriptor.js'
