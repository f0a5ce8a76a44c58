import { types } from 'node:util'
import { typeName } from './text.js'

/**
 * Bytes handed in by a caller. Any `Uint8Array` will do (a Buffer is one), of any realm. Memory that another
 * thread can change is refused: what is checked and what is signed would not need to be the same.
 *
 * @throws TypeError naming what came instead, and for text how to make bytes of it
 */
export function assertBytes(value: unknown, what: string): asserts value is Uint8Array {
  if (!types.isUint8Array(value))
    throw new TypeError(`${what} must be a Uint8Array, not ${typeName(value)}.${hint(value)}`)
  if (types.isSharedArrayBuffer(value.buffer))
    throw new TypeError(`${what} must not be in shared memory: copy it first, with Uint8Array.from(bytes).`)
}

function hint(value: unknown): string {
  return typeof value === 'string'
    ? ' For text, say which bytes you mean: new TextEncoder().encode(text).'
    : ''
}

/** Whether both hold the same bytes. How long it takes depends on them. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
