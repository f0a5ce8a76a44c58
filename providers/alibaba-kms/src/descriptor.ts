import { resolve } from 'node:path'
import type { ProviderDescriptor } from '@signport/core'
import { accessPolicies } from './access-policy.js'
import type {
  AlibabaKmsCredentials,
  AlibabaKmsInstanceOptions,
  AlibabaKmsOpenApiOptions,
  ClientKeyPassword,
} from './alibaba-kms-options.js'
import { createAlibabaKmsProvider } from './alibaba-kms-provider.js'

/** The part of a signer's configuration that is OpenAPI's. */
export interface AlibabaKmsOpenApiConfig extends Omit<AlibabaKmsOpenApiOptions, 'credentials'> {
  readonly credentials?: AlibabaKmsCredentials | undefined
}

/** The part that is an instance's: files in place of what they hold. */
export interface AlibabaKmsInstanceConfig
  extends Omit<AlibabaKmsInstanceOptions, 'clientKey' | 'ca'>,
    Omit<ClientKeyPassword, 'password'> {
  /** The ClientKey as the console gave it out (clientKey_….json). */
  readonly clientKeyFile: string
}

/** The provider's own part of a signer's configuration. */
export type AlibabaKmsConfig = AlibabaKmsOpenApiConfig | AlibabaKmsInstanceConfig

/** How a configuration finds this provider. */
export const provider: ProviderDescriptor<AlibabaKmsConfig> = {
  name: 'alibaba-kms',
  uriSchemes: ['alikms'],
  configSchema: async () => (await import('./config-schema.js')).configSchema,
  accessPolicies,
  create(config, { baseFolder = '.' } = {}) {
    if (config.transport !== 'instance') return createAlibabaKmsProvider(config)
    const { clientKeyFile, passwordFile, passwordEnv, allowGroupRead, caFile, ...options } = config
    const path = (file: string | undefined) => (file === undefined ? undefined : resolve(baseFolder, file))
    return createAlibabaKmsProvider({
      ...options,
      caFile: path(caFile),
      clientKey: {
        file: resolve(baseFolder, clientKeyFile),
        passwordFile: path(passwordFile),
        passwordEnv,
        allowGroupRead,
      },
    })
  },
}
