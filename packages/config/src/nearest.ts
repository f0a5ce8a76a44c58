import { oneOf, printable } from '@signport/core/kit'
import { distance } from 'fastest-levenshtein'

/** A longer list is not read. */
const MAX_LISTED = 24

/** The one of some names that somebody who wrote another most likely meant: at most a third of it is different. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  if (written.length > 100) return undefined
  const plain = written.toLowerCase()
  const near = names
    .map((name) => ({ name, away: distance(plain, name.toLowerCase()) }))
    .sort((a, b) => a.away - b.away)[0]
  return near && near.away <= Math.max(1, Math.floor(near.name.length / 3)) ? near.name : undefined
}

/**
 * What to say of a name that there is not: the one that was meant, or those that there are.
 *
 * @param listed those that are worth listing: all by default
 */
export function instead(written: string, names: readonly string[], listed = names): string {
  const near = nearest(written, names)
  if (near !== undefined) return `; did you mean ${printable(near)}?`
  if (listed.length === 0) return ''
  const shown = listed.slice(0, MAX_LISTED).map((name) => printable(name, 100))
  return listed.length > MAX_LISTED ? `; some are ${shown.join(', ')}` : `; use ${oneOf(shown)}`
}
