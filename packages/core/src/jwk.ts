import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { SigningError } from './error.js'
import { isMlDsa } from './ml-dsa.js'
import { spkiOfMlDsa } from './spki.js'

/** The members of a public JWK that name a key (RFC 7517, RFC 7518 section 6, RFC 8037), and its `kid`. */
export interface PublicJwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  /** The parameter set of an `AKP` key (ML-DSA). */
  readonly alg?: string
  readonly pub?: string
  readonly kid?: string
}

const KEY_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const invalid = (message: string, cause?: unknown) => new SigningError('InvalidArgument', message, { cause })

/**
 * The SPKI of a public key from its JWK, read strictly: numbers have the exact length and the base64url form that the
 * standards ask for, since a second spelling of a key would have a second thumbprint.
 */
export function readJwk(jwk: object): Uint8Array {
  const found = PRIVATE_MEMBERS.find((member) => member in jwk)
  if (found) throw invalid(`Expected a public key, but the JWK holds a private one (its member '${found}').`)
  if ((jwk as PublicJwk).kty === 'AKP') return readAkp(jwk as PublicJwk)
  const key = imported(jwk)
  const canonical = key.export({ format: 'jwk' })
  for (const member of KEY_MEMBERS)
    if (canonical[member] !== (jwk as JsonWebKey)[member]) throw notCanonical(member)
  return exportSpki(key)
}

/** The SPKI of a key of node:crypto. */
export function exportSpki(key: KeyObject): Uint8Array {
  try {
    return key.export({ type: 'spki', format: 'der' })
  } catch (cause) {
    throw invalid('The public key is malformed: it cannot be exported.', cause)
  }
}

/** A key that its algorithm names (`kty` AKP): ML-DSA. */
function readAkp({ alg = '', pub = '' }: PublicJwk): Uint8Array {
  if (typeof alg !== 'string' || !isMlDsa(alg))
    throw invalid(`The 'alg' of an AKP key must be ML-DSA-44, ML-DSA-65 or ML-DSA-87.`)
  const raw = Buffer.from(String(pub), 'base64url')
  if (raw.toString('base64url') !== pub) throw notCanonical('pub')
  return spkiOfMlDsa(alg, raw)
}

function notCanonical(member: string): SigningError {
  return invalid(`The member '${member}' of the JWK is not in the one form that its standard allows.`)
}

function imported(jwk: object): KeyObject {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch (cause) {
    throw invalid(
      'The JWK is not a public key that can be read: check kty, crv and the members of the key.',
      cause,
    )
  }
}
