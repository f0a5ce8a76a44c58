import { isIPv4 } from 'node:net'
import { printable, typeName, urlOf } from '@signport/core/kit'
import { misconfigured } from './failure.js'

/** Where requests go. */
export interface Endpoint {
  readonly url: URL
  readonly loopback: boolean
  /** Whether credentials that are only found may go there without anybody saying so. */
  readonly trusted: boolean
  /** Whether it is a KMS instance. */
  readonly ofInstance: boolean
}

const REGION = '(?:[a-z]{2}|rus)-[a-z0-9]+(?:-[a-z0-9]+)*'

const REGION_NAME = new RegExp(`^${REGION}$`)

/** KMS itself, shared or an instance. Other hosts in the vendor's domain, such as buckets, belong to whoever rents them. */
const KMS_HOST = new RegExp(`^kms(?:-vpc)?\\.${REGION}\\.aliyuncs\\.com$`)
const INSTANCE_HOST = /^[a-z0-9-]+\.cryptoservice\.kms\.aliyuncs\.com$/

/**
 * The host of a region, by the network that it is reached from.
 *
 * @throws SigningError `Configuration` for what is no region
 */
export function regionalHost(region: unknown, network: 'public' | 'vpc'): string {
  if (typeof region !== 'string' || region.length > 40 || !REGION_NAME.test(region))
    throw misconfigured(`region must be a region such as cn-hangzhou, not '${shown(region)}'.`)
  return `${network === 'vpc' ? 'kms-vpc' : 'kms'}.${region}.aliyuncs.com`
}

/**
 * Reads an endpoint: HOST, HOST:PORT, or either with https:// or http:// before it.
 *
 * @param example what it looks like, for the error
 * @throws SigningError `Configuration` with what was expected; what may hold a secret is not shown
 */
export function readEndpoint(endpoint: unknown, allowInsecureHttp: boolean, example: string): Endpoint {
  if (typeof endpoint !== 'string')
    throw misconfigured(`endpoint must be a host such as ${example}, not ${typeName(endpoint)}.`)
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`
  const isHost = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?\/?$/i.test(text)
  const url = isHost ? urlOf(text) : undefined
  if (!url)
    throw misconfigured(
      `endpoint must be a host, and a port if it needs one, such as ${example}: without a user, a path or a query.`,
    )
  const loopback = isLoopback(url.hostname)
  if (url.protocol === 'http:' && !loopback && !allowInsecureHttp) throw insecure(url)
  const ofInstance = INSTANCE_HOST.test(url.hostname)
  return { url, loopback, trusted: loopback || ofInstance || KMS_HOST.test(url.hostname), ofInstance }
}

/** Hosts that do not leave this machine. `URL` has written every form of an IPv4 address in the usual one. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
}

function insecure({ host }: URL) {
  return misconfigured(
    `The endpoint ${printable(host)} is not this machine, and http would show everybody on the way what is signed and with which credentials: use https.`,
  )
}

const shown = (value: unknown) => (typeof value === 'string' ? printable(value, 40) : typeName(value))

/**
 * Node leaves out the check of certificates for the whole process where this variable says so.
 *
 * @param instead how a private authority is named
 * @throws SigningError `Configuration`
 */
export function assertTlsVerified({ protocol }: URL, instead: string): void {
  if (protocol !== 'https:' || process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return
  throw misconfigured(
    `NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the verification of certificates, so that anybody could answer in the place of the service: unset it; ${instead}.`,
  )
}
