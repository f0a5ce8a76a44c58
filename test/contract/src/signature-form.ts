import assert from 'node:assert/strict'
import type { Algorithm, ProviderSignature } from '@signport/core'

/** The orders of the curves (SEC 2, FIPS 186-5), as far as somebody may promise a low s for them. */
const ORDERS: Partial<Record<Algorithm['key'], bigint>> = {
  secp256k1: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
}

/**
 * A provider's signature as the oracle reads it, once its form is right: strict DER, exactly r ‖ s, or that with one
 * recovery byte for ECDSA and SM2; the exact length for every other algorithm.
 *
 * @param modulusBytes the length of an RSA key's modulus
 */
export function readForm(
  algorithm: Algorithm,
  { bytes, encoding }: ProviderSignature,
  modulusBytes: number,
): Uint8Array {
  assert.ok(bytes instanceof Uint8Array, `a signature must be bytes, not ${typeof bytes}`)
  if (!('scalarBytes' in algorithm)) {
    const expected = 'signatureBytes' in algorithm ? algorithm.signatureBytes : modulusBytes
    assert.equal(bytes.length, expected, `a signature of ${algorithm.name} has ${expected} bytes`)
    return bytes
  }
  const { scalarBytes } = algorithm
  const isPair = bytes.length === 2 * scalarBytes || bytes.length === 2 * scalarBytes + 1
  if (encoding === 'ieee-p1363' || (encoding === undefined && isPair && !isStrictDer(bytes, scalarBytes))) {
    assert.ok(
      isPair,
      `r and s of ${algorithm.name} have ${scalarBytes} bytes each, not ${bytes.length} together`,
    )
    return derOf(bytes.subarray(0, 2 * scalarBytes))
  }
  assert.ok(isStrictDer(bytes, scalarBytes), `a signature of ${algorithm.name} must be strict DER or r ‖ s`)
  return bytes
}

/** Asserts that the s of a DER signature is in the lower half (SEC 1 section 4.1.3 allows both). */
export function assertLowS(algorithm: Algorithm, der: Uint8Array): void {
  const order = ORDERS[algorithm.key]
  assert.ok(order, `${algorithm.name} has no low s that a provider could promise`)
  const [, s] = integersOf(der)
  assert.ok(
    BigInt(`0x${s?.toString('hex')}`) <= order / 2n,
    'the provider promises a low s, and this one is high',
  )
}

/** A signature read and written again must be the same bytes: X.690 section 11 leaves one spelling. */
function isStrictDer(bytes: Uint8Array, scalarBytes: number): boolean {
  const integers = bytes[0] === 0x30 ? integersOf(bytes) : []
  if (integers.length !== 2) return false
  const pair = integers.map((integer) => leftPadded(integer, scalarBytes))
  return pair.every((scalar) => scalar.length === scalarBytes) && derOf(Buffer.concat(pair)).equals(bytes)
}

/** The contents of the INTEGERs in a SEQUENCE, however it is spelled. */
function integersOf(der: Uint8Array): Buffer[] {
  const start = der[1] === 0x81 ? 3 : 2
  const integers: Buffer[] = []
  for (let at = start; at + 1 < der.length && der[at] === 0x02; at += 2 + (der[at + 1] ?? 0))
    integers.push(Buffer.from(der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0))))
  return integers
}

function leftPadded(integer: Buffer, length: number): Buffer {
  const significant = integer.subarray(integer.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.alloc(Math.max(0, length - significant.length)), significant])
}

function derOf(pair: Uint8Array): Buffer {
  const half = pair.length / 2
  const content = Buffer.concat([pair.subarray(0, half), pair.subarray(half)].map(integerOf))
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length]
  return Buffer.concat([Uint8Array.of(0x30, ...length), content])
}

function integerOf(scalar: Uint8Array): Buffer {
  const first = scalar.findIndex((byte) => byte !== 0)
  const significant = scalar.subarray(first < 0 ? scalar.length - 1 : first)
  const sign = (significant[0] ?? 0) > 0x7f ? [0] : []
  return Buffer.concat([Uint8Array.of(0x02, significant.length + sign.length, ...sign), significant])
}
