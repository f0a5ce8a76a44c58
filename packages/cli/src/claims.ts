import { openInput } from './input.js'
import { readJsonObject } from './json-object.js'
import { readWhole } from './whole-input.js'

/** Far more than any server takes in a header. In bytes. */
const MAX_BYTES = 1024 * 1024

/** The claims of a token as a file has them, or standard input for `-`. What they say is checked when they are signed. */
export async function readClaims(path: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  await using input = await openInput(path, signal)
  const content = await readWhole(input, 'the claims of a token', MAX_BYTES)
  return readJsonObject(content, input.name, '{ "iss": "https://issuer.example", "aud": "orders" }')
}
