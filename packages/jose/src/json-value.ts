import { SigningError } from '@signport/core'
import { printable, typeName } from '@signport/core/kit'

/** A value as JSON has it (RFC 8259). */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject

/** An object as JSON has it. */
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** Deeper than anything that is meant, and shallow enough for every parser: a cycle ends here. */
const MAX_DEPTH = 64

/**
 * A copy of what a caller wants to have signed, each member read once: what was checked is what is signed. JSON would
 * leave out or rewrite the values that are refused here, and nobody would notice.
 *
 * @param path what messages call the object
 * @throws TypeError for what is no object
 * @throws SigningError `InvalidArgument` for a value in it that JSON does not have, with its path
 */
export function readJsonObject(path: string, value: unknown): JsonObject {
  if (isPlainObject(value)) return copyObject(path, value, 0)
  throw new TypeError(`${path} must be a plain object, not ${kindOf(value)}.`)
}

/** What came, for a message: its kind alone, since the value may be long or nobody's business. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'text'
  if (isPlainArray(value)) return 'an array'
  const name = isPlainObject(value) ? 'object' : printable(String(typeName(value)), 40)
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`
}

/** Of any realm: its prototype, if it has one, has none. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Of any realm, too: the prototype of arrays is one, and that of a class is none. */
function isPlainArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value))
}

/**
 * A value as JSON, by its own members alone: a `toJSON` that something has given to all objects would be asked for what is
 * signed instead of what was checked.
 */
export function jsonText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((each) => jsonText(each)).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`)
  return `{${members.join()}}`
}

function copyObject(path: string, value: Record<string, unknown>, depth: number): JsonObject {
  if (Object.getOwnPropertySymbols(value).length > 0) throw notJson(path, 'has a symbol for a name')
  const names = Object.keys(value)
  if (Object.getOwnPropertyNames(value).length > names.length)
    throw notJson(path, 'has a member that is not enumerable, which JSON leaves out')
  const members = names.map((name): [string, JsonValue] => {
    const place = pathOf(path, name)
    // It would not be copied but become the copy's prototype, and some verifiers' after it.
    if (name === '__proto__') throw notJson(place, 'is a name that may not be used')
    if (!isUnicode(name)) throw notJson(place, 'has half of a surrogate pair in its name')
    return [name, copy(place, value[name], depth + 1)]
  })
  return Object.fromEntries(members)
}

function copy(path: string, value: unknown, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw notJson(path, `is nested in more than ${MAX_DEPTH} others, or in itself`)
  if (typeof value === 'string') return readText(path, value)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value as JsonValue
  if (isPlainArray(value)) return copyArray(path, value, depth)
  if (isPlainObject(value)) return copyObject(path, value, depth)
  throw notJson(path, `is ${kindOf(value)}, which JSON does not have${advice(value)}`)
}

/** By the places: an iterator of its own could say something else. */
function copyArray(path: string, value: readonly unknown[], depth: number): readonly JsonValue[] {
  const { length } = value
  const items = Array.from({ length }, (_, index) => copy(`${path}[${index}]`, value[index], depth + 1))
  // Its places and its length.
  if (Reflect.ownKeys(value).length > length + 1)
    throw notJson(path, 'has more than its items, which JSON leaves out')
  return items
}

function readText(path: string, text: string): string {
  if (isUnicode(text)) return text
  throw notJson(path, 'has half of a surrogate pair, which parsers read differently')
}

const isUnicode = (text: string) => !/\p{Cs}/u.test(text)

function advice(value: unknown): string {
  if (value === undefined) return ': leave the member out'
  if (typeof value === 'bigint') return ': take a number, or text'
  if (Object.prototype.toString.call(value) === '[object Date]')
    return ': for a time, take the seconds since 1970, Math.floor(date.getTime() / 1000)'
  return ''
}

function pathOf(path: string, name: string): string {
  return /^[A-Za-z_]\w{0,59}$/.test(name) ? `${path}.${name}` : `${path}["${printable(name, 60)}"]`
}

/** Of a long path, its two ends say the most. In characters each. */
const MAX_END = 120

function notJson(path: string, what: string): SigningError {
  const short =
    path.length > 2 * MAX_END ? `${printable(path, MAX_END)}${printable(path.slice(-MAX_END))}` : path
  return new SigningError('InvalidArgument', `${short} ${what}.`)
}
