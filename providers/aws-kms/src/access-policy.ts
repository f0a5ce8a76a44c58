import type { AccessPolicy, KeyUse } from '@signport/core'
import { assertKeyId, iamPolicies, isKmsHost } from '@signport/trent-service/protocol'
import type { AwsKmsConfig } from './descriptor.js'
import { PROVIDER } from './misconfigured.js'
import { readOptions } from './read-options.js'

/**
 * What AWS must allow.
 *
 * @throws SigningError `Configuration` and `InvalidArgument` for what no request could be made with
 */
export function accessPolicies(uses: readonly KeyUse<AwsKmsConfig>[]): AccessPolicy[] {
  return iamPolicies(
    uses.map(({ keyId, operations, options }) => {
      const { region, endpoint } = readOptions(optionsOf(options))
      assertKeyId(keyId, { provider: PROVIDER, region })
      return { keyId, operations, region, host: foreignHost(endpoint) }
    }),
  )
}

/** Who asks is of no interest here, but that they are named is: found credentials would not go to every endpoint. */
function optionsOf({ credentials, ...options }: AwsKmsConfig) {
  const { accessKeyId = '', secretAccessKey = '' } = credentials ?? {}
  return { ...options, ...(credentials && { credentials: { accessKeyId, secretAccessKey } }) }
}

function foreignHost(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined
  const { hostname, host } = new URL(endpoint)
  return isKmsHost(hostname) ? undefined : host
}
