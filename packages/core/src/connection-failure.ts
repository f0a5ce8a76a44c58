import { printable } from './text.js'

/** Codes of OpenSSL and of Node for a server that is not who it should be, or that speaks no TLS. */
const TLS_FAILURE =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|EPROTO|ERROR_IN_|ERR_SSL_|ERR_TLS_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|SELF_SIGNED_|UNABLE_TO_)/

/** Codes of Node for an answer that is there and cannot be read: broken HTTP or compression, more than a string may hold. */
const UNREADABLE = /^(?:HPE_|Z_|ERR_(?!SOCKET_|STREAM_))/

const UNKNOWN_AUTHORITY = 'its certificate is of an authority that is not known here'

/** What the usual codes mean. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'it closed the connection'],
  ['EPIPE', 'it closed the connection'],
  ['ENOTFOUND', 'its name is not known'],
  ['EAI_AGAIN', 'its name could not be looked up'],
  ['ETIMEDOUT', 'it does not answer'],
  ['EHOSTUNREACH', 'there is no way to it'],
  ['ENETUNREACH', 'there is no way to it'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by nobody else'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
])

/** What is known of a connection that failed. */
export interface ConnectionFailure {
  /**
   * `untrusted` for a server that is not who it should be, or speaks no TLS: nothing that passes by itself; `unreadable` for
   * an answer that breaks HTTP; `unanswered` for all else, which may pass.
   */
  readonly kind: 'untrusted' | 'unreadable' | 'unanswered'
  /** The code and what it means, for messages: `ECONNREFUSED (nothing listens there)`. */
  readonly what: string
}

/**
 * What the code of a failed connection says, and nothing else of its error: that may hold the request.
 *
 * @param code as Node has it; undefined where the connection ended without one
 * @param own meanings that are known better than the usual ones
 */
export function readConnectionFailure(
  code: string | undefined,
  own: ReadonlyMap<string, string> = new Map(),
): ConnectionFailure {
  if (code === undefined) return { kind: 'unanswered', what: 'the connection ended early' }
  const meaning = own.get(code) ?? MEANINGS.get(code)
  const what = `${printable(code)}${meaning === undefined ? '' : ` (${meaning})`}`
  if (isTlsFailure(code)) return { kind: 'untrusted', what }
  return { kind: UNREADABLE.test(code) ? 'unreadable' : 'unanswered', what }
}

/** Whether a connection failed by its TLS: nothing that passes by itself. */
export function isTlsFailure(code: string): boolean {
  return TLS_FAILURE.test(code)
}
