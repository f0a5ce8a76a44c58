import { constants, createHash, createPublicKey, verify } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { sm2 } from 'sm-crypto-v2'

/** Verifies a signature, DER where there is DER, by a key as SPKI. */
export type Verify = (spki: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

const PSS = constants.RSA_PKCS1_PSS_PADDING

const native =
  (hash?: string, options: object = {}): Verify =>
  (spki, message, signature) => {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return verify(hash, message, { key, ...options }, signature)
  }

function nodeReads(spki: Uint8Array): boolean {
  try {
    return (
      createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyType !== undefined
    )
  } catch {
    return false
  }
}

/** By @noble/post-quantum, and by node:crypto where it can. */
const mlDsa =
  (noble: typeof ml_dsa44): Verify =>
  (spki, message, signature) => {
    const valid = noble.verify(signature, message, spki.subarray(-(noble.lengths.publicKey ?? 0)))
    if (!nodeReads(spki) || native()(spki, message, signature) === valid) return valid
    throw new Error('@noble/post-quantum and node:crypto differ.')
  }

/** What AWS calls Ed25519ph is that of the message's hash. */
const rehashed: Verify = (spki, message, signature) =>
  ed25519ph.verify(signature, createHash('sha512').update(message).digest(), spki.subarray(-32))

const sm2WithUsualId: Verify = (spki, message, signature) =>
  sm2.doVerifySignature(
    message,
    Buffer.from(signature).toString('hex'),
    Buffer.from(spki.subarray(-65)).toString('hex'),
    { der: true, hash: true, userId: '1234567812345678' },
  )

/** Every algorithm that the protocol has a name for: the key spec of a key for it, and who verifies it. */
export const CASES: readonly [algorithm: string, keySpec: string, verify: Verify][] = [
  ['RS256', 'RSA_2048', native('sha256')],
  ['RS384', 'RSA_2048', native('sha384')],
  ['RS512', 'RSA_2048', native('sha512')],
  ['PS256', 'RSA_2048', native('sha256', { padding: PSS, saltLength: 32 })],
  ['PS384', 'RSA_2048', native('sha384', { padding: PSS, saltLength: 48 })],
  ['PS512', 'RSA_2048', native('sha512', { padding: PSS, saltLength: 64 })],
  ['ES256', 'ECC_NIST_P256', native('sha256')],
  ['ES384', 'ECC_NIST_P384', native('sha384')],
  ['ES512', 'ECC_NIST_P521', native('sha512')],
  ['ES256K', 'ECC_SECG_P256K1', native('sha256')],
  ['Ed25519', 'ECC_NIST_EDWARDS25519', native()],
  ['Ed25519ph-SHA512', 'ECC_NIST_EDWARDS25519', rehashed],
  ['ML-DSA-44', 'ML_DSA_44', mlDsa(ml_dsa44)],
  ['ML-DSA-65', 'ML_DSA_65', mlDsa(ml_dsa65)],
  ['ML-DSA-87', 'ML_DSA_87', mlDsa(ml_dsa87)],
  ['SM2', 'SM2', sm2WithUsualId],
]
