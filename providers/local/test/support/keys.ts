import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey

/** A private key for each algorithm, made by node:crypto. */
export const KEYS: Record<AlgorithmName, KeyObject> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  ES256K: ec('secp256k1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
}

/** A key that may only be used for PSS with one hash (RFC 4055). */
export function pssKey(hash?: 'sha256' | 'sha512', saltLength = 32): KeyObject {
  // An object: @types/node takes the salt's length for a string.
  const bound: object = hash ? { hashAlgorithm: hash, mgf1HashAlgorithm: hash, saltLength } : {}
  return generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...bound }).privateKey
}

export const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
