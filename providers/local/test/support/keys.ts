import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'

/** The algorithms of ML-DSA, of whose keys node:crypto knows nothing before Node 22. */
export type MlDsaName = Extract<AlgorithmName, `ML-DSA-${number}`>

export const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Read again: Node 20 may stand still for ever while it writes a key that it made itself as a JWK. */
const readAgain = ({ privateKey }: { privateKey: KeyObject }) => createPrivateKey(pem(privateKey))

const newRsa = () => readAgain(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const newEd25519 = () => readAgain(generateKeyPairSync('ed25519'))
const ec = (namedCurve: string) => readAgain(generateKeyPairSync('ec', { namedCurve }))

const rsa = newRsa()
const ed25519 = newEd25519()

/** A private key for each algorithm that node:crypto makes keys for. */
export const KEYS: Record<Exclude<AlgorithmName, MlDsaName>, KeyObject> = {
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
  Ed25519: ed25519,
  Ed25519ph: ed25519,
  'Ed25519ph-SHA512': ed25519,
  // As node:crypto made it: it cannot write one that it read as SEC1.
  SM2: generateKeyPairSync('ec', { namedCurve: 'SM2' }).privateKey,
}

/** The last byte of the object identifier of each parameter set (RFC 9881 section 2). */
const ML_DSA_IDS: Record<MlDsaName, string> = { 'ML-DSA-44': '11', 'ML-DSA-65': '12', 'ML-DSA-87': '13' }

/** PKCS#8 that holds nothing but a seed (RFC 9881 section 6), byte by byte. */
export function seedPem(name: MlDsaName, seed: Uint8Array = randomBytes(32)): string {
  const head = `3034020100300b06096086480165030403${ML_DSA_IDS[name]}04228020`
  return pemOf('PRIVATE KEY', Buffer.concat([Buffer.from(head, 'hex'), seed]))
}

/** A block of PEM. */
export function pemOf(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

/** The bytes of a block of PEM. */
export const derOf = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64')

function pems(keys: Record<Exclude<AlgorithmName, MlDsaName>, KeyObject>): Record<AlgorithmName, string> {
  const known = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, pem(key)]))
  return {
    ...(known as Record<keyof typeof keys, string>),
    'ML-DSA-44': seedPem('ML-DSA-44'),
    'ML-DSA-65': seedPem('ML-DSA-65'),
    'ML-DSA-87': seedPem('ML-DSA-87'),
  }
}

/** A private key for each algorithm, PKCS#8 as PEM. */
export const PEMS = pems(KEYS)

const otherRsa = newRsa()
const otherEd25519 = newEd25519()

/** Another key of the same kind for each. */
export const OTHER_PEMS = pems({
  RS256: otherRsa,
  RS384: otherRsa,
  RS512: otherRsa,
  PS256: otherRsa,
  PS384: otherRsa,
  PS512: otherRsa,
  ES256: ec('P-256'),
  ES384: ec('P-384'),
  ES512: ec('P-521'),
  ES256K: ec('secp256k1'),
  Ed25519: otherEd25519,
  Ed25519ph: otherEd25519,
  'Ed25519ph-SHA512': otherEd25519,
  SM2: ec('SM2'),
})

/** A key that may only be used for PSS with one hash (RFC 4055). */
export function pssKey(hash?: 'sha256' | 'sha512', saltLength = 32): KeyObject {
  // An object: @types/node takes the salt's length for a string.
  const bound: object = hash ? { hashAlgorithm: hash, mgf1HashAlgorithm: hash, saltLength } : {}
  return generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...bound }).privateKey
}
