import { nearest } from './nearest.js'
import type { MapNode } from './tree.js'

/** The options of an entry whose keys follow one another; all others belong to its keys. */
export const ROTATION_OPTIONS: readonly string[] = [
  'cacheLifetime',
  'tokenLifetime',
  'clockTolerance',
  'active',
  'next',
  'retired',
]

/** The times that keys of a rotation have besides what entries have, and which of them do. */
export const TIME_OWNERS: ReadonlyMap<string, string> = new Map([
  ['published', 'active and next'],
  ['activateAt', 'next'],
  ['retiredAt', 'retired keys'],
])

/** Whether an entry has keys that follow one another, be it with a typing error in the only option that says so. */
export function isRotation({ members }: MapNode): boolean {
  if (members.has('provider')) return false
  const names = [...members.keys()]
  if (names.some((name) => ROTATION_OPTIONS.includes(name))) return true
  return !members.has('key') && names.some((name) => nearest(name, ROTATION_OPTIONS) !== undefined)
}

/** What to say of an option that an entry with one key lacks, where it is one of rotations. */
export function ofRotations(option: string): string | undefined {
  if (ROTATION_OPTIONS.includes(option))
    return 'belongs to a rotation, whose keys each have a provider of their own in active, next and retired'
  const owners = TIME_OWNERS.get(option)
  return owners && `belongs to the keys of a rotation (${owners}): leave it out`
}
