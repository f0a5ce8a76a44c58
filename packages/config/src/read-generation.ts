import { candidateAlgorithms, type KeyRole } from '@signport/core'
import { oneOf } from '@signport/core/kit'
import type { GenericSchema, InferOutput } from 'valibot'
import type { EntryDetails } from './entry.js'
import { expand } from './expansion.js'
import { Mistakes } from './mistakes.js'
import { providerTable } from './provider-table.js'
import { type Reading, readEntry } from './read-entry.js'
import { isRotation, TIME_OWNERS } from './rotation-options.js'
import { keyTimes } from './rotation-schema.js'
import { checked, without } from './rotation-values.js'
import type { MapNode, Node, Path } from './tree.js'
import { PUBLIC_KEY } from './verifier-options.js'

/** A key of a rotation as far as it could be read: some mistakes leave the one, and some the other. */
export interface Generation<Role extends KeyRole = KeyRole> {
  readonly path: Path
  readonly entry: EntryDetails | undefined
  readonly times: InferOutput<(typeof keyTimes)[Role]> | undefined
}

/**
 * Reads one key of a rotation, and adds what is wrong with it to the mistakes.
 *
 * @param path of the key
 */
export async function readGeneration<Role extends KeyRole>(
  role: Role,
  name: string,
  node: Node,
  path: Path,
  reading: Reading,
): Promise<Generation<Role>> {
  const { mistakes } = reading
  const unread = { path, entry: undefined, times: undefined }
  if (node.kind !== 'map') return { ...unread, entry: await readEntry(name, node, path, reading) }
  if (isRotation(node)) {
    mistakes.add(path, 'is a rotation itself, but must be one key: a map with provider and key', 'name')
    return unread
  }
  refuseVerifier(role, node, path, reading)
  const schema = keyTimes[role]
  const own = Object.keys(schema.entries)
  for (const [time, owners] of TIME_OWNERS)
    if (node.members.has(time) && !own.includes(time))
      mistakes.add([...path, time], `belongs to ${owners}: leave it out`, 'name')
  const times = checked<GenericSchema>(schema, node, path, reading) as Generation<Role>['times']
  const entry = await readEntry(name, without(node, [...TIME_OWNERS.keys()]), path, reading, own)
  refuseLateAlgorithm(node, entry, path, mistakes)
  await refuseLateKey(role, node, entry, path, mistakes)
  return { path, entry, times }
}

/** A key that signs has a private half. */
function refuseVerifier(role: KeyRole, { members }: MapNode, path: Path, { env, mistakes }: Reading): void {
  const provider = members.get('provider')
  // What is wrong with a variable is told when the entry is read.
  if (role === 'retired' || !provider || expand(provider, [], env, new Mistakes('')).value !== PUBLIC_KEY)
    return
  mistakes.add(
    [...path, 'provider'],
    `only verifies, but the ${role} key signs: only retired keys may be public-key`,
  )
}

/** Where the key decides, its service is asked when the signer is opened: one that retired long ago would stop all others. */
function refuseLateAlgorithm(
  { members }: MapNode,
  entry: EntryDetails | undefined,
  path: Path,
  mistakes: Mistakes,
): void {
  const { algorithm } = entry?.common ?? {}
  const names = algorithm === undefined ? [] : candidateAlgorithms(algorithm).map(({ name }) => name)
  const place = [...path, 'algorithm']
  if (!members.has('algorithm'))
    mistakes.add(place, 'is missing: name it, such as ES256, because opening a rotation asks no service')
  else if (names.length > 1)
    mistakes.add(place, `may be ${oneOf(names)}: name one of them, because no service is asked which it is`)
}

/** A key that verifiers have to know before it signs, and that there is only when it does. */
async function refuseLateKey(
  role: KeyRole,
  { members }: MapNode,
  entry: EntryDetails | undefined,
  path: Path,
  mistakes: Mistakes,
): Promise<void> {
  const { descriptor, options } = entry?.connection ?? {}
  if (!options || !('generate' in options) || !options.generate) return
  if (role === 'active' && !members.has('published')) return
  if ((await providerTable().load('local')) !== descriptor) return
  const message =
    'makes the key when it first signs, but verifiers need it before: make it first, and leave this out'
  mistakes.add([...path, 'generate'], message)
}
