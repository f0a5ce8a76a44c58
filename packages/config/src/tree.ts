/** Where something stands in a file, both from 1; a column is a UTF-16 code unit. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The way to a value: names of maps, numbers in lists. */
export type Path = readonly (string | number)[]

interface Placed {
  /** Absent for what came as an object. */
  readonly at?: Position | undefined
  /** Where its name stands, for a member of a map. */
  readonly keyAt?: Position | undefined
}

/** A map of a configuration. */
export interface MapNode extends Placed {
  readonly kind: 'map'
  readonly members: ReadonlyMap<string, Node>
}

/** A value of a configuration, with where it stands. */
export type Node =
  | MapNode
  | (Placed & { readonly kind: 'list'; readonly items: readonly Node[] })
  | (Placed & {
      readonly kind: 'scalar'
      readonly value: unknown
      /** As it was written, where that is not the value itself: `007` is the number 7. Absent for what came as an object. */
      readonly source?: string | undefined
    })

/** More levels are a mistake, or meant to exhaust whoever reads them. */
export const MAX_DEPTH = 32

/**
 * The tree of an object that a program gives, read once: it may change afterwards. Whatever is no map of a configuration
 * is a value, for the provider's schema to judge: among the options that may be an instance of any class.
 *
 * @throws RangeError for an object that is deeper than any configuration, as one is that holds itself
 */
export function treeOf(value: unknown): Node {
  return nodeOf(value, [], true)
}

/** @param isAbove whether no options of a provider stand there, but what has them: a map in any case, of any class */
function nodeOf(value: unknown, path: Path, isAbove: boolean): Node {
  if (path.length > MAX_DEPTH) throw new RangeError('The object is too deep.')
  if (Array.isArray(value))
    return {
      kind: 'list',
      items: Array.from(value, (item, index) => nodeOf(item, [...path, index], isAbove)),
    }
  if (!isPlain(value) && !(isAbove && isInstance(value))) return { kind: 'scalar', value }
  const given = Object.entries(value).filter(([, member]) => member !== undefined)
  const isKey = (name: string) => isAbove && KEYS.has(name) && !('provider' in value)
  const members = given.map(([name, member]): [string, Node] => {
    const to = [...path, name]
    return [name, nodeOf(member, to, isAboveOptions(to) || isKey(name))]
  })
  return { kind: 'map', members: new Map(members) }
}

/** Under which names an entry that has no provider has those of its keys. */
const KEYS: ReadonlySet<string> = new Set(['active', 'next', 'retired'])

/** By its form: an object of another realm has another `Object.prototype`. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether the signers of the configuration or one of them stands there. */
const isAboveOptions = ([first, ...rest]: Path) => first === 'signers' && rest.length <= 1

/** An object of a class, which is what its own members say; and none whose content is elsewhere, as that of a `Map` is. */
const isInstance = (value: unknown): value is object =>
  typeof value === 'object' && Object.prototype.toString.call(value) === '[object Object]'

/** The node at the end of a path, or the last one on the way to it that there is. */
export function nodeAt(root: Node, path: Path): { readonly node: Node; readonly found: boolean } {
  let node = root
  for (const step of path) {
    const next = memberOf(node, step)
    if (!next) return { node, found: false }
    node = next
  }
  return { node, found: true }
}

function memberOf(node: Node, step: string | number): Node | undefined {
  if (node.kind === 'map') return node.members.get(String(step))
  return node.kind === 'list' ? node.items[Number(step)] : undefined
}
