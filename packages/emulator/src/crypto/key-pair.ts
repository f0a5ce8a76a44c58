import type { SigningAlgorithm } from '../keys/signing-algorithm.js'

/** What is signed: the message itself, its digest, or mu of ML-DSA (FIPS 204 algorithm 7 line 6). */
export interface Message {
  readonly type: 'RAW' | 'DIGEST' | 'EXTERNAL_MU'
  readonly bytes: Buffer
}

/** A private key in use, with its public half. */
export interface KeyPair {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer
  /** PKCS#8, as key files hold it. */
  readonly pem: string
  /** ECDSA and SM2 in DER, everything else in its only layout. */
  sign(algorithm: SigningAlgorithm, message: Message): Promise<Uint8Array>
  /** False for every signature that is not valid, however malformed. */
  verify(algorithm: SigningAlgorithm, message: Message, signature: Buffer): Promise<boolean>
}

/** The keys of one kind. */
export interface KeyFamily {
  /** A new key as PKCS#8 in PEM. */
  generate(spec: string): Promise<string>
  /** @throws KeyMaterialError, or DerError, when it is not a key of this spec */
  open(spec: string, pem: string): Promise<KeyPair>
  /** PKCS#8 in PEM of the seed that a key is computed from, for kinds that have one. */
  pemOfSeed?(spec: string, seed: Uint8Array): string
}

/** A key that cannot be used. Its message goes on after the key's name, and holds nothing of the key. */
export class KeyMaterialError extends Error {
  override readonly name = 'KeyMaterialError'
}
