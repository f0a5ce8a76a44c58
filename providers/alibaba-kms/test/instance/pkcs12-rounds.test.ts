import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { derElement, derInteger, Tag } from '@signport/core/kit'
import forge from 'node-forge'
import { readPkcs12 } from '../../src/instance/pkcs12.js'
import { MAX_ROUNDS, roundsOf } from '../../src/instance/pkcs12-rounds.js'
import { failure } from '../support/failure.js'

const FILES = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/pkcs12.json'), 'utf8'),
) as Record<'password' | 'tripleDes' | 'rc2' | 'aes256', string>

/** The counts of OpenSSL, as DER has them: of the MAC, of the bags of certificates, and of the key. */
const COUNT = Buffer.from('02020800', 'hex')
const PLACES = [0, 1, 2] as const
const KINDS = ['tripleDes', 'rc2', 'aes256'] as const

const bytesOf = (kind: (typeof KINDS)[number]) => Buffer.from(FILES[kind], 'base64')

function placesOf(file: Buffer): number[] {
  const places: number[] = []
  for (let at = file.indexOf(COUNT); at >= 0; at = file.indexOf(COUNT, at + 1)) places.push(at)
  return places
}

/** The file with another count, of as many bytes, in one place. */
function recounted(file: Buffer, place: number, count: number): Buffer {
  const changed = Buffer.from(file)
  changed.writeUInt16BE(count, (placesOf(file)[place] ?? Number.NaN) + 2)
  return changed
}

const sequence = (...parts: Uint8Array[]) => derElement(Tag.sequence, ...parts)
const octets = (content: Uint8Array) => derElement(Tag.octetString, content)
const count = (hex: string) => derElement(Tag.integer, Buffer.from(hex, 'hex'))
const SALT = octets(Buffer.from('saltsalt'))
const roundsIn = (der: Uint8Array) => roundsOf(forge, forge.asn1.fromDer(Buffer.from(der).toString('latin1')))

describe('how often a password would be hashed', () => {
  test.each(KINDS)('is the sum of all counts of a file of OpenSSL: %s', (kind) => {
    const file = bytesOf(kind)
    expect(placesOf(file)).toHaveLength(PLACES.length)
    expect(roundsIn(file)).toBe(3 * 2048)
    for (const place of PLACES) expect(roundsIn(recounted(file, place, 0x7fff))).toBe(2 * 2048 + 0x7fff)
  })

  test.each<[string, Uint8Array, number]>([
    ['an integer behind a salt is', sequence(SALT, count('0800')), 2048],
    ['also where it is longer than any number', sequence(SALT, count('7f'.repeat(400))), Infinity],
    ['also with zeros in front of it', sequence(SALT, count('00000000000800')), 2048],
    ['not one that is empty', sequence(SALT, count('')), 0],
    ['nor one in front of a salt', sequence(count('0800'), SALT), 0],
    ['nor one behind something else', sequence(count('01'), count('0800')), 0],
    ['what is in a safe counts', octets(sequence(octets(sequence(SALT, count('0800'))))), 2048],
    [
      'also in pieces',
      derElement(
        0x24,
        octets(sequence(SALT, count('0800')).subarray(0, 5)),
        octets(sequence(SALT, count('0800')).subarray(5)),
      ),
      2048,
    ],
    ['but nothing deeper', octets(octets(octets(sequence(SALT, count('0800'))))), 0],
    ['octets that are no ASN.1 count nothing', octets(Buffer.from('3003', 'hex')), 0],
  ])('is known: %s', (_, der, rounds) => {
    expect(roundsIn(der)).toBe(rounds)
  })
})

/** A PKCS#12 without bags, whose MAC has this count (RFC 7292 section 4). */
function withMac(rounds: string): Buffer {
  const oid = (hex: string) => derElement(Tag.objectIdentifier, Buffer.from(hex, 'hex'))
  const safe = sequence(oid('2a864886f70d010701'), derElement(0xa0, octets(sequence())))
  const digest = sequence(sequence(oid('2b0e03021a'), Buffer.from('0500', 'hex')), octets(Buffer.alloc(20)))
  return Buffer.from(sequence(derInteger(Uint8Array.of(3)), safe, sequence(digest, SALT, count(rounds))))
}

describe('a PKCS#12 that would take too long', () => {
  test.each([
    ['one more than the most', (MAX_ROUNDS + 1).toString(16).padStart(6, '0')],
    ['for hours', '7fffffff'],
    ['for ever', '7f'.repeat(40)],
    ['below zero, as some read it', 'ffffffff'],
  ])('is refused at once: %s', async (_, rounds) => {
    const began = performance.now()
    const error = await failure(
      () => readPkcs12(withMac(rounds), FILES.password, 'the file'),
      'Configuration',
    )
    expect(error.message).toBe(
      'the file hashes its password more than 250000 times: encrypt it again with fewer iterations, or download the ClientKey again.',
    )
    // Nothing is hashed.
    expect(performance.now() - began).toBeLessThan(4000)
  })

  test('is one whose counts are too many together', async () => {
    const bag = sequence(SALT, count('00ffff'))
    const file = Buffer.from(sequence(bag, bag, bag, bag))
    await expect(readPkcs12(file, FILES.password, 'the file')).rejects.toThrow('more than 250000 times')
  })

  test('is none that has the most there may be: that is tried', async () => {
    const file = withMac(MAX_ROUNDS.toString(16).padStart(6, '0'))
    await expect(readPkcs12(file, FILES.password, 'the file')).rejects.toThrow('the password is wrong')
  })
})
