import { isIPv4, isIPv6 } from 'node:net'
import { urlOf } from '@signport/core/kit'
import { refused } from './refused.js'
import { splitAt } from './uri-text.js'

/** The two parts of `//HOST/KEY`, still as they were written. */
export interface Location {
  /** Empty where no host is named. */
  readonly authority: string
  /** What stands after the `/` that ends the authority. */
  readonly path: string
}

/** What is the same for all URIs of a scheme that begin with a host. */
export interface LocationRules {
  /** What such a URI looks like, for errors. */
  readonly form: string
  /** Where secrets belong, for errors: it goes on after a semicolon. */
  readonly secrets: string
}

/**
 * Separates host and key.
 *
 * @throws SigningError `Configuration`
 */
export function readLocation(body: string, { form, secrets }: LocationRules): Location {
  if (!body.startsWith('//')) throw refused(`two slashes and a host, or none, must begin it: ${form}`)
  const [authority, path] = splitAt(body.slice(2), '/')
  // What other tools take for a key: sending requests to a host of that name would help nobody.
  if (/^(?:alias$|arn:)/i.test(authority))
    throw refused(
      `a key stands where its host belongs; write ${form}, with three slashes where there is no host`,
    )
  if (path === undefined)
    throw refused(`it names no key: after the host, or none, comes a slash; write ${form}`)
  if (authority.includes('@'))
    throw refused(`it has a user or a password before its host, where shells and logs see them; ${secrets}`)
  return { authority, path }
}

/**
 * The option `endpoint` of URIs whose host may be missing, and whose parameter `scheme` says how it is reached.
 *
 * @throws SigningError `Configuration`
 */
export function endpointOption(authority: string, scheme: unknown): { readonly endpoint?: string } {
  if (authority !== '')
    return { endpoint: endpointOf(authority, scheme === 'http' ? 'http' : 'https', 'leave scheme=http out') }
  if (scheme === undefined) return {}
  throw refused('scheme says how its host is reached, but it names no host; leave one out or name the other')
}

/**
 * The endpoint that an authority stands for.
 *
 * @param instead what to do where http is not possible, for the error
 * @throws SigningError `Configuration` for what is no host or port, and for http to another machine
 */
export function endpointOf(authority: string, protocol: 'http' | 'https', instead: string): string {
  const [, host = '', port] = /^(\[[^[\]]*\]|[^:[\]]*)(?::(.*))?$/su.exec(authority) ?? []
  const hostname = readHost(host)
  if (port !== undefined) assertPort(port)
  if (protocol === 'http' && !isLoopback(hostname))
    throw refused(`plain http is for this machine alone (localhost, 127.0.0.1, [::1]); ${instead}`)
  return `${protocol}://${hostname}${port === undefined ? '' : `:${port}`}`
}

/** Digits alone in the last label make an address of it, of which `URL` knows short and octal forms: they are refused. */
const NUMERIC = /(?:^|\.)(?:\d+|0x[\da-f]*)$/

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)

function readHost(host: string): string {
  if (/\P{ASCII}/u.test(host))
    throw refused('its host has letters outside of ASCII; write it in punycode (xn--…), as certificates do')
  const lower = host.toLowerCase()
  const valid = lower.startsWith('[')
    ? isIPv6(lower.slice(1, -1))
    : isIPv4(lower) || (NAME.test(lower) && lower.length <= 253 && !NUMERIC.test(lower))
  const url = valid ? urlOf(`https://${lower}`) : undefined
  if (url) return url.hostname
  throw refused(
    'its host is neither a name of letters, digits, hyphens and dots, nor an IPv4 address of four numbers, nor an IPv6 address in brackets',
  )
}

function assertPort(port: string): void {
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)
    throw refused(`a port from 1 to 65535 must follow the ':' after its host`)
}

/** @param hostname as `URL` writes it */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}
