import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import type { SeedDocument } from '@signport/emulator'
import { mlDsaPublicKey } from './ml-dsa-key.js'

type Spec = SeedDocument['keys'][number]['spec']

/** A key of the server's, as whoever made it knows it. */
export interface ChaosKey {
  readonly name: KeyName
  readonly id: string
  /** The emulator's entry for it. */
  readonly entry: SeedDocument['keys'][number]
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string
}

const SPECS = {
  'RSA 2048': 'RSA_2048',
  'RSA 3072': 'RSA_3072',
  'P-256': 'ECC_NIST_P256',
  'another P-256': 'ECC_NIST_P256',
  'P-384': 'ECC_NIST_P384',
  'P-521': 'ECC_NIST_P521',
  secp256k1: 'ECC_SECG_P256K1',
  Ed25519: 'ECC_NIST_EDWARDS25519',
  SM2: 'SM2',
  'ML-DSA-44': 'ML_DSA_44',
  'ML-DSA-65': 'ML_DSA_65',
  'ML-DSA-87': 'ML_DSA_87',
} as const satisfies Record<string, Spec>

/** A dozen keys, of every kind that the emulator signs with. */
export type KeyName = keyof typeof SPECS

const CURVES: Partial<Record<Spec, string>> = {
  ECC_NIST_P256: 'prime256v1',
  ECC_NIST_P384: 'secp384r1',
  ECC_NIST_P521: 'secp521r1',
  ECC_SECG_P256K1: 'secp256k1',
}

/**
 * New keys, since no outcome depends on which ones they are; but SM2 and ML-DSA sign a digest that has the key in it, and what
 * goes wrong is chosen by what is signed: their keys are the same ones in each run.
 */
export function makeKeys(): readonly ChaosKey[] {
  made ??= makeAll()
  return made
}

/** Those of RSA take seconds: once in a process is enough. */
let made: readonly ChaosKey[] | undefined

function makeAll(): readonly ChaosKey[] {
  return Object.entries(SPECS).map(([name, spec], index) => {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`
    const { publicKey, ...material } = makeMaterial(spec, name)
    return { name: name as KeyName, id, entry: { id, spec, ...material }, publicKey }
  })
}

/** The key of a name. */
export function found(keys: readonly ChaosKey[], name: KeyName): ChaosKey {
  const key = keys.find((each) => each.name === name)
  if (!key) throw new TypeError(`There is no key ${name}.`)
  return key
}

function makeMaterial(spec: Spec, name: string) {
  const seed = createHash('sha256').update(name).digest()
  if (spec === 'SM2') return exported(sm2PrivateKey(seed))
  if (!spec.startsWith('ML_DSA')) return exported(generate(spec))
  // The emulator computes the key from it.
  return { seed: seed.toString('hex'), publicKey: mlDsaPublicKey(spec, seed) }
}

function generate(spec: Spec): KeyObject {
  if (spec.startsWith('RSA'))
    return generateKeyPairSync('rsa', { modulusLength: Number(spec.slice(4)) }).privateKey
  const namedCurve = CURVES[spec]
  if (namedCurve === undefined) return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve }).privateKey
}

/** PKCS#8 (RFC 5958) of an ECPrivateKey (RFC 5915) on the curve of SM2, without the public key, and up to the number. */
const SM2_FRAME = '304102010030' + '1306072a8648ce3d020106082a811ccf5501822d' + '0427302502010104' + '20'

function sm2PrivateKey(scalar: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(SM2_FRAME, 'hex'), scalar])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** By way of PEM, in which everybody reads the same key. */
function exported(made: KeyObject) {
  const privateKey = String(made.export({ format: 'pem', type: 'pkcs8' }))
  const publicKey = createPublicKey(createPrivateKey(privateKey))
  return { privateKey, publicKey: String(publicKey.export({ format: 'pem', type: 'spki' })) }
}
