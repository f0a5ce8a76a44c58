import type { Response } from '../planes/plane.js'

/** An answer of the emulator's own, which belongs to no protocol. */
export function jsonResponse(status: number, value: object): Response {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify(value)}\n`,
  }
}
