import { type RotationSchedule, scheduleMistakes } from '@signport/core/kit'
import type { InferOutput } from 'valibot'
import { type EntryDetails, keepDetails } from './entry.js'
import type { Mistakes } from './mistakes.js'
import type { Reading } from './read-entry.js'
import { type Generation, readGeneration } from './read-generation.js'
import { ROTATION_OPTIONS, TIME_OWNERS } from './rotation-options.js'
import { periodsSchema } from './rotation-schema.js'
import { checked } from './rotation-values.js'
import { addSameKeys } from './same-keys.js'
import { signerSchema } from './signer-schema.js'
import type { MapNode, Node, Path } from './tree.js'

interface Generations {
  readonly active: Generation<'active'> | undefined
  readonly next: Generation<'next'> | undefined
  readonly retired: readonly Generation<'retired'>[]
}

/**
 * Reads an entry whose keys follow one another, and adds what is wrong with it to the mistakes.
 *
 * @param path of the entry; empty for one that stands alone
 * @returns undefined where there are mistakes
 */
export async function readRotation(
  name: string,
  node: MapNode,
  path: Path,
  reading: Reading,
): Promise<EntryDetails | undefined> {
  const { mistakes } = reading
  const before = mistakes.count
  addUnknown(node, path, mistakes)
  const periods = checked(periodsSchema, node, path, reading)
  const generations = await readGenerations(name, node, path, reading)
  const schedule = periods && scheduleOf(periods, generations)
  for (const mistake of schedule ? scheduleMistakes(schedule) : [])
    mistakes.add([...path, ...mistake.path], mistake.message)
  const { active, next, retired } = generations
  addSameKeys([active, next, ...retired], mistakes)
  if (mistakes.count > before || !schedule || !active?.entry) return undefined
  const [ofNext] = entriesOf(next ? [next] : [])
  const keys = { active: active.entry, ...(ofNext && { next: ofNext }), retired: entriesOf(retired) }
  return detailsOf(name, path, { ...keys, schedule })
}

const entriesOf = (generations: readonly Generation[]) => generations.flatMap(({ entry }) => entry ?? [])

const OF_KEYS = Object.keys(signerSchema.entries)

const ELSEWHERE = 'belongs to the keys of a rotation: write it in active, next and retired, where it is meant'

function addUnknown({ members }: MapNode, path: Path, mistakes: Mistakes): void {
  for (const option of members.keys()) {
    if (ROTATION_OPTIONS.includes(option)) continue
    const place = [...path, option]
    if (OF_KEYS.includes(option) || TIME_OWNERS.has(option)) mistakes.add(place, ELSEWHERE, 'name')
    else mistakes.addUnknown(place, ROTATION_OPTIONS)
  }
}

async function readGenerations(
  name: string,
  { members }: MapNode,
  path: Path,
  reading: Reading,
): Promise<Generations> {
  const one = async <Role extends 'active' | 'next'>(role: Role, node = members.get(role)) =>
    node && readGeneration(role, `${name}.${role}`, node, [...path, role], reading)
  if (!members.has('active'))
    reading.mistakes.add([...path, 'active'], 'is missing: it is the key that signs')
  const active = await one('active')
  const next = await one('next')
  const retired: Generation<'retired'>[] = []
  for (const [index, node] of retiredOf(members.get('retired'), path, reading.mistakes).entries())
    retired.push(
      await readGeneration('retired', `${name}.retired.${index}`, node, [...path, 'retired', index], reading),
    )
  return { active, next, retired }
}

function retiredOf(node: Node | undefined, path: Path, mistakes: Mistakes): readonly Node[] {
  if (!node) return []
  if (node.kind === 'list') return node.items
  const nothing = node.kind === 'scalar' && node.value === null
  const came =
    node.kind === 'map' ? 'a map: put a hyphen before each key' : nothing ? 'null: leave it out' : 'a value'
  mistakes.add([...path, 'retired'], `must be a list of keys, not ${came}`)
  return []
}

/** Undefined where the times of one of the keys are not known. */
function scheduleOf(
  { cacheLifetime, tokenLifetime, clockTolerance }: InferOutput<typeof periodsSchema>,
  { active, next, retired }: Generations,
): RotationSchedule | undefined {
  const ofRetired = retired.flatMap(({ times }) => times ?? [])
  if (!active?.times || (next && !next.times) || ofRetired.length < retired.length) return undefined
  return {
    cacheLifetimeMs: cacheLifetime,
    tokenLifetimeMs: tokenLifetime,
    clockToleranceMs: clockTolerance,
    active: active.times,
    ...(next?.times && { next: next.times }),
    retired: ofRetired,
  }
}

function detailsOf(name: string, path: Path, rotation: NonNullable<EntryDetails['rotation']>): EntryDetails {
  const { active, next, retired } = rotation
  const { provider, key, algorithm } = active.entry
  const entry = Object.freeze({
    name,
    provider,
    key,
    ...(algorithm !== undefined && { algorithm }),
    verifiesOnly: false,
    rotation: Object.freeze({
      active: keepDetails(active),
      ...(next && { next: keepDetails(next) }),
      retired: Object.freeze(retired.map(keepDetails)),
    }),
  })
  return { ...active, entry, label: path.join('.'), rotation }
}
