import type { Path } from './tree.js'

/** What libraries of schemas, valibot among them, have under these names. */
interface SchemaLike {
  readonly entries?: Readonly<Record<string, SchemaLike>>
  readonly options?: readonly SchemaLike[]
  readonly wrapped?: SchemaLike
  readonly literal?: unknown
}

/**
 * The names of the options at a path, as far as the schema can be asked: Standard Schema does not say them.
 *
 * @param given the options that were checked, which decide between variants
 */
export function optionNames(schema: unknown, path: Path, given: unknown): readonly string[] {
  let [here, value] = [Object(schema) as SchemaLike, given]
  for (const step of path) {
    const next = variants(here, value).find(({ entries }) => entries && Object.hasOwn(entries, step))
    here = unwrapped(next?.entries?.[String(step)] ?? {})
    value = (Object(value) as Record<string, unknown>)[String(step)]
  }
  return [...new Set(variants(here, value).flatMap(({ entries = {} }) => Object.keys(entries)))]
}

/** The schema itself, or of its variants those that the given options do not exclude. */
function variants(schema: SchemaLike, value: unknown): readonly SchemaLike[] {
  const all = schema.options?.filter((each) => typeof each === 'object') ?? [schema]
  const possible = all.filter(({ entries = {} }) =>
    Object.entries(entries).every(([name, { literal }]) => {
      return literal === undefined || literal === (Object(value) as Record<string, unknown>)[name]
    }),
  )
  return possible.length > 0 ? possible : all
}

function unwrapped(schema: SchemaLike): SchemaLike {
  return schema.wrapped ? unwrapped(schema.wrapped) : schema
}
