import { assertLimits, printable, typeName } from '@signport/core/kit'
import { readGrantTokens } from '@signport/trent-service/protocol'
import type { AwsKmsOptions } from './aws-kms-options.js'
import { credentialsOf } from './credentials.js'
import { assertEndpoint } from './endpoint.js'
import { misconfigured, PROVIDER } from './misconfigured.js'

/** What the user's own client has been told already. */
const OF_OUR_CLIENT = [
  'region',
  'endpoint',
  'allowInsecureHttp',
  'profile',
  'credentials',
  'useFipsEndpoint',
  'useDualstackEndpoint',
] as const

/**
 * Checks what can be checked before anything is loaded. What it gives back cannot be changed from outside any more.
 *
 * @throws SigningError `Configuration`, which says what was expected
 */
export function readOptions(options: AwsKmsOptions): AwsKmsOptions {
  const { credentials, grantTokens, client, endpoint } = options
  assertText('profile', options.profile)
  assertRegion(options.region)
  assertFlag('useFipsEndpoint', options.useFipsEndpoint)
  assertFlag('useDualstackEndpoint', options.useDualstackEndpoint)
  assertFlag('allowInsecureHttp', options.allowInsecureHttp)
  assertLimits(options, PROVIDER)
  const tokens = readGrantTokens(grantTokens, PROVIDER)
  if (client !== undefined) assertClient(options)
  if (endpoint !== undefined) assertEndpoint(endpoint, options)
  return {
    ...options,
    ...(credentials !== undefined && { credentials: credentialsOf(credentials) }),
    grantTokens: tokens,
  }
}

function assertText(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return
  throw misconfigured(`${name} must be text that is not empty, not ${shown(value)}`)
}

/** A label of a host's name; what stands for FIPS in it is an option of its own. */
function assertRegion(region: unknown): void {
  if (region === undefined) return
  if (typeof region !== 'string' || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(region))
    throw misconfigured(`region must be the name of a region such as eu-west-1, not ${shown(region)}`)
  if (/^fips-|-fips$/.test(region))
    throw misconfigured(
      `region must be the name of a region, not ${shown(region)}: use the option useFipsEndpoint`,
    )
}

function assertFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw misconfigured(`${name} must be true or false, not ${shown(value)}`)
}

function assertClient(options: AwsKmsOptions): void {
  if (typeof options.client?.send !== 'function')
    throw misconfigured(`client must be a KMSClient of @aws-sdk/client-kms, not ${typeName(options.client)}`)
  const more = OF_OUR_CLIENT.find((name) => options[name] !== undefined)
  if (more) throw misconfigured(`client and ${more} cannot be given together: the client has its own`)
}

const shown = (value: unknown) =>
  typeof value === 'string' ? `'${printable(value)}'` : typeof value === 'number' ? value : typeName(value)
