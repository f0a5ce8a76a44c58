export type { AwsKmsClient, AwsKmsCredentials, AwsKmsOptions } from './aws-kms-options.js'
export { createAwsKmsProvider } from './aws-kms-provider.js'
export { type AwsKmsConfig, provider } from './descriptor.js'
