import type { ProviderDescriptor } from '@signport/core'
import { accessPolicies } from './access-policy.js'
import type { AwsKmsOptions } from './aws-kms-options.js'
import { createAwsKmsProvider } from './aws-kms-provider.js'

/** The provider's own part of a signer's configuration: the options but those that only code can give. */
export interface AwsKmsConfig extends Omit<AwsKmsOptions, 'client' | 'credentials'> {
  readonly credentials?:
    | {
        readonly accessKeyId: string
        readonly secretAccessKey: string
        readonly sessionToken?: string | undefined
      }
    | undefined
}

/** How a configuration finds this provider. */
export const provider: ProviderDescriptor<AwsKmsConfig> = {
  name: 'aws-kms',
  uriSchemes: ['awskms'],
  configSchema: async () => (await import('./config-schema.js')).configSchema,
  accessPolicies,
  create({ credentials, ...options }) {
    return createAwsKmsProvider({ ...options, ...(credentials && { credentials: identityOf(credentials) }) })
  },
}

function identityOf({ sessionToken, ...pair }: NonNullable<AwsKmsConfig['credentials']>) {
  return { ...pair, ...(sessionToken !== undefined && { sessionToken }) }
}
