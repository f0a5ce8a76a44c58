import type { KeyObject } from 'node:crypto'
import type { KeyKind } from './algorithm.js'
import { SigningError } from './error.js'
import { printable } from './text.js'

/** What an id-RSASSA-PSS key binds its signatures to (RFC 4055 section 3.1): at least to the scheme. */
export interface PssRestriction {
  /** The only permitted hash of the message, by node:crypto's name; absent when the key names none. */
  readonly hash?: string
  /** The only permitted hash of the mask. */
  readonly maskHash?: string
  /** The shortest permitted salt, in bytes. */
  readonly minSaltBytes: number
}

/** RSA moduli outside these are refused: too weak, or so large that verifying is an attack. In bits. */
export const RSA_BITS = { min: 2048, max: 8192 } as const

/** The curves, by the names that OpenSSL gives them. */
const CURVES = new Map<string | undefined, KeyKind>([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
  ['secp256k1', 'secp256k1'],
])

const refused = (message: string) => new SigningError('InvalidArgument', message)

/** What a key of node:crypto is in the terms of the algorithm table. */
export function readKeyKind(key: KeyObject): { kind: KeyKind; modulusBits?: number } {
  const type = key.asymmetricKeyType
  if (type === 'rsa' || type === 'rsa-pss') return { kind: 'RSA', modulusBits: checkedModulus(key) }
  if (type === 'ed25519') return { kind: 'Ed25519' }
  if (type !== 'ec') throw refused(`Keys of the type ${printable(String(type))} cannot be used here.`)
  const curve = key.asymmetricKeyDetails?.namedCurve
  const kind = CURVES.get(curve)
  if (!kind) throw refused(`Keys on the curve ${printable(curve ?? 'without a name')} cannot be used here.`)
  return { kind }
}

/** The restriction of an id-RSASSA-PSS key; undefined for every other key. */
export function pssRestriction(key: KeyObject): PssRestriction | undefined {
  if (key.asymmetricKeyType !== 'rsa-pss') return undefined
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {}
  return {
    ...(hashAlgorithm && { hash: hashAlgorithm }),
    ...(mgf1HashAlgorithm && { maskHash: mgf1HashAlgorithm }),
    minSaltBytes: saltLength ?? 0,
  }
}

function checkedModulus(key: KeyObject): number {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max)
    throw refused(
      `RSA keys must have ${RSA_BITS.min} to ${RSA_BITS.max} bits, but this one has ${modulusLength}.`,
    )
  if (publicExponent < 3n || publicExponent % 2n === 0n)
    throw refused('The exponent of an RSA key must be odd and at least 3; this key is not a sound one.')
  return modulusLength
}
