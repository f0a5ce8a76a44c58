import { inspect } from 'node:util'

/** The error that a call ends with, in whichever way. */
export async function failureOf(call: () => unknown): Promise<Record<string, unknown> & Error> {
  try {
    await call()
  } catch (error) {
    return error as Record<string, unknown> & Error
  }
  throw new Error('The call should have failed.')
}

/** Everything that anybody could print of a value. */
export function everythingOf(value: unknown): string {
  const all = { depth: 20, showHidden: true, getters: true, maxStringLength: null, maxArrayLength: null }
  const { message = '', stack = '' } = Object(value) as Error
  return [message, stack, String(value), JSON.stringify(value), inspect(value, all)].join('\n')
}
