/** Protobuf written and read by hand: texts, bytes and numbers, by the numbers of their fields. */

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Buffer.from([...bytes, rest])
}

/** A message of fields with a length: the number of each, and what is in it. Undefined ones are left out. */
export function encode(fields: Record<number, string | Uint8Array | undefined>): Buffer {
  const parts = Object.entries(fields).flatMap(([number, value]) => {
    if (value === undefined) return []
    const content = Buffer.from(value as string)
    return [varint(Number(number) * 8 + 2), varint(content.length), content]
  })
  return Buffer.concat(parts)
}

/** The fields of a message: bytes, or a number for what is a varint. */
export function decode(bytes: Uint8Array): Map<number, Buffer | number> {
  const fields = new Map<number, Buffer | number>()
  let position = 0
  const number = () => {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[position++]
      if (byte === undefined) throw new Error('The message ends within a number.')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (position < bytes.length) {
    const tag = number()
    const [field, type] = [Math.floor(tag / 8), tag % 8]
    if (type === 0) fields.set(field, number())
    else if (type === 2) {
      const length = number()
      fields.set(field, Buffer.from(bytes.subarray(position, position + length)))
      position += length
    } else throw new Error(`The wire type ${type} is not expected.`)
  }
  return fields
}
