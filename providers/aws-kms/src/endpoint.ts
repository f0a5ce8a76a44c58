import { printable, urlOf } from '@signport/core/kit'
import { assertTlsVerified, isLoopback, mayHaveFoundCredentials } from '@signport/trent-service/protocol'
import { misconfigured, PROVIDER } from './misconfigured.js'

/** What decides where requests may go. */
export interface EndpointRules {
  readonly allowInsecureHttp?: boolean | undefined
  readonly credentials?: unknown
}

/** The part of a URL that decides who receives a request. */
export interface Destination {
  readonly protocol: string
  readonly hostname: string
}

/**
 * Checks the option `endpoint` before anything is loaded.
 *
 * @throws SigningError `Configuration`
 */
export function assertEndpoint(endpoint: unknown, rules: EndpointRules): void {
  const url = typeof endpoint === 'string' ? urlOf(endpoint) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw misconfigured('endpoint must be an https URL, such as https://kms.eu-west-1.amazonaws.com')
  if (url.username || url.password || url.search || url.hash)
    throw misconfigured('endpoint must have neither a user name, nor a password, nor a query, nor a fragment')
  assertDestination(url, rules)
}

/**
 * Checks where a request is about to go, whether an option, the environment or a configuration file said so.
 *
 * @throws SigningError `Configuration` for plain http to another machine, for TLS without the check of certificates, and
 *   for credentials that were only found and would go to somebody else than AWS
 */
export function assertDestination({ protocol, hostname }: Destination, rules: EndpointRules): void {
  if (protocol === 'https:') assertTlsVerified(PROVIDER, 'name a private CA in NODE_EXTRA_CA_CERTS')
  const host = printable(hostname)
  if (protocol !== 'https:' && !isLoopback(hostname) && !rules.allowInsecureHttp)
    throw misconfigured(
      `the endpoint ${host} is to be reached over plain http, where messages and tokens can be read: use https, or set allowInsecureHttp`,
    )
  if (rules.credentials === undefined && !mayHaveFoundCredentials(hostname))
    throw misconfigured(
      `the endpoint ${host} is not KMS of AWS, and gets no credentials from the environment, a profile or a role: set the option credentials`,
    )
}
