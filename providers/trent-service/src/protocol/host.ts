import { isIPv4 } from 'node:net'

/** The domains of AWS, one or two for each partition, with and without IPv6 (the table of partitions of AWS's SDKs). */
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

const KMS_HOST = new RegExp(
  `^(?:${SERVICE}|vpce-[a-z0-9-]+\\.${SERVICE}\\.vpce)\\.(?:${AWS_DOMAINS.join('|').replaceAll('.', '\\.')})$`,
)

/**
 * Whether a host is AWS KMS itself or the endpoint of a VPC for it. Other hosts in the domains of AWS belong to whoever
 * rents them.
 *
 * @param hostname as `URL` writes it
 */
export function isKmsHost(hostname: string): boolean {
  return KMS_HOST.test(hostname)
}

/**
 * Whether what is sent to a host does not leave this machine.
 *
 * @param hostname as `URL` writes it, which has one form for all spellings of an address; `::1` also without brackets
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|\[?::1\]?)$/.test(hostname) || (isIPv4(hostname) && hostname.startsWith('127.'))
}

/**
 * Whether credentials that were only found, in the environment, a profile or a role, may go to a host without anybody
 * saying so.
 */
export function mayHaveFoundCredentials(hostname: string): boolean {
  return isLoopback(hostname) || isKmsHost(hostname)
}
