import { type Algorithm, algorithms, toDer, toP1363 } from '@signport/core'
import { DerError, DerReader, derElement, derInteger } from '@signport/core/kit'
import fc from 'fast-check'
import { readServiceSignature } from '../../../../packages/core/src/signature-bytes.js'
import { mutatedBytes, mutatedBytesOf, randomBytes } from '../byte-mutation.js'
import { mutatedDer } from '../der-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { SPKIS } from '../seeds/public-keys.js'

const SCALARS = [32, 48, 66]

/** Numbers that are short, long, and at the edge of a sign. */
const scalar = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 66 }),
  fc.constantFrom('01', '7f', '80', 'ff', '0080', '007f', '00', '8000').map((hex) => Buffer.from(hex, 'hex')),
)

const pair = fc.tuple(scalar, scalar).map(([r, s]) => derElement(0x30, derInteger(r), derInteger(s)))

/** As a signer in any language makes them: r and s of a whole length, of which some begin with zeros. */
const SIGNATURES = SCALARS.flatMap((length) =>
  [0x00, 0x01, 0x7f, 0x80, 0xff].map((first) => {
    const whole = Uint8Array.from({ length }, (_, index) =>
      index === 0 ? first : (index * 37 + first) % 256,
    )
    return derElement(0x30, derInteger(whole), derInteger(Uint8Array.from(whole).reverse()))
  }),
)

const signatures = fc.oneof(
  mutatedBytes(SIGNATURES),
  mutatedDer(SIGNATURES),
  mutatedBytesOf(pair, SIGNATURES),
  randomBytes(SIGNATURES),
)

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** The one encoding, by other means: numbers are written as numbers are. */
function derOf(r: Uint8Array, s: Uint8Array): Buffer {
  const integer = (bytes: Uint8Array) => {
    const digits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`).toString(16)
    const even = digits.length % 2 ? `0${digits}` : digits
    return element('02', Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even)
  }
  return Buffer.from(element('30', `${integer(r)}${integer(s)}`), 'hex')
}

function element(tag: string, content: string): string {
  const length = content.length / 2
  const digits = length.toString(16).padStart(2, '0')
  return `${tag}${length < 0x80 ? digits : `81${digits}`}${content}`
}

function halvesOf(signature: Uint8Array, size: number): [Uint8Array, Uint8Array] {
  return [signature.subarray(0, size), signature.subarray(size)]
}

interface ServiceSignature {
  readonly algorithm: Algorithm
  readonly bytes: Uint8Array
  readonly encoding: 'der' | 'ieee-p1363' | 'raw' | undefined
}

const bareSignature = fc.oneof(
  signatures,
  fc
    .constantFrom(32, 64, 65, 96, 132, 133, 256, 384, 2420, 3309, 4627)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
)

function assertSignature({ algorithm, bytes, encoding }: ServiceSignature): void {
  const read = readServiceSignature(algorithm, bytes, encoding, undefined)
  promise(read.buffer !== bytes.buffer, 'it gave out the memory that it was given')
  if ('scalarBytes' in algorithm) assertPair(algorithm.scalarBytes, read, bytes, encoding)
  else promise(same(read, bytes), 'it changed a signature')
}

function assertPair(
  scalarBytes: number,
  read: Uint8Array,
  bytes: Uint8Array,
  encoding: ServiceSignature['encoding'],
): void {
  promise(read.length === 2 * scalarBytes, 'r and s have not their length')
  const isDer = same(derOf(...halvesOf(read, scalarBytes)), bytes)
  const isPair = same(read, bytes.subarray(0, 2 * scalarBytes)) && bytes.length <= 2 * scalarBytes + 1
  promise(encoding === 'der' ? isDer : isDer || isPair, 'it took what is not written in the one way')
}

/** Reads all that there is, whatever it is, and writes it again. */
function readAll(bytes: Uint8Array, depth: number): Uint8Array {
  const reader = new DerReader(bytes)
  const parts: Uint8Array[] = []
  for (let length = 0; length < bytes.length; length = parts.reduce((sum, each) => sum + each.length, 0)) {
    const tag = bytes[length] as number
    const content = reader.read(tag)
    const inner = (tag & 0x20) !== 0 && depth < 40 ? readAll(content, depth + 1) : content
    parts.push(derElement(tag, inner))
  }
  reader.end()
  return Buffer.concat(parts)
}

/** Readers of DER: of signatures, and of all else. */
export const DER_PARSERS: readonly Parser[] = [
  parser({
    name: 'ecdsa-der',
    inputs: fc.tuple(signatures, fc.constantFrom(...SCALARS)),
    accepts: 0.05,
    read([bytes, size]) {
      const read = toP1363(bytes, size)
      promise(same(derOf(...halvesOf(read, size)), bytes), 'it took DER that is not written in the one way')
      promise(same(toDer(read, size), bytes), 'toDer does not give it back')
    },
  }),
  parser<ServiceSignature>({
    name: 'service-signature',
    inputs: fc.record({
      algorithm: fc.constantFrom(...algorithms),
      bytes: bareSignature,
      encoding: fc.constantFrom('der', 'ieee-p1363', 'raw', undefined),
    }),
    read: assertSignature,
  }),
  parser<Uint8Array>({
    name: 'der-reader',
    inputs: fc.oneof(
      mutatedBytes([...SIGNATURES, ...SPKIS]),
      mutatedDer([...SIGNATURES, ...SPKIS]),
      randomBytes(SPKIS),
    ),
    ownError: DerError,
    read: (bytes) =>
      promise(same(readAll(bytes, 0), bytes), 'it took DER that is not written in the one way'),
  }),
]
