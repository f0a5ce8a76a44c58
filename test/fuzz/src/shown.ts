import { inspect, types } from 'node:util'

/** An input as text from which it can be made again: bytes are hexadecimal. */
export function shown(input: unknown): string {
  try {
    return JSON.stringify(input, (_, value: unknown) => readable(value)) ?? String(input)
  } catch {
    // Deeper than JSON goes: the seed gives it again.
    return inspect(input, { depth: 6, breakLength: Number.POSITIVE_INFINITY })
  }
}

function readable(value: unknown): unknown {
  if (types.isUint8Array(value)) return { hex: Buffer.from(value).toString('hex') }
  // A Buffer has said so itself before it is asked for here.
  const { type, data } = Object(value) as { type?: unknown; data?: unknown }
  if (type === 'Buffer' && Array.isArray(data)) return { hex: Buffer.from(data as number[]).toString('hex') }
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return { [typeof value]: String(value) }
  if (value === undefined) return { undefined: true }
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value
}
