import { printable } from '@signport/core/kit'
import { misconfigured } from './misconfigured.js'

/** The domains of AWS, one or two for each partition, with and without IPv6 (the SDK's table of partitions). */
const AWS_DOMAINS = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
]

const SERVICE = 'kms(?:-fips)?\\.[a-z]+(?:-[a-z]+)+-\\d+'

/** KMS itself and the endpoints of a VPC for it. Other hosts in these domains belong to whoever rents them. */
const KMS_HOST = new RegExp(
  `^(?:${SERVICE}|vpce-[a-z0-9-]+\\.${SERVICE}\\.vpce)\\.(?:${AWS_DOMAINS.join('|').replaceAll('.', '\\.')})$`,
)

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/

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
  const url = typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw misconfigured('endpoint must be an https URL, such as https://kms.eu-west-1.amazonaws.com')
  if (url.username || url.password || url.search || url.hash)
    throw misconfigured('endpoint must have neither a user name, nor a password, nor a query, nor a fragment')
  assertDestination(url, rules)
}

/**
 * Checks where a request is about to go, whether an option, the environment or a configuration file said so.
 *
 * @throws SigningError `Configuration` for plain http to another machine, and for credentials that were only found
 *   and would go to somebody else than AWS
 */
export function assertDestination({ protocol, hostname }: Destination, rules: EndpointRules): void {
  if (LOOPBACK.test(hostname)) return
  const host = printable(hostname)
  if (protocol !== 'https:' && !rules.allowInsecureHttp)
    throw misconfigured(
      `the endpoint ${host} is to be reached over plain http, where messages and tokens can be read: use https, or set allowInsecureHttp`,
    )
  if (rules.credentials === undefined && !KMS_HOST.test(hostname))
    throw misconfigured(
      `the endpoint ${host} is not KMS of AWS, and gets no credentials from the environment, a profile or a role: set the option credentials`,
    )
}

/**
 * Node leaves out the check of certificates for the whole process where this variable says so.
 *
 * @throws SigningError `Configuration`
 */
export function assertTlsVerified(): void {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return
  throw misconfigured(
    'NODE_TLS_REJECT_UNAUTHORIZED is 0, so that anybody could answer in the place of AWS: unset it, and name a private CA in NODE_EXTRA_CA_CERTS',
  )
}
