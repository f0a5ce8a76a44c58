/** Headers or parameters in any order; a name may come more than once. */
export type Pairs = readonly (readonly [name: string, value: string])[]

/** A request as SigV4 sees it. */
export interface SignableRequest {
  readonly method: string
  /** As it stands in the request line. */
  readonly path: string
  /** The parameters, decoded. */
  readonly query: Pairs
  /** Those that are signed. */
  readonly headers: Pairs
  /** SHA-256 of the body, in lower-case hexadecimal. */
  readonly bodyHash: string
  /** Whether `.`, `..` and empty segments are taken out of the path. All services but S3 do that, so it is the default. */
  readonly normalize?: boolean
}

/** What client and server make of a request before they sign it. */
export interface CanonicalRequest {
  readonly text: string
  /** The names of the signed headers, as they are listed. */
  readonly signedHeaders: string
}

/** The one text for a request, however it is written (SigV4, "Create a canonical request"). */
export function canonicalRequest(request: SignableRequest): CanonicalRequest {
  const { method, path, query, bodyHash, normalize = true } = request
  const headers = canonicalHeaders(request.headers)
  const signedHeaders = headers.map(([name]) => name).join(';')
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const parts = [
    method,
    canonicalPath(path, normalize),
    canonicalQuery(query),
    lines,
    signedHeaders,
    bodyHash,
  ]
  return { text: parts.join('\n'), signedHeaders }
}

/** Names in lower case and in order; runs of white space are one space; values of one name stay in their order. */
function canonicalHeaders(headers: Pairs): Pairs {
  // Most requests are written so, and to find that out costs less than to write it anew.
  if (headers.every(isCanonical)) return headers
  const values = new Map<string, string>()
  for (const [given, text] of headers) {
    const name = given.toLowerCase()
    const value = text.trim().replace(/\s+/g, ' ')
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  return [...values].sort(([a], [b]) => compare(a, b))
}

/** Whether a header stands there already as it is signed, and behind one whose name comes before its own. */
function isCanonical([name, value]: Pairs[number], index: number, headers: Pairs): boolean {
  const [before = ''] = headers[index - 1] ?? []
  return before < name && NAME.test(name) && !SUPERFLUOUS.test(value)
}

const NAME = /^[^A-Z]+$/

/** White space that is not a single space between others. */
const SUPERFLUOUS = /^\s|\s$|\s\s|[^\S ]/

function canonicalPath(path: string, normalize: boolean): string {
  if (path === '/') return path
  const segments = normalize ? normalized(path) : path.split('/')
  return segments.map(encode).join('/')
}

function normalized(path: string): string[] {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const end = kept.length > 0 && path.endsWith('/') ? [''] : []
  return kept.length > 0 ? ['', ...kept, ...end] : ['', '']
}

function canonicalQuery(query: Pairs): string {
  return query
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, first], [b, second]) => compare(a, b) || compare(first, second))
    .map((pair) => pair.join('='))
    .join('&')
}

/** Both are ASCII by now, so that the order is that of their bytes. */
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

/** Percent-encodes everything but RFC 3986's unreserved characters; encodeURIComponent leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
