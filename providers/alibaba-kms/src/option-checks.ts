import { oneOf, printable, typeName } from '@signport/core/kit'
import { misconfigured } from './failure.js'

/** @throws SigningError `Configuration` */
export function assertFlag(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw misconfigured(`${name} must be true or false, not ${typeName(value)}.`)
}

/** @throws SigningError `Configuration` */
export function assertWhole(name: string, value: unknown, min: number, max: number): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= min && Number(value) <= max)) return
  const shown = typeof value === 'number' ? value : typeName(value)
  throw misconfigured(`${name} must be a whole number from ${min} to ${max}, not ${shown}.`)
}

/** @throws SigningError `Configuration` */
export function assertChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return
  const shown = typeof value === 'string' ? `'${printable(value, 40)}'` : typeName(value)
  throw misconfigured(`${name} must be ${oneOf(choices)}, not ${shown}.`)
}

/**
 * A version goes into a header as it is.
 *
 * @throws SigningError `Configuration`
 */
export function assertKeyVersion(value: unknown): void {
  if (value === undefined || (typeof value === 'string' && /^[\w-]{1,128}$/.test(value))) return
  const shown = typeof value === 'string' ? `'${printable(value, 40)}'` : typeName(value)
  throw misconfigured(`keyVersion must be the id of a version of the key, not ${shown}.`)
}

/**
 * An option that only the other transport has would change nothing, without anybody noticing.
 *
 * @throws SigningError `Configuration`
 */
export function assertNone(options: object, names: readonly string[], transport: string): void {
  const given = names.find((name) => (options as Record<string, unknown>)[name] !== undefined)
  if (given !== undefined) throw misconfigured(`The transport '${transport}' has no option ${given}.`)
}
