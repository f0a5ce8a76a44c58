import { createHash, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  createSigner,
  createVerifier,
  type EcdsaAlgorithm,
  parseAlgorithm,
  toDer,
  toP1363,
} from '../src/index.js'
import { hasLowS, isLowS, toLowS } from '../src/low-s.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { ecdsaNames, strangerSign } from './support/oracle.js'
import { streamOf } from './support/streams.js'

const rowOf = (name: string) => parseAlgorithm(name) as EcdsaAlgorithm
const ES256K = rowOf('ES256K')

/** n of secp256k1 (SEC 2 section 2.4.1), as a sum of powers of two and what is left. */
const N = 2n ** 256n - 0x14551231950b75fc4402da1732fc9bebfn

const bytesOf = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
const signatureOf = (s: bigint, r = 1n) => Buffer.concat([bytesOf(r), bytesOf(s)])
const sOf = (signature: Uint8Array) => BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`)

test.each(ecdsaNames)('%s', (name) => {
  expect(hasLowS(rowOf(name))).toBe(name === 'ES256K')
})

test.each([
  [1n, true],
  [N / 2n - 1n, true],
  [N / 2n, true],
  [N / 2n + 1n, false],
  [N / 2n + 2n, false],
  [N - 1n, false],
])('of s = %d the twin is %p', (s, isLow) => {
  const signature = signatureOf(s)
  expect(isLowS(ES256K, signature)).toBe(isLow)
  const low = toLowS(ES256K, signature)
  expect(sOf(low)).toBe(isLow ? s : N - s)
  expect(isLowS(ES256K, low)).toBe(true)
})

test('any s: one of the two is low, r stays, and what is low stays as it is', () => {
  const number = fc.bigInt({ min: 1n, max: N - 1n })
  fc.assert(
    fc.property(number, number, (r, s) => {
      const signature = signatureOf(s, r)
      const low = toLowS(ES256K, signature)
      expect(low).toHaveLength(64)
      expect(low.subarray(0, 32)).toEqual(signature.subarray(0, 32))
      expect([s, N - s]).toContain(sOf(low))
      expect(isLowS(ES256K, low)).toBe(true)
      expect(toLowS(ES256K, low)).toBe(low)
      expect(isLowS(ES256K, signatureOf(N - s, r))).toBe(!isLowS(ES256K, signature))
    }),
  )
})

test('the order of another curve is not made up', () => {
  expect(() => isLowS(rowOf('ES256'), new Uint8Array(64))).toThrow('A low s is not known of P-256')
})

const message = Buffer.from('a message')
const sha256 = createHash('sha256').update(message).digest()
const pair = keyPair('ES256K')
const { publicKey } = pair

/** A signature as node:crypto makes them, until one has the s that is asked for: about every second one. */
function realSignature(isLow: boolean): Buffer {
  for (let count = 0; count < 200; count++) {
    const der = strangerSign('ES256K', pair.privateKey, message)
    if (sOf(toP1363(der, 32)) <= N / 2n === isLow) return der
  }
  throw new Error('Of 200 signatures none had the s that this test is about')
}

const HIGH = realSignature(false)
const LOW = realSignature(true)

function twinOf(der: Uint8Array): Uint8Array {
  const flat = toP1363(der, 32)
  return toDer(Buffer.concat([flat.subarray(0, 32), bytesOf(N - sOf(flat))]), 32)
}

test('the twin of a real signature is valid, too, as node:crypto says', () => {
  for (const der of [HIGH, LOW, twinOf(HIGH), twinOf(LOW), toDer(toLowS(ES256K, toP1363(HIGH, 32)), 32)])
    expect(verify('sha256', message, publicKey, der)).toBe(true)
})

describe('a verifier', () => {
  test.each([
    ['high', HIGH, false],
    ['its twin', twinOf(HIGH), true],
    ['low', LOW, true],
    ['its twin', twinOf(LOW), false],
  ])('%s', async (_, der, isLow) => {
    const strict = createVerifier({ publicKey, algorithm: 'ES256K', lowS: true })
    const lenient = createVerifier({ publicKey, algorithm: 'ES256K' })
    expect(await strict.verify(message, der)).toBe(isLow)
    expect(await lenient.verify(message, der)).toBe(true)
    expect(await strict.verify(streamOf(message), der)).toBe(isLow)
    expect(await strict.verifyDigest(sha256, der)).toBe(isLow)
    expect(await lenient.verifyDigest(sha256, der)).toBe(true)
    expect(await strict.verify(message, toP1363(der, 32), { encoding: 'ieee-p1363' })).toBe(isLow)
    expect(await strict.verify(Buffer.from('another'), der)).toBe(false)
  })
})

describe('a signer', () => {
  /** A service that gives a high s, in each layout that there is. */
  const LAYOUTS: [string, Uint8Array][] = [
    ['DER', HIGH],
    ['r ‖ s', toP1363(HIGH, 32)],
    ['r ‖ s and a recovery byte', Buffer.concat([toP1363(HIGH, 32), Buffer.of(27)])],
  ]
  const signerOf = (bytes: Uint8Array, options: { lowS?: boolean; check?: 'always' | 'never' }) => {
    const provider = new NodeProvider(pair, { answer: () => ({ bytes }) })
    return createSigner({ provider, keyId: 'k', algorithm: 'ES256K', ...options })
  }

  test.each(LAYOUTS)('gets %s and gives what it got', async (_, bytes) => {
    for (const lowS of [false, undefined]) {
      const signer = signerOf(bytes, lowS === undefined ? {} : { lowS })
      expect(Buffer.from((await signer.sign(message)).bytes)).toEqual(HIGH)
    }
  })

  test.each(LAYOUTS)('gets %s and gives the low twin', async (_, bytes) => {
    for (const check of ['always', 'never'] as const) {
      const signer = signerOf(bytes, { lowS: true, check })
      const signature = await signer.sign(message)
      expect(signature.bytes).toEqual(twinOf(HIGH))
      expect(verify('sha256', message, publicKey, signature.bytes)).toBe(true)
      expect(await signer.verify(message, signature)).toBe(true)
      expect(await signer.verify(message, HIGH)).toBe(false)
      const flat = await signer.sign(message, { encoding: 'ieee-p1363' })
      expect(flat.bytes).toEqual(toP1363(twinOf(HIGH), 32))
      expect((await signer.signDigest(sha256)).bytes).toEqual(twinOf(HIGH))
    }
  })

  test('gets a low one and gives it as it is', async () => {
    const signer = signerOf(LOW, { lowS: true })
    expect(Buffer.from((await signer.sign(message)).bytes)).toEqual(LOW)
  })

  test.each(['digest', 'raw', 'stream'] as const)('of %s gives low ones alone', async (kind) => {
    const provider = new NodeProvider(pair, { inputs: [kind] })
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256K', lowS: true })
    const others = createSigner({ provider, keyId: 'k', algorithm: 'ES256K' })
    let high = 0
    for (let count = 0; count < 200 && (count < 20 || high === 0); count++) {
      const each = Buffer.from(`message ${count}`)
      const { bytes } = await signer.sign(each)
      expect(isLowS(ES256K, toP1363(bytes, 32))).toBe(true)
      if (!isLowS(ES256K, toP1363((await others.sign(each)).bytes, 32))) high++
    }
    // The service gave high ones, or this shows nothing.
    expect(high).toBeGreaterThan(0)
  })
})
