import { isUtf8 } from 'node:buffer'
import { type DescField, type DescMessage, fromBinary, type Message, ScalarType } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'

/** What is wrong with bytes that should be a message. */
export class WireFormatError extends Error {}

/** The ways in which a value may be written (Protocol Buffers, Encoding). Groups are of older times, and none is sent. */
const Wire = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const

const OWN_WIRE = new Map<ScalarType, number>([
  [ScalarType.STRING, Wire.lengthDelimited],
  [ScalarType.BYTES, Wire.lengthDelimited],
  [ScalarType.INT32, Wire.varint],
])

/**
 * Reads a message strictly. The library takes the last of several values of one field, and reads a known field as its own
 * type however it is written: another reader would see another message.
 *
 * @throws WireFormatError for that, and for bytes that end early or are none of the format; unknown fields are passed over
 */
export function readMessage<T extends Message>(schema: GenMessage<T>, bytes: Uint8Array): T {
  assertWire(schema, bytes)
  return fromBinary(schema, bytes)
}

function assertWire(schema: DescMessage, bytes: Uint8Array): void {
  const seen = new Set<number>()
  for (let offset = 0; offset < bytes.length; ) {
    const tag = readVarint(bytes, offset)
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8]
    if (number === 0 || number > 0x1fff_ffff) throw new WireFormatError('a field has a number that none has')
    const field = schema.fields.find((each) => each.number === number)
    const value = readValue(bytes, tag.end, wire)
    if (field) assertField(field, wire, seen, bytes.subarray(value.start, value.end))
    offset = value.end
  }
}

function assertField(field: DescField, wire: number, seen: Set<number>, value: Uint8Array): void {
  const { name, number, scalar } = field
  if (scalar === undefined || OWN_WIRE.get(scalar) !== wire)
    throw new WireFormatError(`${name} is of another type`)
  if (seen.has(number)) throw new WireFormatError(`${name} is there more than once`)
  if (scalar === ScalarType.STRING && !isUtf8(value)) throw new WireFormatError(`${name} is no UTF-8`)
  seen.add(number)
}

/** Where a value begins and ends, without its length. */
function readValue(bytes: Uint8Array, offset: number, wire: number): { start: number; end: number } {
  if (wire === Wire.varint) return { start: offset, end: readVarint(bytes, offset).end }
  if (wire === Wire.lengthDelimited) {
    const { value: length, end: start } = readVarint(bytes, offset)
    return within(bytes, start, length)
  }
  if (wire === Wire.fixed64) return within(bytes, offset, 8)
  if (wire === Wire.fixed32) return within(bytes, offset, 4)
  throw new WireFormatError('a field is written in a way that is not known')
}

function within(bytes: Uint8Array, start: number, length: number): { start: number; end: number } {
  if (length > bytes.length - start) throw new WireFormatError('it ends early')
  return { start, end: start + length }
}

/** At most ten bytes of 7 bits each, the lowest first; the value is exact as far as lengths and tags reach. */
function readVarint(bytes: Uint8Array, offset: number): { value: number; end: number } {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = bytes[offset + index]
    if (byte === undefined) throw new WireFormatError('it ends early')
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: offset + index + 1 }
  }
  throw new WireFormatError('a number has more bytes than any has')
}
