import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { SigningError } from './error.js'

/** The members of a public JWK that name a key (RFC 7517, RFC 7518 section 6, RFC 8037), and its `kid`. */
export interface PublicJwk {
  readonly kty: string
  readonly crv?: string
  readonly x?: string
  readonly y?: string
  readonly n?: string
  readonly e?: string
  readonly kid?: string
}

const KEY_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const invalid = (message: string, cause?: unknown) => new SigningError('InvalidArgument', message, { cause })

/**
 * A public key from its JWK, read strictly: numbers have the exact length and the base64url form that the standards
 * ask for, since a second spelling of a key would have a second thumbprint.
 */
export function readJwk(jwk: object): KeyObject {
  const found = PRIVATE_MEMBERS.find((member) => member in jwk)
  if (found) throw invalid(`Expected a public key, but the JWK holds a private one (its member '${found}').`)
  const key = imported(jwk)
  const canonical = key.export({ format: 'jwk' })
  for (const member of KEY_MEMBERS)
    if (canonical[member] !== (jwk as JsonWebKey)[member])
      throw invalid(
        `The member '${member}' of the JWK is not in the one form that RFC 7518 section 6 allows.`,
      )
  return key
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
