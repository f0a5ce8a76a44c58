import { createHash } from 'node:crypto'

/** A request, as far as a signature covers it. */
export interface SignedRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** What a signature covers, written the one way that both sides agree on ("Create a canonical request" of SigV4). */
export function canonicalRequest(
  { method, target, headers, body }: SignedRequest,
  signedHeaders: readonly string[],
  normalizePath: boolean,
): string {
  const [path = '', query = ''] = splitOnce(target, '?')
  const names = [...signedHeaders].sort()
  return [
    method,
    canonicalPath(path, normalizePath),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${canonicalValue(headers, name)}`),
    '',
    names.join(';'),
    hashOf(body),
  ].join('\n')
}

/** SHA-256 in lower-case hexadecimal. */
export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator)
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)]
}

/** Services other than S3 resolve dots and slashes, and encode what was sent once more. */
function canonicalPath(path: string, normalize: boolean): string {
  return (normalize ? withoutDots(path) : path).split('/').map(encode).join('/') || '/'
}

function withoutDots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const end = kept.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${kept.join('/')}${end}`
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  return query
    .split('&')
    .map((pair) => splitOnce(pair, '=').map((part) => encode(decode(part))))
    .map(([name = '', value = '']) => [name, value] as const)
    .sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function canonicalValue(headers: SignedRequest['headers'], name: string): string {
  return headers
    .filter(([each]) => each.toLowerCase() === name)
    .map(([, value]) => value.trim().replace(/\s+/g, ' '))
    .join(',')
}

const UNRESERVED = /^[A-Za-z0-9\-._~]$/

function encode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte)
    return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that stands for itself.
    return text
  }
}
