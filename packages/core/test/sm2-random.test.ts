import * as crypto from 'node:crypto'
import { expect, jest, test } from '@jest/globals'
import { hex } from './support/asn1.js'
import { EXAMPLE } from './support/sm2-example.js'

/*
 * The random number of a signature in the hand of the test: the example of the standard comes out, and what must be
 * drawn again is.
 */

const drawn: Uint8Array[] = []
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  randomBytes: () => {
    const number = drawn.shift()
    if (!number) throw new Error('More numbers were drawn than were there.')
    return Buffer.from(number)
  },
}))
const { signSm2, verifySm2 } = await import('../src/sm2.js')

const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const POINT = Buffer.concat([Uint8Array.of(4), EXAMPLE.x, EXAMPLE.y])

const bytes32 = (number: bigint) => hex(number.toString(16).padStart(64, '0'))
const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
const modN = (number: bigint) => ((number % N) + N) % N

const k = numberOf(EXAMPLE.k)
/** The coordinate of k times G: e + x = r. */
const x = modN(numberOf(EXAMPLE.r) - numberOf(EXAMPLE.e))

/** By Fermat: n is a prime. */
function inverse(number: bigint): bigint {
  let [result, square] = [1n, number]
  for (let rest = N - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}

async function signWith(digest: Uint8Array, ...numbers: readonly Uint8Array[]): Promise<Buffer> {
  drawn.splice(0, drawn.length, ...numbers)
  return Buffer.from(await signSm2(digest, EXAMPLE.d))
}

test('the example of GB/T 32918.5-2017', async () => {
  expect(await signWith(EXAMPLE.e, EXAMPLE.k)).toEqual(Buffer.concat([EXAMPLE.r, EXAMPLE.s]))
})

test.each<[string, Uint8Array, Uint8Array]>([
  ['zero', EXAMPLE.e, bytes32(0n)],
  ['n', EXAMPLE.e, bytes32(N)],
  ['more than n', EXAMPLE.e, bytes32(2n ** 256n - 1n)],
  ['a number that makes r zero', bytes32(modN(-x)), EXAMPLE.k],
  ['a number that makes r + k as large as n', bytes32(modN(-k - x)), EXAMPLE.k],
  ['a number that makes s zero', bytes32(modN(k * inverse(numberOf(EXAMPLE.d)) - x)), EXAMPLE.k],
])('%s is drawn again', async (_, digest, number) => {
  const other = bytes32(k + 1n)
  const signature = await signWith(digest, number, other)
  expect(drawn).toEqual([])
  expect(signature).toEqual(await signWith(digest, other))
  expect(await verifySm2(digest, signature, POINT)).toBe(true)
})
