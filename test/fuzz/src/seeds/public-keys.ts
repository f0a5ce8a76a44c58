import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto'
import { derElement, encodePem, ML_DSA, type MlDsaKind, Tag } from '@signport/core/kit'
import { NATIVE_KEYS, PKCS8 } from './private-keys.js'

const publicOf = (name: string) =>
  createPublicKey(createPrivateKey({ key: Buffer.from(PKCS8[name] ?? []), format: 'der', type: 'pkcs8' }))

const spkiOf = (name: string): Uint8Array => publicOf(name).export({ type: 'spki', format: 'der' })

/** Any bytes of the right length are a key there. */
function mlDsaSpki(kind: MlDsaKind): Uint8Array {
  const { oid, publicKeyBytes } = ML_DSA[kind]
  const key = Uint8Array.from({ length: publicKeyBytes }, (_, index) => (index * 31) % 256)
  const algorithm = derElement(Tag.sequence, derElement(Tag.objectIdentifier, Buffer.from(oid, 'hex')))
  return derElement(Tag.sequence, algorithm, derElement(Tag.bitString, Uint8Array.of(0), key))
}

/** SPKI of every kind of key. */
export const SPKIS: readonly Uint8Array[] = [
  ...NATIVE_KEYS.map(spkiOf),
  spkiOf('pss'),
  mlDsaSpki('ML-DSA-44'),
]

/** Without the kinds whose keys are long, in which a change seldom meets anything else than the key. */
export const SHORT_SPKIS: readonly Uint8Array[] = SPKIS.filter(({ length }) => length < 200)

/** The same as PEM, and the older form of RSA. */
export const PUBLIC_PEMS: readonly string[] = [
  ...SPKIS.map((der) => encodePem('PUBLIC KEY', der)),
  publicOf('rsa').export({ type: 'pkcs1', format: 'pem' }).toString(),
]

/** The same as JWK; SM2 has none. */
export const PUBLIC_JWKS: readonly JsonWebKey[] = [
  ...NATIVE_KEYS.filter((name) => name !== 'SM2').map((name) => publicOf(name).export({ format: 'jwk' })),
  {
    kty: 'AKP',
    alg: 'ML-DSA-44',
    pub: Buffer.alloc(ML_DSA['ML-DSA-44'].publicKeyBytes, 3).toString('base64url'),
  },
]
