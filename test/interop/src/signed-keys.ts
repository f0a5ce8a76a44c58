import { generateKeyPair, type KeyPair } from '@signport/contract'
import { algorithms, type KeyKind } from '@signport/core'

/** What the emulator's seeds call each kind of key. */
const SPECS = {
  RSA: 'RSA_2048',
  'P-256': 'ECC_NIST_P256',
  'P-384': 'ECC_NIST_P384',
  'P-521': 'ECC_NIST_P521',
  secp256k1: 'ECC_SECG_P256K1',
  Ed25519: 'ECC_NIST_EDWARDS25519',
  'ML-DSA-44': 'ML_DSA_44',
  'ML-DSA-65': 'ML_DSA_65',
  'ML-DSA-87': 'ML_DSA_87',
  SM2: 'SM2',
} as const satisfies Record<KeyKind, string>

/** A key that is made here and handed to providers and emulator: what verifiers get is none of their answers. */
export interface SignedKey extends KeyPair {
  readonly id: string
  readonly kind: KeyKind
  readonly spec: (typeof SPECS)[KeyKind]
}

/** One key of each kind, which signs with all algorithms of its kind. */
export function generateSignedKeys(): readonly SignedKey[] {
  return (Object.keys(SPECS) as KeyKind[]).map((kind, index) => {
    const algorithm = algorithms.find((row) => row.key === kind)
    if (!algorithm) throw new TypeError(`No algorithm has keys of the kind ${kind}.`)
    const id = `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`
    return { id, kind, spec: SPECS[kind], ...generateKeyPair(algorithm.name) }
  })
}
