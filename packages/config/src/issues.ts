import { printable } from '@signport/core/kit'
import type { Expansion } from './expansion.js'
import type { Mistakes } from './mistakes.js'
import { repeats, withoutExpansions } from './redaction.js'
import { isSecretPlace, shownValue } from './secret-place.js'
import { type Node, nodeAt, type Path } from './tree.js'

/** What a schema found, as Standard Schema says it, and what some libraries add. */
interface Issue {
  readonly message: string
  readonly path?:
    | readonly (PropertyKey | { readonly key: PropertyKey; readonly origin?: unknown })[]
    | undefined
}

/** What is wrong with an option that there is not, in the words of all our schemas. */
const NO_OPTION = 'there is no such option'

/** The options that there are, and those of them that are worth listing. */
export interface OptionNames {
  readonly all: readonly string[]
  readonly listed: readonly string[]
  /** What to say of one that belongs somewhere else; undefined of any other. */
  elsewhere?(option: string): string | undefined
}

/** What was checked, and by whom. */
export interface Checked {
  /** Of the entry. */
  readonly path: Path
  /** Paths of which it has been said already what is wrong. */
  readonly broken: readonly Path[]
  readonly expansions: readonly Expansion[]
  /** Whether the schema is one of Signport's own, whose messages never say what came. */
  readonly builtIn: boolean
}

/**
 * Tells what a schema found: with what came, where that is no secret, and with the option that was probably meant.
 *
 * @param namesAt the options that there are at a path within the entry
 */
export function addIssues(
  mistakes: Mistakes,
  issues: readonly Issue[],
  checked: Checked,
  namesAt: (path: Path) => OptionNames,
): void {
  for (const { message, path: steps = [] } of issues) {
    const within = steps.map(stepOf)
    const place = [...checked.path, ...within]
    if (checked.broken.some((other) => begins(other, place))) continue
    if (message === NO_OPTION) {
      const { all, listed, elsewhere } = namesAt(within.slice(0, -1))
      const option = String(within.at(-1))
      const where = elsewhere?.(option)
      if (where === undefined) mistakes.addUnknown(place, all, listed)
      else mistakes.add(place, where, 'name')
    } else {
      const text = checked.builtIn ? message : harmless(mistakes, place, message, checked)
      if (within.length === 0) mistakes.add(place, text, 'name')
      else mistakes.add(place, withValue(mistakes, place, text))
    }
  }
}

function stepOf(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'number' ? key : String(key)
}

const begins = (one: Path, other: Path) => one.every((step, index) => other[index] === step)

/** A message of a schema that is not ours, which may say what came: without secrets, and without what is not shown. */
function harmless({ root }: Mistakes, place: Path, message: string, { path, expansions }: Checked): string {
  const entry = root ? scalarsOf(nodeAt(root, path).node, path) : []
  const concerned = entry.filter((scalar) => begins(place, scalar.path))
  const secrets = entry.filter((scalar) => isSecretPlace(scalar.path))
  // What stands at the place itself is shown by ourselves, too.
  const below = concerned.filter((scalar) => scalar.path.length > place.length)
  const tells =
    isSecretPlace(place) ||
    concerned.some((scalar) => isSecretPlace(scalar.path)) ||
    [...secrets, ...below].some(({ text }) => repeats(message, text))
  return tells ? 'is not valid' : printable(withoutExpansions(message, expansions), 1_000)
}

interface Scalar {
  readonly path: Path
  readonly text: string
}

/** The plain values at a node and below it. */
function scalarsOf(node: Node, path: Path): Scalar[] {
  if (node.kind === 'list') return node.items.flatMap((item, index) => scalarsOf(item, [...path, index]))
  if (node.kind === 'map')
    return [...node.members].flatMap(([name, member]) => scalarsOf(member, [...path, name]))
  return [{ path, text: String(node.value) }]
}

function withValue({ root }: Mistakes, place: Path, message: string): string {
  if (!root) return message
  const { node, found } = nodeAt(root, place)
  if (!found) return message.startsWith('must be ') ? `is missing: ${message}` : message
  const shown = message.startsWith('must be ') ? shownValue(place, node) : undefined
  if (shown === undefined) return message
  const unquoted = message === 'must be text' && /^(true$|false$|[-\d.])/i.test(shown)
  return `${message}, not ${shown}${unquoted ? ': put it between quotes' : ''}`
}
