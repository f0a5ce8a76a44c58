import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DerError, DerReader, derElement, derInteger, Tag } from '../src/der.js'
import { element, hex } from './support/asn1.js'
import { openssl, testWithOpenssl } from './support/openssl.js'

const read = (bytes: Uint8Array, tag: number) => Buffer.from(new DerReader(bytes).read(tag))
const readInteger = (bytes: Uint8Array) => new DerReader(bytes).readPositiveInteger()

describe('an element', () => {
  test.each([0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000])('of %i bytes is read and written', (length) => {
    const content = Buffer.alloc(length, 0x5a)
    const written = derElement(Tag.octetString, content)
    expect(Buffer.from(written)).toEqual(element(Tag.octetString, content))
    expect(read(written, Tag.octetString)).toEqual(content)
  })

  test('is joined from parts', () => {
    expect(Buffer.from(derElement(0x04, hex('01'), hex(''), hex('0203')))).toEqual(hex('0403010203'))
  })

  test.each([
    ['nothing at all', ''],
    ['only a tag', '04'],
    ['another tag', '020101'],
    ['content that ends early', '04020a'],
    ['a length that ends early', '0482'],
    ['a length whose digits end early', '048201'],
    ['an indefinite length', '04800a0000'],
    ['a length of 0 in the long form', '048100'],
    ['a length of 1 in the long form', '0481010a'],
    ['127 in the long form', `04817f${'00'.repeat(127)}`],
    ['a needless zero before a length', `04820080${'00'.repeat(128)}`],
    ['255 in two digits', `048200ff${'00'.repeat(255)}`],
    ['a length of five digits', '04850100000000'],
    ['the reserved length', '04ff'],
    ['4 GiB in a few bytes', '0484ffffffff00'],
  ])('is refused: %s', (_, bytes) => {
    expect(() => read(hex(bytes), Tag.octetString)).toThrow(DerError)
  })

  test.each(['0480', '048501', '04ff'])('says that %s begins an enormous length', (bytes) => {
    expect(() => read(hex(bytes), Tag.octetString)).toThrow('an indefinite or enormous length')
  })

  test('never reaches beyond its parent', () => {
    const outer = new DerReader(hex('3003 0405 00 aaaaaaaaaaaa'))
    const inner = new DerReader(outer.read(Tag.sequence))
    expect(() => inner.read(Tag.octetString)).toThrow('longer than its parent')
  })

  test('is followed by another or by the end', () => {
    const reader = new DerReader(hex('0401aa 0401bb'))
    expect(() => reader.end()).toThrow(DerError)
    expect(Buffer.from(reader.read(4))).toEqual(hex('aa'))
    expect(() => reader.end()).toThrow('bytes after the last element')
    expect(Buffer.from(reader.read(4))).toEqual(hex('bb'))
    expect(() => reader.end()).not.toThrow()
  })
})

describe('a positive integer', () => {
  test.each([
    ['020101', '01'],
    ['02017f', '7f'],
    ['02020080', '80'],
    ['020200ff', 'ff'],
    ['02020100', '0100'],
    ['0203008000', '8000'],
  ])('%s is %s', (bytes, expected) => {
    expect(Buffer.from(readInteger(hex(bytes)))).toEqual(hex(expected))
  })

  test.each([
    ['without bytes', '0200'],
    ['zero', '020100'],
    ['zero, twice', '02020000'],
    ['minus one', '0201ff'],
    ['the least negative of two bytes', '02028000'],
    ['a needless zero', '02020001'],
    ['a needless zero before a long number', '0203007fff'],
    ['an enumeration instead', '0a0101'],
  ])('is refused: %s', (_, bytes) => {
    expect(() => readInteger(hex(bytes))).toThrow(DerError)
  })

  test('without bytes is not called a zero', () => {
    expect(() => readInteger(hex('0200'))).toThrow('an integer without bytes')
  })

  test('as BigInt sees it, for any number of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (content) => {
        const number = asTwosComplement(content)
        const minimal = Buffer.from(content).equals(twosComplement(number))
        const bytes = element(Tag.integer, content)
        if (number > 0n && minimal) expect(asUnsigned(readInteger(bytes))).toBe(number)
        else expect(() => readInteger(bytes)).toThrow(DerError)
      }),
    )
  })
})

describe('an unsigned number', () => {
  test.each([
    ['', '020100'],
    ['00', '020100'],
    ['0000', '020100'],
    ['01', '020101'],
    ['0001', '020101'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['0080', '02020080'],
    ['ff00', '020300ff00'],
  ])('%j is written as %s', (number, expected) => {
    expect(Buffer.from(derInteger(hex(number)))).toEqual(hex(expected))
  })

  test('is written as BigInt would be, and read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (number) => {
        const value = asUnsigned(number)
        const written = derInteger(number)
        expect(Buffer.from(written)).toEqual(element(Tag.integer, twosComplement(value)))
        if (value > 0n) expect(asUnsigned(readInteger(written))).toBe(value)
      }),
    )
  })
})

test('whatever the bytes, a reader gives content of theirs or a DerError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(2, 3, 4, 6, 0x30), (bytes, tag) => {
      try {
        const content = read(bytes, tag)
        expect(Buffer.from(bytes).includes(content)).toBe(true)
        // Strict: what was read can be written in one way only.
        expect(bytes.subarray(0, element(tag, content).length)).toEqual(
          Uint8Array.from(element(tag, content)),
        )
      } catch (error) {
        if (!(error instanceof DerError)) throw error
      }
    }),
    { numRuns: 2000 },
  )
})

testWithOpenssl('openssl reads what is written', () => {
  const der = derElement(Tag.sequence, derInteger(hex('00ff')), derElement(Tag.octetString, hex('beef')))
  const parsed = openssl(['asn1parse', '-inform', 'DER'], der).toString()
  expect(parsed).toMatch(/SEQUENCE[\s\S]*INTEGER\s+:FF\s[\s\S]*OCTET STRING\s+\[HEX DUMP\]:BEEF/)
})

function asUnsigned(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).toString('hex')}`)
}

function asTwosComplement(bytes: Uint8Array): bigint {
  return BigInt.asIntN(8 * bytes.length, asUnsigned(bytes))
}

/** The shortest form of a number (X.690 section 8.3). */
function twosComplement(value: bigint): Buffer {
  let bytes = 1
  while (BigInt.asIntN(8 * bytes, value) !== value) bytes++
  return hex(
    BigInt.asUintN(8 * bytes, value)
      .toString(16)
      .padStart(2 * bytes, '0'),
  )
}
