import { ECDH } from 'node:crypto'
import type { KeyKind } from '@signport/core'
import { derElement, Tag } from '@signport/core/kit'
import { invalidAnswer } from './failure.js'

/** A curve by OpenSSL's name, its object identifier (the content of the element, in hexadecimal), and its size in bytes. */
interface Curve {
  readonly openssl: string
  readonly oid: string
  readonly bytes: number
}

const CURVES: Partial<Record<KeyKind, Curve>> = {
  'P-256': { openssl: 'prime256v1', oid: '2a8648ce3d030107', bytes: 32 },
  'P-384': { openssl: 'secp384r1', oid: '2b81040022', bytes: 48 },
  'P-521': { openssl: 'secp521r1', oid: '2b81040023', bytes: 66 },
  secp256k1: { openssl: 'secp256k1', oid: '2b8104000a', bytes: 32 },
}

const EC_PUBLIC_KEY = '2a8648ce3d0201' // RFC 5480 section 2.1.1
const EDWARDS_25519 = '2b6570' // RFC 8410 section 3
const EDWARDS_BYTES = 32

/** The first byte of a point that is written with both coordinates. */
const UNCOMPRESSED = 4

/** The kinds of keys by the names that AWS has for them, and QKMS for those of Ed25519. */
const KINDS = new Map<string | undefined, KeyKind>([
  ['ECC_NIST_P256', 'P-256'],
  ['ECC_NIST_P384', 'P-384'],
  ['ECC_NIST_P521', 'P-521'],
  ['ECC_SECG_P256K1', 'secp256k1'],
  ['ECC_NIST_EDWARDS25519', 'Ed25519'],
  ['ECC_ED25519', 'Ed25519'],
  ['EDDSA_ED25519', 'Ed25519'],
])

/** The kind of key that a KeySpec stands for, where it has a curve. */
export function kindOfSpec(keySpec: string | undefined): KeyKind | undefined {
  return KINDS.get(keySpec)
}

/**
 * The SPKI of a public key that a server gives as a bare point: with both coordinates, with or without the byte 04
 * before them, or compressed (SEC 1 section 2.3.3); the 32 bytes of Ed25519. Everything else is handed back as it is:
 * no SPKI is as short as its point.
 *
 * @param kind what the key is said to be: a point on a curve of 32 bytes does not tell which
 * @throws SigningError `InvalidResponse` for a point that is not on the curve
 */
export function spkiOfPoint(bytes: Uint8Array, kind: KeyKind | undefined): Uint8Array {
  // The points of no other curve are as short, so that nobody needs to say which it is.
  if (bytes.length === EDWARDS_BYTES) return spki([EDWARDS_25519], bytes)
  const curve = kind && CURVES[kind]
  return curve && isPointOf(curve, bytes) ? spkiOnCurve(curve, bytes) : bytes
}

function isPointOf({ bytes: size }: Curve, { length }: Uint8Array): boolean {
  return length === size + 1 || length === 2 * size || length === 2 * size + 1
}

function spkiOnCurve({ openssl, oid, bytes: size }: Curve, point: Uint8Array): Uint8Array {
  const marked = point.length === 2 * size ? Buffer.concat([Uint8Array.of(UNCOMPRESSED), point]) : point
  try {
    const whole = ECDH.convertKey(marked, openssl, undefined, undefined, 'uncompressed')
    return spki([EC_PUBLIC_KEY, oid], Buffer.from(whole as string, 'latin1'))
  } catch {
    throw invalidAnswer(
      `The service returned a public key of ${point.length} bytes that is no point of its curve.`,
    )
  }
}

function spki(oids: readonly string[], key: Uint8Array): Uint8Array {
  const type = oids.map((oid) => derElement(Tag.objectIdentifier, Buffer.from(oid, 'hex')))
  const bits = derElement(Tag.bitString, Uint8Array.of(0), key)
  return derElement(Tag.sequence, derElement(Tag.sequence, ...type), bits)
}
