import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
} from 'node:crypto'
import { type AlgorithmName, PublicKey, parseAlgorithm } from '@signport/core'
import { digestPrefix } from '@signport/core/kit'
import type { LocalKey } from '@signport/local'
import type { Target } from '../../harness/case.js'
import { type KeyPair, type NativeKey, nativeKey, nativeSm2Key, pssPadding } from './native-key.js'

/** A new key, in the form that `@signport/local` takes, and as node:crypto has it. */
export interface LocalKeyPair {
  readonly key: LocalKey
  /** Undefined where node:crypto has no such algorithm. */
  readonly native?: NativeKey
  /** Where the work is done. */
  readonly way: 'native, in the thread pool' | 'native, on the main thread' | 'in JavaScript'
}

/** An algorithm, and how near to node:crypto it is to come. */
export interface LocalAlgorithm {
  readonly name: AlgorithmName
  readonly target?: Target
  makeKey(): LocalKeyPair
}

/** Where the native operation is long, and where what is around it counts. */
const SLOW: Target = { atLeast: 0.9 }
const FAST: Target = { atLeast: 0.75 }

/** The smallest key, with which the native operation takes least, is the hardest for what is around it. */
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const onCurve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const ed25519 = () => generateKeyPairSync('ed25519')

/** Every algorithm of Signport. */
export const LOCAL_ALGORITHMS: readonly LocalAlgorithm[] = [
  { name: 'RS256', target: SLOW, makeKey: () => pooled(rsa(), 'sha256') },
  { name: 'RS384', target: SLOW, makeKey: () => pooled(rsa(), 'sha384') },
  { name: 'RS512', target: SLOW, makeKey: () => pooled(rsa(), 'sha512') },
  { name: 'PS256', target: SLOW, makeKey: () => pooled(rsa(), 'sha256', pssPadding) },
  { name: 'PS384', target: SLOW, makeKey: () => pooled(rsa(), 'sha384', pssPadding) },
  { name: 'PS512', target: SLOW, makeKey: () => pooled(rsa(), 'sha512', pssPadding) },
  { name: 'ES256', target: FAST, makeKey: () => pooled(onCurve('P-256'), 'sha256') },
  { name: 'ES384', target: SLOW, makeKey: () => pooled(onCurve('P-384'), 'sha384') },
  { name: 'ES512', target: SLOW, makeKey: () => pooled(onCurve('P-521'), 'sha512') },
  { name: 'ES256K', makeKey: () => pooled(onCurve('secp256k1'), 'sha256') },
  { name: 'Ed25519', target: FAST, makeKey: () => pooled(ed25519(), null) },
  { name: 'SM2', makeKey: sm2 },
  { name: 'Ed25519ph', makeKey: inJavaScript },
  { name: 'Ed25519ph-SHA512', makeKey: inJavaScript },
  { name: 'ML-DSA-44', makeKey: () => mlDsa('ML-DSA-44') },
  { name: 'ML-DSA-65', makeKey: () => mlDsa('ML-DSA-65') },
  { name: 'ML-DSA-87', makeKey: () => mlDsa('ML-DSA-87') },
]

function pooled(pair: KeyPair, hash: string | null, padding?: typeof pssPadding): LocalKeyPair {
  const native = nativeKey(pair, hash, padding)
  return { key: pair.privateKey, native, way: 'native, in the thread pool' }
}

/** node:crypto signs SM2 with a key that it has read, and not with one that it has generated. */
function sm2(): LocalKeyPair {
  const key = onCurve('SM2').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const privateKey = createPrivateKey(key)
  const publicKey = createPublicKey(privateKey)
  const prefix = digestPrefix(parseAlgorithm('SM2'), PublicKey.from(publicKey), {})
  const native = nativeSm2Key({ privateKey, publicKey }, prefix)
  return { key, native, way: 'native, on the main thread' }
}

function inJavaScript(): LocalKeyPair {
  return { key: ed25519().privateKey, way: 'in JavaScript' }
}

function mlDsa(alg: `ML-DSA-${number}`): LocalKeyPair {
  const pair = nativeMlDsa(alg)
  if (pair) return pooled(pair, null)
  const seed: JsonWebKey = { kty: 'AKP', alg, priv: randomBytes(32).toString('base64url') }
  return { key: seed, way: 'in JavaScript' }
}

/** Node has it from 24.6 on. */
function nativeMlDsa(alg: `ML-DSA-${number}`): KeyPair | undefined {
  try {
    return generateKeyPairSync(alg.toLowerCase() as 'ed25519')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE') return undefined
    throw error
  }
}
