import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$`)

/**
 * What a certificate calls a host (RFC 5280 section 4.2.1.6): an address is not a name, and names have ASCII alone.
 *
 * @param {string} host a domain, also `*.example.com`, or an IP address
 * @returns {{ type: 'dns' | 'ip', value: string }}
 * @throws TypeError for anything else: whoever is shown the certificate would read there what somebody wrote
 */
export function hostName(host) {
  if (isIP(host) && !host.includes('%')) return { type: 'ip', value: plainAddress(host) }
  const domain = asciiOf(host)
  if (DOMAIN.test(domain) && !isIP(domain)) return { type: 'dns', value: domain }
  throw new TypeError(
    `Expected the name or the IP address of a host, such as www.example.com: ${JSON.stringify(host)}`,
  )
}

/** The conversion alone would cut off what follows a slash, and decode what has a percent sign. */
const asciiOf = (name) => (/^[a-z0-9.*\-\u{80}-\u{10ffff}]*$/iu.test(name) ? domainToASCII(name) : '')

/** The library reads no IPv6 address that ends as one of IPv4 does, such as ::ffff:192.0.2.1. */
const plainAddress = (address) =>
  isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
