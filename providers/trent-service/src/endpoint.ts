import { printable, typeName, urlOf } from '@signport/core/kit'
import { misconfigured } from './failure.js'
import { isKmsHost, isLoopback, mayHaveFoundCredentials, partitionOf } from './protocol/index.js'

/** Where a service is, as a caller says it. */
export interface EndpointOptions {
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly fips?: boolean | undefined
  readonly allowInsecureHttp?: boolean | undefined
}

/** Where requests go, and for which region they are signed. */
export interface Endpoint {
  /** Without a slash at its end, unless the path is nothing else: a doubled one would be redirected. */
  readonly url: URL
  readonly region: string
  /** Whether credentials of the environment may go there without anybody saying so. */
  readonly trusted: boolean
}

/** The regions whose host follows from their name. Sovereign and secret ones have suffixes of their own. */
const AWS_REGION = /^[a-z]{2}-(?:gov-)?[a-z]+-\d{1,2}$/

/** What can be part of a scope; servers other than AWS's have names of their own. */
const ANY_REGION = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** The region that other servers than AWS's are told when nobody says one: QKMS's, and the emulators'. */
const USUAL_REGION = 'us-east-1'

/** @throws SigningError `Configuration` with what was expected; an endpoint that may hold a secret is not shown */
export function readEndpoint(options: EndpointOptions): Endpoint {
  const { endpoint, region, fips = false, allowInsecureHttp = false } = options
  if (endpoint === undefined) return awsEndpoint(region, fips)
  if (fips) throw misconfigured('fips chooses the endpoint of AWS: leave it out, or leave endpoint out.')
  const url = parseEndpoint(endpoint)
  const { protocol, hostname } = url
  if (protocol === 'http:' && !isLoopback(hostname) && !allowInsecureHttp) throw insecure(url)
  if (region === undefined && isKmsHost(hostname))
    throw misconfigured('An endpoint of AWS needs its region: set region.')
  return { url, region: readRegion(region ?? USUAL_REGION), trusted: mayHaveFoundCredentials(hostname) }
}

function awsEndpoint(region: string | undefined, fips: boolean): Endpoint {
  if (region === undefined)
    throw misconfigured(
      'Set region for AWS, or endpoint for another server that speaks the protocol of AWS KMS.',
    )
  if (typeof region !== 'string' || !AWS_REGION.test(region))
    throw misconfigured(
      `region must be a region of AWS such as eu-west-1, not '${shown(region)}'; where the host does not follow from it, set endpoint, too.`,
    )
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { url: new URL(`https://kms${fips ? '-fips' : ''}.${region}.${suffix}/`), region, trusted: true }
}

function readRegion(region: string): string {
  if (typeof region === 'string' && region.length <= 64 && ANY_REGION.test(region)) return region
  throw misconfigured(
    `region must be made of lower-case letters, digits and hyphens, such as us-east-1, not '${shown(region)}'.`,
  )
}

const shown = (value: unknown) => (typeof value === 'string' ? printable(value, 40) : typeName(value))

function parseEndpoint(endpoint: string): URL {
  const isHttp = typeof endpoint === 'string' && /^https?:\/\/[^\s\\]+$/i.test(endpoint)
  const url = isHttp ? urlOf(endpoint) : undefined
  if (!url)
    throw misconfigured(
      'endpoint must be a URL such as https://kms.example.com or http://127.0.0.1:4599/prefix.',
    )
  if (/^\w+:\/\/[^/?#]*@/.test(endpoint))
    throw misconfigured('endpoint must not hold a user or a password: use the option credentials.')
  if (/[?#]/.test(endpoint)) throw misconfigured('endpoint must not have a query or a fragment.')
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

function insecure({ host }: URL) {
  return misconfigured(
    `The endpoint ${printable(host)} is not this machine, and http would show it everything that is signed: use https, or permit it with allowInsecureHttp.`,
  )
}
