import type { AlibabaKmsInstanceOptions } from '../alibaba-kms-options.js'
import { readLimits, type TransportLimits } from '../connection-limits.js'
import { assertTlsVerified, readEndpoint } from '../endpoint.js'
import { assertKeyVersion, assertNone, assertWhole } from '../option-checks.js'
import { type AuthoritySource, createAuthoritySource } from './authority.js'
import { type ClientKeySource, createClientKeySource } from './client-key.js'

/** The options of an instance, checked, with what they leave out. */
export interface InstanceSettings {
  readonly url: URL
  readonly clientKey: ClientKeySource
  readonly ca: AuthoritySource
  readonly keyVersion: string | undefined
  readonly maxBodyBytes: number
  readonly limits: TransportLimits
}

/**
 * The longest body that an instance takes, encoded, in bytes. The vendor says 3 MB and not which of the two megabytes that
 * is; nobody has confirmed that it is this one.
 */
const MAX_BODY_BYTES = 3 * 1024 * 1024

/** Less would leave no room for a message beside the key's id. */
const MIN_BODY_BYTES = 1024

const OF_OPENAPI = ['region', 'network', 'allowInsecureHttp', 'credentials']

/** What to do where Node is told not to verify certificates. */
export const CA_INSTEAD = 'name the private authority of the instance by ca or caFile'

/** @throws SigningError `Configuration`, with what was expected and nothing secret */
export function readInstanceOptions(options: AlibabaKmsInstanceOptions): InstanceSettings {
  const { endpoint, clientKey, keyVersion, maxBodyBytes = MAX_BODY_BYTES } = options
  assertNone(options, OF_OPENAPI, 'instance')
  const { url } = readEndpoint(endpoint, false, 'kst-INSTANCE.cryptoservice.kms.aliyuncs.com')
  assertTlsVerified(url, CA_INSTEAD)
  assertKeyVersion(keyVersion)
  assertWhole('maxBodyBytes', maxBodyBytes, MIN_BODY_BYTES, 64 * 1024 * 1024)
  return {
    url,
    clientKey: createClientKeySource(clientKey),
    ca: createAuthoritySource(options),
    keyVersion,
    maxBodyBytes,
    limits: readLimits(options),
  }
}
