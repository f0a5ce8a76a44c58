import { assertBytes } from './bytes.js'
import { DerError, DerReader, derElement, derInteger, Tag } from './der.js'
import { SigningError } from './error.js'

export const ECDSA_ENCODINGS = ['der', 'ieee-p1363'] as const

/** How the bytes of an ECDSA signature are laid out; other algorithms have one layout, `raw`. */
export type EcdsaEncoding = (typeof ECDSA_ENCODINGS)[number]

/**
 * An ECDSA signature from `r ‖ s` (IEEE P1363, what JOSE, COSE and WebCrypto use) to the DER of
 * `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3, what key-management services, OpenSSL and X.509 use).
 *
 * @param signature exactly 2 × `scalarBytes` bytes
 * @param scalarBytes the length of r and of s: 32 for P-256 and secp256k1, 48 for P-384, 66 for P-521
 * @throws SigningError `InvalidArgument` for another length, and for an r or s of zero
 */
export function toDer(signature: Uint8Array, scalarBytes: number): Uint8Array {
  assertBytes(signature, 'The signature')
  if (signature.length !== 2 * scalarBytes) {
    const expected = `${2 * scalarBytes} bytes, r and s of ${scalarBytes} each`
    throw new SigningError(
      'InvalidArgument',
      `The signature must have ${expected}, but it has ${signature.length}.`,
    )
  }
  const scalars = [signature.subarray(0, scalarBytes), signature.subarray(scalarBytes)]
  for (const scalar of scalars)
    if (scalar.every((byte) => byte === 0))
      throw new SigningError(
        'InvalidArgument',
        'The signature has an r or s of zero, which no ECDSA signature has.',
      )
  return derElement(Tag.sequence, ...scalars.map(derInteger))
}

/**
 * An ECDSA signature from DER to `r ‖ s`, both padded to `scalarBytes`: the inverse of `toDer`.
 *
 * Read strictly (X.690 section 10): trailing bytes, lengths and integers that are not minimal, an r or s that is
 * negative, zero or too long for the curve, and anything but one sequence of two integers are refused.
 *
 * @throws SigningError `InvalidArgument`, saying what is wrong
 */
export function toP1363(signature: Uint8Array, scalarBytes: number): Uint8Array {
  assertBytes(signature, 'The signature')
  try {
    const outer = new DerReader(signature)
    const inner = new DerReader(outer.read(Tag.sequence))
    outer.end()
    const scalars = [inner.readPositiveInteger(), inner.readPositiveInteger()]
    inner.end()
    return joined(scalars, scalarBytes)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new SigningError(
      'InvalidArgument',
      `The signature is not a DER sequence of r and s: ${error.message}.`,
    )
  }
}

function joined(scalars: readonly Uint8Array[], scalarBytes: number): Uint8Array {
  const result = new Uint8Array(scalars.length * scalarBytes)
  scalars.forEach((scalar, index) => {
    if (scalar.length > scalarBytes) throw new DerError(`an integer of more than ${scalarBytes} bytes`)
    result.set(scalar, (index + 1) * scalarBytes - scalar.length)
  })
  return result
}
