import type { AccessPolicy, KeyUse } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { TrentServiceConfig } from './descriptor.js'
import { readEndpoint } from './endpoint.js'
import { PROVIDER } from './failure.js'
import { assertKeyId, type IamUse, iamPolicies, isKmsHost } from './protocol/index.js'

type Use = KeyUse<TrentServiceConfig>

/**
 * What AWS, or a server that knows its callers as AWS does, must allow.
 *
 * @throws SigningError `Configuration` and `InvalidArgument` for what no request could be made with
 */
export function accessPolicies(uses: readonly Use[]): AccessPolicy[] {
  const unsigned = uses.filter(({ options }) => options.auth === 'none')
  const signed = uses.filter((use) => !unsigned.includes(use))
  return [...iamPolicies(signed.map(iamUse)), ...withoutAccounts(unsigned)]
}

function iamUse({ keyId, operations, options }: Use): IamUse {
  const { url, region } = readEndpoint(options)
  assertKeyId(keyId, { provider: PROVIDER, region: options.region })
  return { keyId, operations, region, host: isKmsHost(url.hostname) ? undefined : url.host }
}

/** Who does not say who they are cannot be allowed anything. */
function withoutAccounts(uses: readonly Use[]): AccessPolicy[] {
  const hosts = new Set(uses.map(({ options }) => printable(readEndpoint(options).url.host)))
  return Array.from(hosts, (host) => ({
    kind: host,
    notes: [
      `Requests to ${host} are not signed (auth: none), so that it cannot tell who asks: its network alone decides who can use its keys.`,
    ],
  }))
}
