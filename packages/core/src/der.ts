/** The ASN.1 tags that keys and signatures use (X.690 section 8). */
export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** `[0]`, implicit and primitive. */
  contextZero: 0x80,
} as const

/** Not DER, or not the DER that was asked for. Readers turn it into what it means where they stand. */
export class DerError extends Error {}

/**
 * A strict reader of DER (X.690 section 10): lengths are definite and minimal, elements stay inside their parent,
 * and `end` refuses bytes that nobody asked for.
 */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The content of the next element, which must have this tag. */
  read(tag: number): Uint8Array {
    if (this.#next() !== tag) throw new DerError(`no element with tag 0x${tag.toString(16)}`)
    const length = this.#length()
    const end = this.#offset + length
    if (end > this.#bytes.length) throw new DerError('an element is longer than its parent')
    const content = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return content
  }

  /**
   * The next element as a positive integer, without its sign byte.
   * Zero, negative and padded integers are refused: no number in a key or signature is one.
   */
  readPositiveInteger(): Uint8Array {
    const content = this.read(Tag.integer)
    const [first, second] = content
    if (first === undefined) throw new DerError('an integer without bytes')
    if (first > 0x7f) throw new DerError('a negative integer')
    if (first > 0) return content
    if (second === undefined) throw new DerError('an integer that is zero')
    if (second < 0x80) throw new DerError('an integer with needless padding')
    return content.subarray(1)
  }

  /** @throws DerError when bytes are left */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw new DerError('bytes after the last element')
  }

  #next(): number {
    const byte = this.#bytes[this.#offset++]
    if (byte === undefined) throw new DerError('the bytes end early')
    return byte
  }

  #length(): number {
    const first = this.#next()
    if (first < 0x80) return first
    const count = first - 0x80
    if (count < 1 || count > 4) throw new DerError('an indefinite or enormous length')
    let length = 0
    for (let index = 0; index < count; index++) length = length * 0x100 + this.#next()
    if (length < 0x80 || length < 0x100 ** (count - 1)) throw new DerError('a length that is not minimal')
    return length
  }
}

/** One element: tag, minimal length, content. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents)
  return Uint8Array.from([tag, ...derLength(content.length), ...content])
}

/** An unsigned number as an INTEGER: no needless zeros, and one before a byte that would read as a sign. */
export function derInteger(unsigned: Uint8Array): Uint8Array {
  const start = unsigned.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? Uint8Array.of(0) : unsigned.subarray(start)
  const sign = (digits[0] ?? 0) > 0x7f ? Uint8Array.of(0) : new Uint8Array()
  return derElement(Tag.integer, sign, digits)
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length]
  const digits: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) digits.unshift(rest % 0x100)
  return [0x80 + digits.length, ...digits]
}
