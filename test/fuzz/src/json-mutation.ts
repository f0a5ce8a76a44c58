import fc, { type Arbitrary } from 'fast-check'
import { ODD_TOKENS } from './text-mutation.js'

type Path = readonly (string | number)[]

interface Mutation {
  readonly kind: 'value' | 'remove' | 'name' | 'add' | 'double' | 'wrap'
  readonly at: number
  readonly name: string
  readonly value: unknown
}

/** Deeper than any reader should go. */
const DEEP = 1_000

/** What stands for arrays that only text can be nested in as deeply: whoever makes text of values calls himself, too. */
const DEEPEST = 'the deepest'
const DEEPEST_TEXT = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

function deep(levels: number): unknown {
  let value: unknown = 'deep'
  for (let level = 0; level < levels; level++) value = level % 2 ? { a: value } : [value]
  return value
}

/** Values that have another type than is meant, or are at a limit of theirs. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  1e308,
  '',
  ' ',
  [],
  {},
  [[]],
  [null],
  { length: 1, 0: 'a' },
  ...ODD_TOKENS,
]

const values = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 20, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(100_000), DEEPEST, ...[30, 70, DEEP].map(deep)) },
)

/** Values with none or some members changed. `names` are what members may be called, `own` what else they may be. */
export function mutatedValue(
  seeds: readonly unknown[],
  names: readonly string[],
  own: readonly unknown[] = [],
): Arbitrary<unknown> {
  const mutation: Arbitrary<Mutation> = fc.record({
    kind: fc.constantFrom('value', 'value', 'value', 'remove', 'name', 'add', 'double', 'wrap'),
    at: fc.nat(0xffff),
    name: fc.oneof(fc.constantFrom(...names), fc.constantFrom(...ODD_TOKENS)),
    value: own.length > 0 ? fc.oneof(values, fc.constantFrom(...own)) : values,
  })
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 3 }))
    .map(([whole, mutations]) => mutations.reduce(mutated, whole))
}

/** The same as JSON text. */
export function mutatedJson(...given: Parameters<typeof mutatedValue>): Arbitrary<string> {
  return mutatedValue(...given).map((value) =>
    (JSON.stringify(value) ?? 'null').replace(`"${DEEPEST}"`, DEEPEST_TEXT),
  )
}

function mutated(whole: unknown, { kind, at, name, value }: Mutation): unknown {
  const paths = pathsIn(whole, [])
  return changedAt(whole, paths[at % paths.length] ?? [], (old, step) => {
    if (kind === 'value') return [[step, value]]
    if (kind === 'remove') return []
    if (kind === 'name') return [[typeof step === 'string' ? name : step, old]]
    if (kind === 'add') return [[step, withMember(old, name, value)]]
    return kind === 'double' ? [[step, [old, old]]] : [[step, { [name]: old }]]
  })
}

type Step = string | number | undefined

function pathsIn(value: unknown, path: Path): Path[] {
  if (typeof value !== 'object' || value === null || path.length > 8) return [path]
  return [path, ...Object.keys(value).flatMap((name) => pathsIn((value as never)[name], [...path, name]))]
}

type Change = (old: unknown, step: Step) => [Step, unknown][]

function changedAt(value: unknown, path: Path, change: Change): unknown {
  const [step, ...rest] = path
  if (step === undefined) return change(value, undefined)[0]?.[1]
  const members = Object.entries(Object(value)).flatMap(([name, member]): [Step, unknown][] => {
    if (name !== step) return [[name, member]]
    return rest.length === 0 ? change(member, name) : [[name, changedAt(member, rest, change)]]
  })
  return Array.isArray(value) ? members.map(([, member]) => member) : objectOf(members)
}

function withMember(value: unknown, name: string, member: unknown): unknown {
  if (Array.isArray(value)) return [...value, member]
  return objectOf([...Object.entries(Object(value)), [name, member]])
}

/** With a member of any name, also of one that an assignment would take for the prototype. */
function objectOf(members: readonly (readonly [Step, unknown])[]): object {
  return Object.fromEntries(members.map(([name, value]) => [String(name), value]))
}
