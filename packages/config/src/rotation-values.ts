import { types } from 'node:util'
import { type GenericSchema, type InferOutput, safeParse } from 'valibot'
import { expand } from './expansion.js'
import { addIssues } from './issues.js'
import type { Reading } from './read-entry.js'
import type { MapNode, Path } from './tree.js'

/** A map without some of its members. */
export const without = ({ members, ...node }: MapNode, names: readonly string[]): MapNode => ({
  ...node,
  members: new Map([...members].filter(([name]) => !names.includes(name))),
})

/** Those of a map's members that a schema has; undefined where something is wrong with them, which is told. */
export function checked<Schema extends GenericSchema & { readonly entries?: object }>(
  schema: Schema,
  node: MapNode,
  path: Path,
  { env, mistakes }: Reading,
): InferOutput<Schema> | undefined {
  const names = Object.keys(schema.entries ?? {})
  const others = [...node.members.keys()].filter((name) => !names.includes(name))
  const { value, expansions, broken } = expand(without(node, others), path, env, mistakes)
  const { success, output, issues = [] } = safeParse(schema, withTexts(value))
  const found = issues.map(({ message, path = [] }) => ({
    message,
    path: path.map(({ key }) => key as PropertyKey),
  }))
  addIssues(mistakes, found, { path, broken, expansions, builtIn: true }, () => ({
    all: names,
    listed: names,
  }))
  return success && broken.length === 0 ? output : undefined
}

/** What a program hands over has times as it has them everywhere, and so have some readers of YAML. */
function withTexts(options: unknown): object {
  const isTime = (value: unknown): value is Date => types.isDate(value) && !Number.isNaN(value.getTime())
  const texts = Object.entries(Object(options)).map(([name, value]) => [
    name,
    isTime(value) ? value.toISOString() : value,
  ])
  return Object.fromEntries(texts)
}
