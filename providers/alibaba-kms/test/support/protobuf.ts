/** Protocol Buffers by hand, for the servers of the tests: what they read and write owes nothing to what is tested. */

/** A value of a field: text and bytes go as they are, numbers as varints. */
export type Value = string | Uint8Array | number

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varint(Math.floor(value / 0x80))]
}

/** Writes one field. */
export function field(number: number, value: Value): Buffer {
  if (typeof value === 'number') return Buffer.from([number * 8, ...varint(value)])
  const bytes = Buffer.from(value as string)
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes])
}

/** Writes a message: its fields by their numbers. What is undefined is left out. */
export function message(fields: Readonly<Record<number, Value | undefined>>): Buffer {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Buffer.concat(given.map(([number, value]) => field(Number(number), value as Value)))
}

/** Reads a message whose fields are all text or bytes. */
export function fieldsOf(body: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>()
  for (let offset = 0; offset < body.length; ) {
    const tag = body[offset] ?? 0
    if (tag % 8 !== 2) throw new Error(`field ${tag >> 3} is neither text nor bytes`)
    let [length, shift] = [0, 1]
    for (offset++; ; offset++) {
      const byte = body[offset] ?? 0
      length += (byte % 0x80) * shift
      shift *= 0x80
      if (byte < 0x80) break
    }
    offset++
    fields.set(tag >> 3, body.subarray(offset, offset + length))
    offset += length
  }
  return fields
}
