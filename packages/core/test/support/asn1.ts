/** DER, written a second time for the tests: what core reads must not come from what core writes. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), content])
}

export const sequence = (...contents: readonly Uint8Array[]) => element(0x30, ...contents)
export const bitString = (...contents: readonly Uint8Array[]) => element(0x03, Uint8Array.of(0), ...contents)
export const integer = (...bytes: readonly number[]) => element(0x02, Uint8Array.from(bytes))
export const oid = (hexadecimal: string) => element(0x06, hex(hexadecimal))
export const explicit = (tag: number, ...contents: readonly Uint8Array[]) => element(0xa0 + tag, ...contents)
export const nothing = element(0x05)

/** A big-endian number as an INTEGER, with the sign byte where it needs one. */
export function unsigned(number: Uint8Array): Buffer {
  return (number[0] ?? 0) > 0x7f ? element(0x02, Uint8Array.of(0), number) : element(0x02, number)
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s/g, ''), 'hex')
}

export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
