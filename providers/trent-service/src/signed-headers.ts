import { oneOf, printable } from '@signport/core/kit'
import { misconfigured } from './failure.js'

/** A header that can be signed. */
export type SignedHeader = (typeof SIGNED_HEADERS)[number]

/**
 * Which headers are signed: `all` that AWS's own clients sign of those that are sent, the `minimal` set of QKMS's
 * client, or a list of one's own. `host` and `x-amz-date` always are, and so is a session token.
 */
export type SignedHeadersOption = 'all' | 'minimal' | readonly SignedHeader[]

const ALWAYS = ['host', 'x-amz-date', 'x-amz-security-token'] as const

/** Every header that can be signed. */
export const SIGNED_HEADERS = [
  'content-length',
  'content-type',
  'x-amz-content-sha256',
  'x-amz-target',
  ...ALWAYS,
] as const

/** The names of the headers to sign. */
export function readSignedHeaders(option: SignedHeadersOption = 'all'): ReadonlySet<string> {
  if (option === 'all') return new Set(SIGNED_HEADERS)
  if (option === 'minimal') return new Set(['content-type', 'x-amz-target', ...ALWAYS])
  if (!Array.isArray(option)) throw refused()
  const names: unknown[] = option.map((name) => (typeof name === 'string' ? name.toLowerCase() : name))
  const unknown = names.find((name) => !SIGNED_HEADERS.includes(name as SignedHeader))
  if (unknown !== undefined || names.includes(undefined)) throw refused(unknown)
  return new Set([...(names as string[]), ...ALWAYS])
}

function refused(name?: unknown) {
  const not = name === undefined ? '' : `, not '${printable(String(name), 40)}'`
  return misconfigured(`signedHeaders must be 'all', 'minimal' or a list of ${oneOf(SIGNED_HEADERS)}${not}.`)
}
