import { spawnSync } from 'node:child_process'
import {
  constants,
  createHash,
  createPublicKey,
  createSign,
  createVerify,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519ph } from '@noble/curves/ed25519.js'
import type { AlgorithmName } from '@signport/core'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import { isMlDsa, KEYS, type MlDsaName, mlDsaKey, publicPem } from './keys.js'

/*
 * Signing and verifying without any code of Signport: by node:crypto, by @noble and sm-crypto-v2 what it does not do,
 * and by the openssl command where it is installed and knows the algorithm. How they must be asked is written down here
 * once more, so that a mistake in Signport's table shows.
 */

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

type NativeName = Exclude<AlgorithmName, MlDsaName | 'Ed25519ph' | 'Ed25519ph-SHA512' | 'SM2'>

const hashOf = (algorithm: AlgorithmName) =>
  algorithm === 'Ed25519' ? undefined : algorithm === 'SM2' ? 'sm3' : `sha${algorithm.slice(2, 5)}`

const paddingOf = (algorithm: AlgorithmName) => (algorithm.startsWith('PS') ? PSS : {})

const OPENSSL = spawnSync('openssl', ['version']).status === 0

type Prehashed = 'Ed25519ph' | 'Ed25519ph-SHA512'
const isPrehashed = (algorithm: AlgorithmName): algorithm is Prehashed => algorithm.startsWith('Ed25519ph')

/** What @noble/curves is given as the message: AWS's form has the digest for it. */
const messageOf = (algorithm: Prehashed, message: Uint8Array) =>
  algorithm === 'Ed25519ph' ? message : createHash('sha512').update(message).digest()

/** The last bytes of a key's DER are the key itself. */
const seedOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'der' }).subarray(-32)
const spkiOf = (key: KeyObject) => createPublicKey(key).export({ type: 'spki', format: 'der' })

/** Z of SM2, which is hashed before the message. */
const sm2Prefix = () => smCrypto.getZ(spkiOf(KEYS.SM2).subarray(-65).toString('hex'))

/** A signature by somebody else, DER for ECDSA and SM2. */
export function strangerSigns(algorithm: AlgorithmName, message: Uint8Array): Buffer {
  if (isPrehashed(algorithm))
    return Buffer.from(ed25519ph.sign(messageOf(algorithm, message), seedOf(KEYS[algorithm])))
  if (isMlDsa(algorithm)) {
    const { noble, secretKey } = mlDsaKey(algorithm)
    return Buffer.from(noble.sign(message, secretKey))
  }
  if (algorithm === 'SM2') return createSign('sm3').update(sm2Prefix()).update(message).sign(KEYS.SM2)
  return sign(hashOf(algorithm), message, { key: KEYS[algorithm], ...paddingOf(algorithm) })
}

/** What is signed in place of a message. */
export function strangerDigest(algorithm: Exclude<AlgorithmName, 'Ed25519'>, message: Uint8Array): Buffer {
  if (algorithm === 'SM2') return createHash('sm3').update(sm2Prefix()).update(message).digest()
  if (isMlDsa(algorithm)) {
    // mu of FIPS 204, algorithm 7, step 6, and algorithm 2, step 10, with an empty context.
    const shake = () => createHash('shake256', { outputLength: 64 })
    const hashedKey = shake().update(mlDsaKey(algorithm).publicKey).digest()
    return shake().update(hashedKey).update(Uint8Array.of(0, 0)).update(message).digest()
  }
  const hash = isPrehashed(algorithm) ? 'sha512' : (hashOf(algorithm) ?? '')
  return createHash(hash).update(message).digest()
}

/** Whether strangers accept a signature with the key of `strangerSigns`. */
export function strangerVerifies(
  algorithm: AlgorithmName,
  message: Uint8Array,
  signature: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363' = 'der',
): boolean {
  const valid = libraryVerifies(algorithm, message, signature, dsaEncoding)
  // The command reads DER alone, has no Ed25519ph, and no ML-DSA before 3.5.
  if (!OPENSSL || dsaEncoding !== 'der' || isPrehashed(algorithm) || isMlDsa(algorithm)) return valid
  return valid && opensslVerifies(algorithm, message, signature)
}

function libraryVerifies(
  algorithm: AlgorithmName,
  message: Uint8Array,
  signature: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363',
): boolean {
  if (isPrehashed(algorithm)) {
    const raw = spkiOf(KEYS[algorithm]).subarray(-32)
    return ed25519ph.verify(signature, messageOf(algorithm, message), raw)
  }
  if (isMlDsa(algorithm)) {
    const { noble, publicKey } = mlDsaKey(algorithm)
    return noble.verify(signature, message, publicKey)
  }
  if (algorithm === 'SM2')
    return createVerify('sm3').update(sm2Prefix()).update(message).verify(publicPem('SM2'), signature)
  return nativeVerifies(algorithm, message, signature, dsaEncoding)
}

function nativeVerifies(
  algorithm: NativeName,
  message: Uint8Array,
  signature: Uint8Array,
  dsaEncoding: 'der' | 'ieee-p1363',
): boolean {
  const key = { key: createPublicKey(KEYS[algorithm]), ...paddingOf(algorithm), dsaEncoding }
  return verify(hashOf(algorithm), message, key, signature)
}

function opensslVerifies(algorithm: AlgorithmName, message: Uint8Array, signature: Uint8Array): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'signport-openssl-'))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  try {
    const files = [file('key', publicPem(algorithm)), file('signature', signature), file('message', message)]
    return spawnSync('openssl', question(algorithm, files)).status === 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function question(algorithm: AlgorithmName, [key = '', signature = '', message = '']: string[]): string[] {
  const hash = hashOf(algorithm)
  if (!hash)
    return ['pkeyutl', '-verify', '-pubin', '-inkey', key, '-rawin', '-in', message, '-sigfile', signature]
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
  return [
    'dgst',
    `-${hash}`,
    ...(algorithm.startsWith('PS') ? pss : []),
    ...(algorithm === 'SM2' ? ['-sigopt', 'distid:1234567812345678'] : []),
    '-verify',
    key,
    '-signature',
    signature,
    message,
  ]
}
