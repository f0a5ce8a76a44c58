import { generateKeyPair, type KeyPair } from '@signport/contract'
import type { AlgorithmName } from '@signport/core'

/** The algorithms that JOSE has a name for, with the kind of key that the emulator's seeds say for each. */
const SPECS = {
  RS256: 'RSA_2048',
  RS384: 'RSA_2048',
  RS512: 'RSA_2048',
  PS256: 'RSA_2048',
  PS384: 'RSA_2048',
  PS512: 'RSA_2048',
  ES256: 'ECC_NIST_P256',
  ES384: 'ECC_NIST_P384',
  ES512: 'ECC_NIST_P521',
  ES256K: 'ECC_SECG_P256K1',
  Ed25519: 'ECC_NIST_EDWARDS25519',
  'ML-DSA-44': 'ML_DSA_44',
  'ML-DSA-65': 'ML_DSA_65',
  'ML-DSA-87': 'ML_DSA_87',
} as const satisfies Partial<Record<AlgorithmName, string>>

/** An algorithm that tokens are signed with. */
export type TokenAlgorithm = keyof typeof SPECS

export const TOKEN_ALGORITHMS = Object.keys(SPECS) as TokenAlgorithm[]

/** A key of its own for each algorithm: a key set has each key once. */
export interface TokenKey extends KeyPair {
  readonly algorithm: TokenAlgorithm
  readonly id: string
  readonly spec: (typeof SPECS)[TokenAlgorithm]
}

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`

export function generateTokenKeys(): readonly TokenKey[] {
  return TOKEN_ALGORITHMS.map((algorithm, index) => ({
    algorithm,
    id: idOf(index),
    spec: SPECS[algorithm],
    ...generateKeyPair(algorithm),
  }))
}
