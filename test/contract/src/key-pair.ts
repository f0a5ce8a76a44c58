import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import type { AlgorithmName } from '@signport/core'

/** A key pair in the forms that everybody reads. */
export interface KeyPair {
  /** PKCS#8 (RFC 5958), PEM; of ML-DSA its seed (RFC 9881). */
  readonly privateKey: string
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string
}

const pem = (label: string, der: Uint8Array) =>
  [
    `-----BEGIN ${label}-----`,
    ...(Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []),
    `-----END ${label}-----`,
    '',
  ].join('\n')

function exported({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): KeyPair {
  return {
    privateKey: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicKey: String(publicKey.export({ format: 'pem', type: 'spki' })),
  }
}

const curve = (namedCurve: string) => () => exported(generateKeyPairSync('ec', { namedCurve }))
const rsa = () => exported(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const ed25519 = () => exported(generateKeyPairSync('ed25519'))

/** node:crypto signs SM2 with keys that it has imported, not with those that it has made. */
function sm2(): KeyPair {
  const { privateKey } = curve('SM2')()
  const imported = createPrivateKey(privateKey)
  return exported({ privateKey: imported, publicKey: createPublicKey(imported) })
}

const ML_DSA = { 17: ml_dsa44, 18: ml_dsa65, 19: ml_dsa87 }

/** RFC 9881: the seed as PKCS#8, and pk as SPKI. */
function mlDsa(last: keyof typeof ML_DSA): KeyPair {
  const seed = randomBytes(32)
  const { publicKey } = ML_DSA[last].keygen(Uint8Array.from(seed))
  const oid = Uint8Array.of(0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, last)
  const long = (tag: number, length: number) => Uint8Array.of(tag, 0x82, length >> 8, length & 0xff)
  const bits = [long(0x03, publicKey.length + 1), Uint8Array.of(0), publicKey]
  const pkcs8 = [
    Uint8Array.of(0x30, 0x34, 0x02, 0x01, 0x00),
    oid,
    Uint8Array.of(0x04, 0x22, 0x80, 0x20),
    seed,
  ]
  const spki = [long(0x30, oid.length + 4 + 1 + publicKey.length), oid, ...bits]
  return {
    privateKey: pem('PRIVATE KEY', Buffer.concat(pkcs8)),
    publicKey: pem('PUBLIC KEY', Buffer.concat(spki)),
  }
}

const MAKERS: Record<AlgorithmName, () => KeyPair> = {
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  ES256: curve('prime256v1'),
  ES384: curve('secp384r1'),
  ES512: curve('secp521r1'),
  ES256K: curve('secp256k1'),
  Ed25519: ed25519,
  Ed25519ph: ed25519,
  'Ed25519ph-SHA512': ed25519,
  'ML-DSA-44': () => mlDsa(0x11),
  'ML-DSA-65': () => mlDsa(0x12),
  'ML-DSA-87': () => mlDsa(0x13),
  SM2: sm2,
}

/** A new key pair for an algorithm, made without core: for a service that keys can be given to. RSA has 2,048 bits. */
export function generateKeyPair(algorithm: AlgorithmName): KeyPair {
  return MAKERS[algorithm]()
}
