import { SigningError } from './error.js'
import { oneOf, printable } from './text.js'

/** @throws SigningError `InvalidArgument` naming the option, the choices and what came */
export function assertOneOf<T extends string>(
  option: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  if (choices.includes(value as T)) return
  throw new SigningError(
    'InvalidArgument',
    `${option} must be ${oneOf(choices)}, not ${printable(String(value))}.`,
  )
}
