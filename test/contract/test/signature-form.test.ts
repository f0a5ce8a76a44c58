import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parseAlgorithm, toDer } from '@signport/core'
import fc from 'fast-check'
import { assertLowS, readForm } from '../src/signature-form.js'

const es256 = parseAlgorithm('ES256')
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pair = () => sign('sha256', Buffer.from('m'), { key: privateKey, dsaEncoding: 'ieee-p1363' })

describe('ECDSA', () => {
  test('DER, r ‖ s and r ‖ s with a recovery byte are one signature', () => {
    for (let count = 0; count < 300; count++) {
      const bytes = pair()
      const der = Buffer.from(toDer(bytes, 32))
      for (const given of [bytes, Buffer.concat([bytes, Uint8Array.of(27)]), der])
        expect(Buffer.from(readForm(es256, { bytes: given }, 0)).equals(der)).toBe(true)
    }
  })

  test('what a curve of 66 bytes gives is read, too', () => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-521' })
    for (let count = 0; count < 100; count++) {
      const der = sign('sha512', Buffer.from('m'), key)
      expect(Buffer.from(readForm(parseAlgorithm('ES512'), { bytes: der }, 0)).equals(der)).toBe(true)
    }
  })

  test.each([
    ['no bytes', new Uint8Array()],
    ['one byte less', Buffer.alloc(63, 1)],
    ['text', 'signature' as never],
    ['DER with a byte behind it', Buffer.concat([toDer(Buffer.alloc(64, 1), 32), Uint8Array.of(0)])],
    ['DER with a needless zero', Buffer.from('3007020200010202' + '0101', 'hex')],
    ['DER of another curve', Buffer.from(toDer(Buffer.alloc(96, 1), 48))],
  ])('%s is none', (_, bytes) => {
    expect(() => readForm(es256, { bytes }, 0)).toThrow()
  })

  test('what is promised to be r ‖ s is not read as DER', () => {
    expect(() => readForm(es256, { bytes: toDer(pair(), 32), encoding: 'ieee-p1363' }, 0)).toThrow()
  })

  test('no other bytes are taken for DER', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        fc.pre(bytes.length < 64 || bytes.length > 65)
        expect(() => readForm(es256, { bytes }, 0)).toThrow()
      }),
    )
  })
})

test('the other algorithms have one length', () => {
  expect(readForm(parseAlgorithm('Ed25519'), { bytes: new Uint8Array(64) }, 0)).toHaveLength(64)
  expect(readForm(parseAlgorithm('RS256'), { bytes: new Uint8Array(256) }, 256)).toHaveLength(256)
  expect(() => readForm(parseAlgorithm('RS256'), { bytes: new Uint8Array(255) }, 256)).toThrow(
    'has 256 bytes',
  )
})

test('s is low or high', () => {
  const half = Buffer.concat([Buffer.alloc(31), Uint8Array.of(1), Buffer.alloc(32, 0x7f)])
  expect(() => assertLowS(es256, toDer(half, 32))).not.toThrow()
  half[32] = 0x80
  expect(() => assertLowS(es256, toDer(half, 32))).toThrow('this one is high')
})
