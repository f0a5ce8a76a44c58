import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import type { SigningProvider } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { createLocalProvider } from '@signport/local'
import { createTrentServiceProvider } from '@signport/trent-service'
import { TOKEN_ALGORITHMS, type TokenAlgorithm, type TokenKey } from './token-keys.js'

export type TokenProvider =
  | 'local'
  | 'aws-kms'
  | 'trent-service'
  | 'alibaba-kms by OpenAPI'
  | 'alibaba-kms by an instance'

/** What each provider signs tokens with. Written down, so that one that loses an algorithm is noticed. */
export const TOKEN_MATRIX: Readonly<Record<TokenProvider, readonly TokenAlgorithm[]>> = {
  local: TOKEN_ALGORITHMS,
  'aws-kms': TOKEN_ALGORITHMS,
  'trent-service': TOKEN_ALGORITHMS,
  'alibaba-kms by OpenAPI': ['RS256', 'PS256', 'ES256', 'ES256K'],
  'alibaba-kms by an instance': ['RS256', 'PS256', 'ES256', 'ES256K'],
}

export const TOKEN_PROVIDERS = Object.keys(TOKEN_MATRIX) as TokenProvider[]

/** Every combination that there is. */
export const TOKEN_CASES = TOKEN_PROVIDERS.flatMap((provider) =>
  TOKEN_MATRIX[provider].map((algorithm) => [provider, algorithm] as const),
)

type Maker = (emulator: Emulator, keys: readonly TokenKey[]) => SigningProvider | Promise<SigningProvider>

const MAKERS: Readonly<Record<TokenProvider, Maker>> = {
  local: (_, keys) =>
    createLocalProvider({
      keys: Object.fromEntries(keys.map(({ id, privateKey }) => [id, privateKey])),
    }),
  'aws-kms': ({ url: endpoint, region, credentials: [credentials] }) =>
    createAwsKmsProvider({ endpoint, region, credentials }),
  'trent-service': ({ url: endpoint, region, credentials: [credentials] }) =>
    createTrentServiceProvider({ endpoint, region, credentials }),
  'alibaba-kms by OpenAPI': ({ url: endpoint, credentials: [credential] }) =>
    createAlibabaKmsProvider({
      transport: 'openapi',
      endpoint,
      credentials: {
        accessKeyId: credential.accessKeyId,
        accessKeySecret: credential.secretAccessKey,
        securityToken: credential.sessionToken,
      },
    }),
  async 'alibaba-kms by an instance'({ tls, clientKey }) {
    const { keyId, privateKeyPem: privateKey } = await clientKey()
    return createAlibabaKmsProvider({
      transport: 'instance',
      endpoint: tls?.url ?? '',
      clientKey: { keyId, privateKey },
      ca: tls?.ca,
    })
  },
}

/** A provider that has the keys, or that asks an emulator that has them. */
export async function createTokenProvider(
  name: TokenProvider,
  emulator: Emulator,
  keys: readonly TokenKey[],
): Promise<SigningProvider> {
  return MAKERS[name](emulator, keys)
}
