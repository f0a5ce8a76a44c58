import { createHash } from 'node:crypto'
import type { AlgorithmName } from '@signport/core'
import type { SignedParameters } from './signed-matrix.js'

/** An algorithm as its field calls it, written down from the standards: verifiers know nothing of Signport's names. */
export interface VerifierTerms {
  readonly scheme: 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA' | 'Ed25519' | 'Ed25519ph' | 'ML-DSA' | 'SM2'
  /** Absent where the scheme has one hash alone. */
  readonly hash?: 'SHA-256' | 'SHA-384' | 'SHA-512'
  /** The kind of key: RSA, a curve, or a set of parameters. */
  readonly key: string
  /** Of ML-DSA: FIPS 204 section 5.2. Empty where it is absent. */
  readonly context?: string
  /** Of SM2: the usual one where it is absent. */
  readonly signerId?: string
}

const TERMS: Readonly<Record<AlgorithmName, VerifierTerms>> = {
  RS256: { scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', key: 'RSA' },
  RS384: { scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384', key: 'RSA' },
  RS512: { scheme: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', key: 'RSA' },
  PS256: { scheme: 'RSASSA-PSS', hash: 'SHA-256', key: 'RSA' },
  PS384: { scheme: 'RSASSA-PSS', hash: 'SHA-384', key: 'RSA' },
  PS512: { scheme: 'RSASSA-PSS', hash: 'SHA-512', key: 'RSA' },
  ES256: { scheme: 'ECDSA', hash: 'SHA-256', key: 'P-256' },
  ES384: { scheme: 'ECDSA', hash: 'SHA-384', key: 'P-384' },
  ES512: { scheme: 'ECDSA', hash: 'SHA-512', key: 'P-521' },
  ES256K: { scheme: 'ECDSA', hash: 'SHA-256', key: 'secp256k1' },
  Ed25519: { scheme: 'Ed25519', key: 'Ed25519' },
  Ed25519ph: { scheme: 'Ed25519ph', key: 'Ed25519' },
  'Ed25519ph-SHA512': { scheme: 'Ed25519ph', key: 'Ed25519' },
  'ML-DSA-44': { scheme: 'ML-DSA', key: 'ML-DSA-44' },
  'ML-DSA-65': { scheme: 'ML-DSA', key: 'ML-DSA-65' },
  'ML-DSA-87': { scheme: 'ML-DSA', key: 'ML-DSA-87' },
  SM2: { scheme: 'SM2', key: 'SM2' },
}

/** What verifiers are told of an algorithm and its parameters. */
export function termsOf(algorithm: AlgorithmName, parameters: SignedParameters = {}): VerifierTerms {
  const { context, userId: signerId } = parameters
  return { ...TERMS[algorithm], ...(context && { context }), ...(signerId && { signerId }) }
}

/** What verifiers are given for a message: what AWS KMS signs by Ed25519ph is SHA-512 of the message, as if it were that. */
export function messageFor(algorithm: AlgorithmName, message: Uint8Array): Uint8Array {
  if (algorithm !== 'Ed25519ph-SHA512') return message
  return Uint8Array.from(createHash('sha512').update(message).digest())
}
