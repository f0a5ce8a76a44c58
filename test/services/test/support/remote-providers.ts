import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import type { SigningProvider } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { createTrentServiceProvider } from '@signport/trent-service'

/** The four ways to a service over a network. */
export type RemoteProvider =
  | 'aws-kms'
  | 'trent-service'
  | 'alibaba-kms by OpenAPI'
  | 'alibaba-kms by an instance'

/** Temporary credentials of an emulator, which has TLS and a client key, too. */
interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

/** Providers of each way to an emulator; all but an instance's ask a function for the credentials. */
export function remoteProviders(
  credentials: Credentials,
): Readonly<Record<RemoteProvider, (emulator: Emulator) => Promise<SigningProvider>>> {
  const { accessKeyId, secretAccessKey: accessKeySecret, sessionToken: securityToken } = credentials
  return {
    'aws-kms': async ({ url: endpoint, region }) =>
      createAwsKmsProvider({ endpoint, region, credentials: async () => ({ ...credentials }) }),
    'trent-service': async ({ url: endpoint, region }) =>
      createTrentServiceProvider({ endpoint, region, credentials: async () => ({ ...credentials }) }),
    'alibaba-kms by OpenAPI': async ({ url: endpoint }) =>
      createAlibabaKmsProvider({
        transport: 'openapi',
        endpoint,
        credentials: async () => ({ accessKeyId, accessKeySecret, securityToken }),
      }),
    async 'alibaba-kms by an instance'({ tls, clientKey }) {
      const { keyId, privateKeyPem: privateKey } = await clientKey()
      const [endpoint, ca] = [tls?.url ?? '', tls?.ca]
      return createAlibabaKmsProvider({
        transport: 'instance',
        endpoint,
        clientKey: { keyId, privateKey },
        ca,
      })
    },
  }
}
