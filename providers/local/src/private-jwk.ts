import { createPrivateKey, type JsonWebKey } from 'node:crypto'
import { isMlDsa, loadMlDsa, ML_DSA_SEED_BYTES } from '@signport/core/kit'
import { mismatched, unusable } from './key-failure.js'
import { exportPkcs8, pkcs8OfSeed } from './pkcs8.js'

/** A private JWK; ML-DSA has its seed in `priv` and its public key in `pub`. */
export type LocalJwk = JsonWebKey & { readonly alg?: string; readonly priv?: string; readonly pub?: string }

/** The JSON of a JWK. */
export function parseJwk(text: string, keyId: string): LocalJwk {
  try {
    return JSON.parse(text) as LocalJwk
  } catch {
    // Without the cause: V8 quotes the text in it, which may be half of a private key.
    throw unusable(keyId, 'looks like a JWK, but it is not valid JSON')
  }
}

/** The PKCS#8 of a private JWK. */
export async function pkcs8OfJwk(jwk: LocalJwk, keyId: string): Promise<Uint8Array> {
  if (jwk.kty === 'AKP') return pkcs8OfAkp(jwk, keyId)
  if (!jwk.d) throw unusable(keyId, `is a JWK without 'd', so it is not a private key`)
  try {
    return exportPkcs8(createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }))
  } catch {
    throw unusable(keyId, 'is not a JWK of a private key that can be read: check kty, crv and its members')
  }
}

/** ML-DSA, whose private key is its seed. */
async function pkcs8OfAkp({ alg = '', priv, pub }: LocalJwk, keyId: string): Promise<Uint8Array> {
  if (typeof alg !== 'string' || !isMlDsa(alg))
    throw unusable(keyId, `is an AKP key whose 'alg' is none of ML-DSA`)
  const seed = Buffer.from(typeof priv === 'string' ? priv : '', 'base64url')
  if (seed.length !== ML_DSA_SEED_BYTES || seed.toString('base64url') !== priv)
    throw unusable(keyId, `is an AKP key whose 'priv' is no seed of 32 bytes`)
  const { publicKey } = (await loadMlDsa(alg)).keygen(seed)
  if (pub !== undefined && pub !== Buffer.from(publicKey).toString('base64url')) throw mismatched(keyId)
  return pkcs8OfSeed(alg, seed)
}
