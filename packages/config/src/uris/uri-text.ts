import { refused } from './refused.js'

/** A URI taken apart as far as all schemes have it in common; body and query are still percent-encoded. */
export interface UriParts {
  /** In lower case. */
  readonly scheme: string
  /** What stands between the scheme's colon and the first `?`. */
  readonly body: string
  /** Undefined where there is no `?`. */
  readonly query: string | undefined
}

/** The form of a scheme (RFC 3986, section 3.1). */
const SCHEME = /^[a-z][a-z0-9+.-]*$/i

/**
 * The scheme in lower case, or undefined for text that begins with none.
 *
 * @param uri anything
 */
export function schemeOf(uri: string): string | undefined {
  const [scheme, rest] = splitAt(uri, ':')
  return rest !== undefined && SCHEME.test(scheme) ? scheme.toLowerCase() : undefined
}

/** @throws SigningError `Configuration` for a fragment and for characters that no URI holds */
export function uriParts(uri: string, scheme: string): UriParts {
  assertReadable(uri, 'it')
  if (uri.includes('#')) throw refused(`it has a '#', which ends a URI; write %23 if it belongs to a name`)
  const [body, query] = splitAt(uri.slice(scheme.length + 1), '?')
  return { scheme, body, query }
}

/** What stands before and after the first separator; the second is undefined when there is none. */
export function splitAt(value: string, separator: string): [before: string, after: string | undefined] {
  const at = value.indexOf(separator)
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)]
}

/**
 * Undoes percent-encoding. A `+` is a `+`.
 *
 * @param what the part's name, for the error
 * @throws SigningError `Configuration`
 */
export function decode(value: string, what: string): string {
  const decoded = decodedOrUndefined(value)
  if (decoded === undefined)
    throw refused(
      `${what} has a '%' that is not followed by two hexadecimal digits of UTF-8; write %25 for the character itself`,
    )
  assertReadable(decoded, what)
  return decoded
}

function decodedOrUndefined(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** No file, key or variable is called so, and in a log such characters would be somebody's trick. */
function assertReadable(text: string, what: string): void {
  if (text.includes('\0')) throw refused(`${what} has a NUL character`)
  if (/\p{Cc}/u.test(text)) throw refused(`${what} has a control character, such as a line break`)
  if (/\p{Cs}/u.test(text)) throw refused(`${what} has a character that is no text: half of a surrogate pair`)
}
