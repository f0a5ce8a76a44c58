import type { Signer } from '@signport/core'
import { type JwsHeader, type JwtOptions, signJwt } from '@signport/jose'

export const ISSUER = 'https://issuer.example'
export const AUDIENCE = 'https://api.example'

/** What every sample says beside its times. */
export const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'user-4711', jti: 'a-token', scope: 'read' }

/** A token that is valid for ten minutes. */
export function signSample(signer: Signer, options: JwtOptions = {}): Promise<string> {
  return signJwt(signer, CLAIMS, { expiresIn: '10m', ...options })
}

/** What tokens may say in `alg`, by the signers' names: Ed25519 has an older name, which many verifiers know alone. */
export function headerNames(algorithm: string): readonly string[] {
  return algorithm === 'Ed25519' ? ['Ed25519', 'EdDSA'] : [algorithm]
}

/** What asks for a name. Nothing asks for the first one: it must be what the signer says by itself. */
export function headerFor(algorithm: string, alg: string): { readonly header?: JwsHeader } {
  return alg === headerNames(algorithm)[0] ? {} : { header: { alg } }
}
