import { printable } from '@signport/core/kit'
import { isPlainObject, kindOf } from './json-value.js'

/**
 * A misspelt option would have no effect, and a token would be another one than was meant.
 *
 * @throws TypeError for what is no object, and for an option that there is not
 */
export function assertOptions(what: string, options: unknown, names: readonly string[]): void {
  if (!isPlainObject(options)) throw new TypeError(`The options must be an object, not ${kindOf(options)}.`)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`${what} has no option ${printable(unknown, 40)}: its options are ${names.join(', ')}.`)
}
