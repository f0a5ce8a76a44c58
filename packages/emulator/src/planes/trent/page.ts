import { TrentFailure } from './failure.js'
import { integer, text } from './member.js'

/** The members of a request for a list, in pages of at most `max`. */
export function pageMembers(max: number) {
  return {
    Limit: integer({ min: 1, max }),
    Marker: text({ min: 1, max: 1024, pattern: /^[\u0020-\u00FF]*$/ }),
  }
}

/** What a request says about the page that it wants. */
export interface PageRequest {
  readonly Limit: number | undefined
  readonly Marker: string | undefined
}

/** One page of a list, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly members: { readonly Truncated: boolean; readonly NextMarker?: string }
}

/**
 * A page of a list, which is sorted by name. The marker is the last name of the page before, so that what comes or
 * goes meanwhile is neither told twice nor hides something else.
 *
 * @throws TrentFailure `InvalidMarkerException` for a marker that was not given out
 */
export function pageOf<T>(
  all: Iterable<T>,
  nameOf: (item: T) => string,
  { Limit, Marker }: PageRequest,
  usualLimit: number,
): Page<T> {
  const after = Marker === undefined ? undefined : readMarker(Marker)
  const sorted = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after)
  const items = rest.slice(0, Limit ?? usualLimit)
  const last = items.at(-1)
  if (last === undefined || items.length === rest.length) return { items, members: { Truncated: false } }
  return { items, members: { Truncated: true, NextMarker: writeMarker(nameOf(last)) } }
}

const PREFIX = 'after:'

function writeMarker(name: string): string {
  return Buffer.from(PREFIX + name).toString('base64url')
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64url').toString()
  if (!text.startsWith(PREFIX) || writeMarker(text.slice(PREFIX.length)) !== marker)
    throw new TrentFailure('InvalidMarkerException', 'The marker is not one that was given out.')
  return text.slice(PREFIX.length)
}
