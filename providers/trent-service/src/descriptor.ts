import { resolve } from 'node:path'
import type { ProviderDescriptor } from '@signport/core'
import { accessPolicies } from './access-policy.js'
import { readCertificates } from './certificate-file.js'
import { environmentCredentials, type TrentServiceCredentials } from './credentials.js'
import type { TrentServiceOptions } from './trent-service-options.js'
import { createTrentServiceProvider } from './trent-service-provider.js'

/** The provider's own part of a signer's configuration: the options, with what a file says otherwise. */
export interface TrentServiceConfig extends Omit<TrentServiceOptions, 'ca' | 'credentials'> {
  /** `environment` says that those of the environment may go to the endpoint, whichever that is. */
  readonly credentials?: TrentServiceCredentials | 'environment' | undefined
  /** The file with the certificates of a private authority, as PEM. */
  readonly caFile?: string | undefined
}

/** How a configuration finds this provider. */
export const provider: ProviderDescriptor<TrentServiceConfig> = {
  name: 'trent-service',
  uriSchemes: ['trent', 'trent+http'],
  configSchema: async () => (await import('./config-schema.js')).configSchema,
  accessPolicies,
  create({ caFile, credentials, ...options }, { baseFolder = '.' } = {}) {
    return createTrentServiceProvider({
      ...options,
      credentials: credentials === 'environment' ? async () => environmentCredentials() : credentials,
      ca: caFile === undefined ? undefined : readCertificates(resolve(baseFolder, caFile), caFile),
    })
  },
}
