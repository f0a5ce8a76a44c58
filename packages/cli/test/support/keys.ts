import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
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

export const ALGORITHMS = Object.keys(KEYS) as AlgorithmName[]

export const publicPem = (algorithm: AlgorithmName): string =>
  createPublicKey(KEYS[algorithm]).export({ type: 'spki', format: 'pem' }).toString()
