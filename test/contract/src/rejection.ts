import assert from 'node:assert/strict'

/** What a call rejects with, or throws; that it does neither is a failure. */
export async function rejection(call: () => Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await call()
  } catch (error) {
    return error
  }
  assert.fail(`expected a failure, but the call gave ${value === undefined ? 'undefined' : typeof value}`)
}
