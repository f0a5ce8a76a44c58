import { printable } from '@signport/core/kit'
import type { Mistakes } from './mistakes.js'
import type { Node, Path } from './tree.js'

/** The environment variables that a configuration may name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a text stands for, and what was written. */
export interface Expansion {
  readonly source: string
  readonly value: string
}

/** The values of a tree, with variables in their places, and what was put there. */
export interface Expanded {
  readonly value: unknown
  /** Each source once: it stands for the same everywhere. */
  readonly expansions: readonly Expansion[]
  /** Paths of values whose variables are missing. */
  readonly broken: readonly Path[]
}

/** An escaped `${`, a variable, or a `${` that begins none. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g

/** No option is longer, and a long value that is named often would be too much for any memory. In UTF-16 code units. */
const MAX_LENGTH = 1024 * 1024

/**
 * The plain values of a tree, in which `${NAME}` in a text is the environment variable's value, and `$${` is `${`.
 *
 * @param env absent where nothing is expanded
 */
export function expand(node: Node, path: Path, env: Environment | undefined, mistakes: Mistakes): Expanded {
  const expansions = new Map<string, string>()
  const broken: Path[] = []
  const plain = (node: Node, path: Path): unknown => {
    if (node.kind === 'list') return node.items.map((item, index) => plain(item, [...path, index]))
    if (node.kind === 'map')
      return Object.fromEntries(
        [...node.members].map(([name, member]) => [name, plain(member, [...path, name])]),
      )
    if (typeof node.value !== 'string' || !env) return node.value
    const { value, used, problem } = expandText(node.value, env)
    if (problem !== undefined) {
      mistakes.add(path, problem)
      broken.push(path)
      return node.value
    }
    if (used.length > 0) expansions.set(node.value, value)
    for (const { source, value } of used) expansions.set(source, value)
    return value
  }
  const value = plain(node, path)
  return { value, expansions: [...expansions].map(([source, value]) => ({ source, value })), broken }
}

interface ExpandedText {
  readonly value: string
  /** Each variable once. */
  readonly used: readonly Expansion[]
  readonly problem?: string
}

/** The text with the values of its variables; what came from a variable is not looked at again. */
export function expandText(text: string, env: Environment): ExpandedText {
  const used = new Map<string, string>()
  const problems = new Set<string>()
  let length = text.length
  const value = text.replace(VARIABLE, (source, name?: string) => {
    if (source === '$${') return '${'
    const found = name === undefined ? undefined : valueIn(name, env)
    if (!found) problems.add(problemOf(name, found))
    else used.set(source, found)
    length += (found ?? '').length
    return length > MAX_LENGTH ? '' : (found ?? '')
  })
  if (length > MAX_LENGTH)
    problems.add(`has more than ${MAX_LENGTH} characters with the values of its variables`)
  return problems.size > 0
    ? { value: text, used: [], problem: [...problems].join('; ') }
    : { value, used: [...used].map(([source, value]) => ({ source, value })) }
}

const valueIn = (name: string, env: Environment) => (Object.hasOwn(env, name) ? env[name] : undefined)

function problemOf(name: string | undefined, found: string | undefined): string {
  if (name === undefined)
    return `has '\${' that begins no variable: write \${NAME}, or $\${ where the characters themselves are meant`
  return `the environment variable ${printable(name)} is ${found === '' ? 'empty' : 'not set'}`
}
