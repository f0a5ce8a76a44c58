import fc, { type Arbitrary } from 'fast-check'

/** A change of bytes. Places are parts of a whole, so that a change means something for bytes of any length. */
interface Mutation {
  readonly kind: (typeof KINDS)[number]
  /** From 0 to 65535: where, of all the bytes. */
  readonly at: number
  readonly to: number
  readonly value: number
}

const KINDS = [
  'flip',
  'set',
  'cut',
  'drop',
  'insert',
  'repeat',
  'splice',
  'length',
  'number',
  'fill',
] as const

/** What a byte of a length is where readers go wrong. */
const LENGTHS = [
  '80',
  '81',
  '8100',
  '817f',
  '8180',
  '820000',
  '82ffff',
  '830fffff',
  '84ffffffff',
  '847fffffff',
  '85',
  'ff',
  '00',
]

/** Numbers at their limits: of 7, 31, 32, 53, 63 and 64 bits, as integers, varints and floating point. */
const NUMBERS = [
  '00',
  '7f',
  '80',
  'ff',
  '7fffffff',
  '80000000',
  'ffffffff',
  'ffffffffffffffff',
  '7fffffffffffffff',
  '8000000000000000',
  '001fffffffffffff',
  'ffffffffffffffffff01',
  'ffffffffffffffffff7f',
  'ffffffff0f',
  '8000',
  '808080808000',
]

const part = fc.integer({ min: 0, max: 0xffff })

const mutation: Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: part,
  to: part,
  value: fc.integer({ min: 0, max: 255 }),
})

/** Seeds with none or some changes. */
export function mutatedBytes(seeds: readonly Uint8Array[]): Arbitrary<Uint8Array> {
  return mutatedBytesOf(fc.constantFrom(...seeds), seeds)
}

/** The same of bytes that are made. `others` are what pieces are taken from. */
export function mutatedBytesOf(
  bytes: Arbitrary<Uint8Array>,
  others: readonly Uint8Array[],
): Arbitrary<Uint8Array> {
  return fc
    .tuple(bytes, fc.constantFrom(...others), fc.array(mutation, { maxLength: 4 }))
    .map(([whole, other, mutations]) =>
      mutations.reduce<Uint8Array>((rest, each) => mutated(rest, each, other), Uint8Array.from(whole)),
    )
}

/** Bytes that nobody has made: short ones mostly, and some that begin as the seeds do. */
export function randomBytes(seeds: readonly Uint8Array[] = []): Arbitrary<Uint8Array> {
  const any = fc.uint8Array({ maxLength: 96 })
  if (seeds.length === 0) return any
  const beginning = fc
    .tuple(fc.constantFrom(...seeds), fc.integer({ min: 1, max: 12 }), any)
    .map(([whole, length, rest]) => Uint8Array.from([...whole.subarray(0, length), ...rest]))
  return fc.oneof(any, beginning)
}

function mutated(bytes: Uint8Array, { kind, at, to, value }: Mutation, other: Uint8Array): Uint8Array {
  const place = (share: number, length = bytes.length) => Math.floor((share / 0x1_0000) * length)
  const [start, end] = [place(at), place(to)].sort((a, b) => a - b) as [number, number]
  const around = (middle: Uint8Array, from = start, until = from) =>
    joined(bytes.subarray(0, from), middle, bytes.subarray(until))
  switch (kind) {
    case 'flip':
      return around(Uint8Array.of((bytes[start] ?? 0) ^ (1 << (value % 8))), start, start + 1)
    case 'set':
      return around(Uint8Array.of(value), start, start + 1)
    case 'cut':
      return Uint8Array.from(bytes.subarray(0, start))
    case 'drop':
      return around(new Uint8Array(), start, value < 128 ? start + 1 + (value % 8) : end)
    case 'insert':
      return around(new Uint8Array(1 + (value % 7)).fill(to & 0xff))
    case 'repeat':
      return around(joined(...new Array<Uint8Array>(1 + (value % 3)).fill(bytes.subarray(start, end))), end)
    case 'splice':
      return around(other.subarray(place(to, other.length)), start, bytes.length)
    case 'length':
      return around(hex(LENGTHS, value), Math.min(start, place(to)), start + 1)
    case 'number':
      return around(hex(NUMBERS, value), start, start + (to % 9))
    case 'fill':
      return around(new Uint8Array(end - start).fill(value), start, end)
  }
}

const hex = (choices: readonly string[], value: number) =>
  Buffer.from(choices[value % choices.length] ?? '', 'hex')

const joined = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))
