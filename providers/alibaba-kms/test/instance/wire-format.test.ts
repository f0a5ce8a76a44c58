import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RefusalSchema, SignResponseSchema } from '../../src/generated/instance_pb.js'
import { readMessage, WireFormatError } from '../../src/instance/wire-format.js'
import { field, message } from '../support/protobuf.js'

const RIGHT = message({ 1: 'key-a', 2: Buffer.from([1, 2, 3]), 3: 'request', 4: 'SM2DSA', 5: 'RAW' })

test('a message is read', () => {
  expect(readMessage(SignResponseSchema, RIGHT)).toMatchObject({
    keyId: 'key-a',
    signature: Uint8Array.of(1, 2, 3),
    requestId: 'request',
    algorithm: 'SM2DSA',
    messageType: 'RAW',
  })
  expect(readMessage(RefusalSchema, message({ 1: 404, 2: 'code' }))).toMatchObject({
    statusCode: 404,
    errorCode: 'code',
  })
  expect(readMessage(SignResponseSchema, Buffer.alloc(0))).toMatchObject({ keyId: '' })
})

test('a negative number has ten bytes', () => {
  const minusOne = Buffer.from('08ffffffffffffffffff01', 'hex')
  expect(readMessage(RefusalSchema, minusOne).statusCode).toBe(-1)
})

describe('fields that are not known are passed over', () => {
  test.each<[string, Buffer]>([
    ['a number', field(15, 300)],
    ['text', field(9, 'text')],
    ['eight bytes', Buffer.from('790102030405060708', 'hex')],
    ['four bytes', Buffer.from('7d01020304', 'hex')],
    ['a high number', Buffer.from('faffffff0f0161', 'hex')],
  ])('%s', (_, extra) => {
    expect(readMessage(SignResponseSchema, Buffer.concat([extra, RIGHT, extra])).keyId).toBe('key-a')
  })
})

describe('is refused', () => {
  test.each<[string, Buffer, string]>([
    ['a field of another type', field(1, 0), 'key_id is of another type'],
    ['a field twice', Buffer.concat([RIGHT, field(1, 'key-b')]), 'key_id is there more than once'],
    [
      'an empty field twice',
      Buffer.concat([field(3, ''), field(3, '')]),
      'request_id is there more than once',
    ],
    ['a message that ends early', RIGHT.subarray(0, -1), 'it ends early'],
    ['a tag without a value', Buffer.concat([RIGHT, Buffer.from([0x32])]), 'it ends early'],
    ['zeros behind it', Buffer.concat([RIGHT, Buffer.alloc(2)]), 'a field has a number that none has'],
    ['a field with a number that none has', Buffer.from('faffffffff0f0161', 'hex'), 'a number that none has'],
    ['a group', Buffer.concat([RIGHT, Buffer.from('7b7c', 'hex')]), 'in a way that is not known'],
    ['text behind it', Buffer.concat([RIGHT, Buffer.from('garbage')]), ''],
    ['a length without end', Buffer.from('0affffffffffffffffffffff01', 'hex'), 'more bytes than any has'],
    ['a length of more than there is', Buffer.from('0affffffff0f61', 'hex'), 'it ends early'],
    ['what is no UTF-8', Buffer.from('0a02c328', 'hex'), 'key_id is no UTF-8'],
    ['a page for browsers', Buffer.from('<html>Welcome</html>'), ''],
    ['JSON', Buffer.from('{"KeyId":"a"}'), ''],
  ])('%s', (_, bytes, text) => {
    expect(() => readMessage(SignResponseSchema, bytes)).toThrow(text)
    expect(() => readMessage(SignResponseSchema, bytes)).toThrow(WireFormatError)
  })

  test('a number that is text', () => {
    expect(() => readMessage(RefusalSchema, field(1, '1'))).toThrow('status_code is of another type')
  })
})

test('the library alone would read some of that, which is why it is looked at first', () => {
  expect(fromBinary(SignResponseSchema, Buffer.concat([RIGHT, field(1, 'key-b')])).keyId).toBe('key-b')
  expect(fromBinary(SignResponseSchema, field(1, 0)).keyId).toBe('')
})

test('whatever comes is read or refused, and never anything else', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.tuple(fc.nat(RIGHT.length), fc.nat(255)).map(([at, byte]) => {
      const changed = Buffer.from(RIGHT)
      changed[at % RIGHT.length] = byte
      return changed
    }),
  )
  fc.assert(
    fc.property(bytes, (given) => {
      try {
        readMessage(SignResponseSchema, given)
      } catch (error) {
        expect(error).toBeInstanceOf(WireFormatError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('what the fields were is what is read', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  const fields = fc.record({ 1: text, 2: fc.uint8Array({ minLength: 1 }), 3: text, 4: text, 5: text })
  fc.assert(
    fc.property(fields, (given) => {
      const read = readMessage(SignResponseSchema, message(given))
      expect([
        read.keyId,
        Buffer.from(read.signature),
        read.requestId,
        read.algorithm,
        read.messageType,
      ]).toEqual([given[1], Buffer.from(given[2]), given[3], given[4], given[5]])
    }),
  )
})
