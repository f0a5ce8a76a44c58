import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import type { SigningProvider } from '@signport/core'
import { createTrentServiceProvider } from '@signport/trent-service'
import { type ChaosItem, CONNECTIONS, type ConnectionName } from './item.js'
import type { Server } from './server.js'
import { signatureFirst } from './signature-first.js'

/** One way to the server, as items use it. */
interface Connection {
  readonly usual: SigningProvider
  readonly signatureFirst: SigningProvider
  readonly refused: SigningProvider
  /** Without a rate, by which others would use up the time of those who have little. */
  readonly hasty: SigningProvider
}

/** All ways to the server. */
export interface Connections {
  /** The provider object for an item, which it shares with others of its kind. */
  for(item: ChaosItem): SigningProvider
  /** One as users have it: with its budget of retries, and its rate. */
  usual(name: ConnectionName): SigningProvider
  /** A provider that no item uses, for questions to the server. */
  readonly aside: SigningProvider
  close(): Promise<void>
}

type Maker = (server: Server, endpoint: string) => SigningProvider

/** Which of the emulator's planes each speaks to. */
const PLANES = {
  'aws-kms': 'trent',
  'trent-service': 'trent',
  'alibaba openapi': 'openapi',
  'alibaba instance': 'instance',
} as const satisfies Record<ConnectionName, string>

const MAKERS: Readonly<Record<ConnectionName, Maker>> = {
  'aws-kms': ({ region, credentials }, endpoint) =>
    createAwsKmsProvider({ endpoint, region, credentials: alternating(credentials) }),
  'trent-service': ({ region, credentials }, endpoint) =>
    createTrentServiceProvider({ endpoint, region, credentials: alternating(credentials) }),
  'alibaba openapi'({ credentials }, endpoint) {
    const give = alternating(credentials)
    return createAlibabaKmsProvider({
      transport: 'openapi',
      endpoint,
      async credentials(request) {
        const { accessKeyId, secretAccessKey, sessionToken } = await give(request)
        return { accessKeyId, accessKeySecret: secretAccessKey, securityToken: sessionToken }
      },
    })
  },
  'alibaba instance'({ clientKey: { keyId, privateKeyPem: privateKey }, tls }, endpoint) {
    const ca = endpoint.startsWith('https:') ? tls.ca : undefined
    return createAlibabaKmsProvider({ transport: 'instance', endpoint, clientKey: { keyId, privateKey }, ca })
  },
}

/** The same ones until they are refused, and others then: what a service does whose tokens run out. */
function alternating(credentials: Server['credentials']) {
  let at = 0
  return async ({ forceRefresh = false }: { readonly forceRefresh?: boolean } = {}) => {
    if (forceRefresh) at = (at + 1) % credentials.length
    return { ...(credentials[at] ?? credentials[0]) }
  }
}

/** What a test may put before each provider, to see that the run notices. */
export type Disguise = (provider: SigningProvider) => SigningProvider

/** Opens all of them. */
export function openConnections(server: Server, disguise: Disguise = (provider) => provider): Connections {
  const made: SigningProvider[] = []
  const make = (name: ConnectionName, endpoint: string) => {
    const provider = MAKERS[name](server, endpoint)
    made.push(provider)
    return provider
  }
  const shared = (name: ConnectionName, endpoint: string) => disguise(shareable(make(name, endpoint)))
  const connections = new Map<ConnectionName, Connection>()
  const unchanged = new Map<ConnectionName, SigningProvider>()
  for (const name of CONNECTIONS) {
    // An instance is spoken to by TLS, as in its VPC.
    const url = name === 'alibaba instance' ? server.tls.url : server.url
    const usual = shared(name, url)
    unchanged.set(name, { ...make(name, url), close: async () => {} })
    const refused = shared(name, server.deserted[PLANES[name]])
    const hasty = { ...usual, limits: { ...usual.limits, maxPerSecond: undefined } }
    connections.set(name, { usual, refused, hasty, signatureFirst: signatureFirst(usual) })
  }
  return {
    usual(name) {
      const provider = unchanged.get(name)
      if (!provider) throw new TypeError(`There is no connection ${name}.`)
      return provider
    },
    aside: make('trent-service', server.url),
    for({ connection, refused, pin, order, haste }) {
      const ways = connections.get(connection)
      if (!ways) throw new TypeError(`There is no connection ${connection}.`)
      if (haste !== 'none') return ways.hasty
      if (refused) return ways.refused
      return order === 'signature first' && pin !== 'key' ? ways.signatureFirst : ways.usual
    },
    close: async () => void (await Promise.all(made.map((provider) => provider.close?.()))),
  }
}

/**
 * A copy without the budget of retries, which all share: it would make the outcome of an item depend on what happened to
 * others. It stays open however many signers come and go, since there are two copies.
 */
function shareable(provider: SigningProvider): SigningProvider {
  return {
    ...provider,
    limits: { ...provider.limits, retryBudget: Number.POSITIVE_INFINITY },
    close: async () => {},
  }
}
