import type { asn1 } from 'node-forge'

/** The library that opens PKCS#12. */
export type Forge = typeof import('node-forge')

/**
 * How often a password is hashed at most for one file: that takes some seconds. All counts of a file together are 6,000 where
 * OpenSSL has written it, and 205,000 where Bouncy Castle has, unless they were told otherwise.
 */
export const MAX_ROUNDS = 250_000

/** The safe, and the bags in it, are octet strings with ASN.1 in them (RFC 7292 section 4). */
const LEVELS = 2

/**
 * How often the password is to be hashed in order to open a PKCS#12: the sum of its iteration counts. Those are the integers
 * behind a salt, of MacData (RFC 7292 section 4) as of the parameters of PBES1 and PBKDF2 (RFC 8018 appendix A).
 *
 * A count inside of what is encrypted is not seen. Nobody can put it there without the password.
 */
export function roundsOf(forge: Forge, { tagClass, type, value }: asn1.Asn1, levels = LEVELS): number {
  const isOctets = isUniversal(forge, { tagClass, type }, forge.asn1.Type.OCTETSTRING)
  if (isOctets) return levels === 0 ? 0 : roundsIn(forge, octetsOf(value), levels - 1)
  if (typeof value === 'string') return 0
  const rounds = value.map((each, index) =>
    isCount(forge, value[index - 1], each) ? countOf(each) : roundsOf(forge, each, levels),
  )
  return rounds.reduce((sum, each) => sum + each, 0)
}

/** Most octet strings hold no ASN.1. */
function roundsIn(forge: Forge, octets: string, levels: number): number {
  try {
    return roundsOf(forge, forge.asn1.fromDer(octets), levels)
  } catch {
    return 0
  }
}

/** Octet strings of BER may come in pieces (X.690 section 8.7.3). */
const octetsOf = (value: asn1.Asn1['value']) =>
  typeof value === 'string' ? value : value.map((piece) => piece.value).join('')

const isCount = (forge: Forge, before: asn1.Asn1 | undefined, node: asn1.Asn1) =>
  before !== undefined &&
  isUniversal(forge, before, forge.asn1.Type.OCTETSTRING) &&
  isUniversal(forge, node, forge.asn1.Type.INTEGER)

const isUniversal = (forge: Forge, node: Pick<asn1.Asn1, 'tagClass' | 'type'>, type: asn1.Type) =>
  node.tagClass === forge.asn1.Class.UNIVERSAL && node.type === type

/** Of any length; one without a digit is none, and refused by the library. */
const countOf = ({ value }: asn1.Asn1) =>
  Number.parseInt(Buffer.from(String(value), 'latin1').toString('hex'), 16) || 0
