import type { AlibabaKmsCredentials } from '../alibaba-kms-options.js'
import { isSame } from './credentials.js'
import type { KmsSdk } from './sdk.js'

/** The vendor's client. */
type KmsClient = InstanceType<KmsSdk['default']>

/** What requests of one client have in common. */
export interface ClientSettings {
  readonly credentials: AlibabaKmsCredentials
  /** How long an answer may take, in milliseconds. */
  readonly limitMs: number
}

/** Gives the client for these settings. */
export type Clients = (sdk: KmsSdk, settings: ClientSettings) => KmsClient

/**
 * One client for each set of credentials: it asks for id, secret and token one after the other, and they must belong together. The
 * latest is kept, as long as requests are alike.
 */
export function createClients(url: URL, region: string | undefined): Clients {
  let latest: { readonly settings: ClientSettings; readonly client: KmsClient } | undefined
  return (sdk, settings) => {
    if (!latest || !isAlike(latest.settings, settings))
      latest = { settings, client: clientOf(sdk, url, region, settings) }
    return latest.client
  }
}

const isAlike = (one: ClientSettings, other: ClientSettings) =>
  one.limitMs === other.limitMs && isSame(one.credentials, other.credentials)

function clientOf(
  sdk: KmsSdk,
  url: URL,
  region: string | undefined,
  { credentials, limitMs }: ClientSettings,
): KmsClient {
  return new sdk.default({
    endpoint: url.host,
    protocol: url.protocol.slice(0, -1),
    regionId: region ?? '',
    // Either would end a reply that is slower, after three seconds if it is not named.
    readTimeout: limitMs,
    connectTimeout: limitMs,
    credential: {
      getAccessKeyId: async () => credentials.accessKeyId,
      getAccessKeySecret: async () => credentials.accessKeySecret,
      getSecurityToken: async () => credentials.securityToken ?? '',
    },
  } as never)
}
