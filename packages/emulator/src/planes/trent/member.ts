import { TrentFailure } from './failure.js'

/** Reads one member of a request, and adds to `problems` what AWS would say about it. */
export interface Member<T> {
  /** @throws TrentFailure `SerializationException` for a value of another type */
  read(value: unknown, path: string, problems: string[]): T
}

/** A member that must be there. */
export interface RequiredMember<T> extends Member<T> {
  readonly required: true
}

/** The members of an operation's request, by their names. */
export type Members = Readonly<Record<string, Member<unknown>>>

/** What the members of a request are read to. */
export type InputOf<M extends Members> = {
  readonly [K in keyof M]: M[K] extends RequiredMember<infer T>
    ? T
    : M[K] extends Member<infer T>
      ? T | undefined
      : never
}

/** Marks a member that must be there. */
export function required<T>(member: Member<T>): RequiredMember<T> {
  return { ...member, required: true }
}

/**
 * Reads a request. All its problems are told at once, as AWS does.
 *
 * @throws TrentFailure
 */
export function readInput<M extends Members>(members: M, request: object): InputOf<M> {
  const problems: string[] = []
  const input = readMembers(members, request, '', problems)
  if (problems.length === 0) return input as InputOf<M>
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`
  throw new TrentFailure('ValidationException', `${count}: ${problems.join('; ')}`)
}

function readMembers(members: Members, request: object, prefix: string, problems: string[]): object {
  const entries = Object.entries(members).map(([name, member]) => {
    const path = `${prefix}${name.charAt(0).toLowerCase()}${name.slice(1)}`
    const value = (Object.hasOwn(request, name) ? (request as Record<string, unknown>)[name] : null) ?? null
    if (value !== null) return [name, member.read(value, path, problems)]
    if ('required' in member) problems.push(violation('null', path, 'Member must not be null'))
    return [name, undefined]
  })
  return Object.fromEntries(entries)
}

function violation(value: string | undefined, path: string, rule: string): string {
  return `Value${value === undefined ? '' : ` ${value}`} at '${path}' failed to satisfy constraint: ${rule}`
}

interface Length {
  readonly min?: number
  readonly max: number
}

function lengthRule({ length }: { length: number }, { min = 0, max }: Length): string | undefined {
  if (length < min) return `Member must have length greater than or equal to ${min}`
  return length > max ? `Member must have length less than or equal to ${max}` : undefined
}

function mistyped(found: unknown, expected: string): TrentFailure {
  const type = Array.isArray(found) ? 'LIST' : typeof found === 'object' ? 'STRUCTURE' : typeof found
  return new TrentFailure(
    'SerializationException',
    `${type.toUpperCase()}_VALUE cannot be converted to ${expected}`,
  )
}

/** Text. What is in it is quoted when it breaks a rule, unless it may be secret. */
export function text(
  limits: Length & { readonly pattern?: RegExp; readonly secret?: boolean },
): Member<string> {
  return {
    read(value, path, problems) {
      if (typeof value !== 'string') throw mistyped(value, 'String')
      const shown = limits.secret ? undefined : `'${value}'`
      const rule = lengthRule(value, limits)
      if (rule) problems.push(violation(shown, path, rule))
      if (limits.pattern && !limits.pattern.test(value)) {
        const pattern = limits.pattern.source
        problems.push(violation(shown, path, `Member must satisfy regular expression pattern: ${pattern}`))
      }
      return value
    },
  }
}

/** One of several names. */
export function choice<T extends string>(names: readonly T[]): Member<T> {
  return {
    read(value, path, problems) {
      if (typeof value !== 'string') throw mistyped(value, 'String')
      if (!(names as readonly string[]).includes(value)) {
        const rule = `Member must satisfy enum value set: [${names.join(', ')}]`
        problems.push(violation(`'${value}'`, path, rule))
      }
      return value as T
    },
  }
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes, in base64. They are never quoted, and their length counts after decoding. */
export function blob(limits: Length): Member<Buffer> {
  return {
    read(value, path, problems) {
      if (typeof value !== 'string') throw mistyped(value, 'Blob')
      if (!BASE64.test(value)) throw new TrentFailure('SerializationException', `'${path}' is not base64`)
      const bytes = Buffer.from(value, 'base64')
      const rule = lengthRule(bytes, limits)
      if (rule) problems.push(violation(undefined, path, rule))
      return bytes
    },
  }
}

/** A whole number. */
export function integer({ min, max }: { readonly min: number; readonly max: number }): Member<number> {
  return {
    read(value, path, problems) {
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw mistyped(value, 'Integer')
      const rule =
        value < min
          ? `Member must have value greater than or equal to ${min}`
          : value > max && `Member must have value less than or equal to ${max}`
      if (rule) problems.push(violation(`'${value}'`, path, rule))
      return value
    },
  }
}

/** True or false. */
export const flag: Member<boolean> = {
  read(value) {
    if (typeof value === 'boolean') return value
    throw mistyped(value, 'Boolean')
  },
}

/** A list. Its items are counted from 1, as AWS does. */
export function list<T>(item: Member<T>, limits: Length): Member<T[]> {
  return {
    read(value, path, problems) {
      if (!Array.isArray(value)) throw mistyped(value, 'List')
      const rule = lengthRule(value, limits)
      if (rule) problems.push(violation(undefined, path, rule))
      return value.map((each, index) => item.read(each, `${path}.${index + 1}.member`, problems))
    },
  }
}

/** An object with members of its own. */
export function structure<M extends Members>(members: M): Member<InputOf<M>> {
  return {
    read(value, path, problems) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw mistyped(value, 'Structure')
      return readMembers(members, value, `${path}.`, problems) as InputOf<M>
    },
  }
}
