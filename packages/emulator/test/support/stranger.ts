import { execFileSync } from 'node:child_process'
import { constants, createHash, createPublicKey, createVerify, verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'

/** Verifies a signature of a message by its SubjectPublicKeyInfo, by what did not make it. */
type Verify = (spki: Buffer, message: Buffer, signature: Buffer) => boolean

const keyOf = (spki: Buffer) => createPublicKey({ key: spki, format: 'der', type: 'spki' })

const native =
  (hash: string | null, options: object = {}): Verify =>
  (spki, message, signature) =>
    verify(hash, message, { key: keyOf(spki), ...options }, signature)

const pss = (hash: string, saltLength: number) =>
  native(hash, { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })

/** By the openssl command, which knows Z and the id by itself. */
const openssl: Verify = (spki, message, signature) => {
  const folder = mkdtempSync(join(tmpdir(), 'signport-emulator-'))
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const key = file(
    'key.pem',
    `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`,
  )
  const args = ['dgst', '-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678']
  try {
    execFileSync('openssl', [...args, '-signature', file('s', signature), file('m', message)], {
      stdio: 'pipe',
    })
    return true
  } catch {
    return false
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The numbers of the curve that Z holds (GB/T 32918.5), after the id and before the key. */
const SM2_CURVE = [
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
  '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
  '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
  'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
].join('')

/** SM3(Z ‖ M), by node:crypto. */
function sm2Digest(spki: Buffer, message: Buffer): Buffer {
  return createHash('sm3').update(sm2Prefix(spki)).update(message).digest()
}

/** By node:crypto, given Z; and by the openssl command. Both must say the same. */
const sm2: Verify = (spki, message, signature) => {
  const verifier = createVerify('sm3').update(sm2Prefix(spki)).update(message)
  const valid = verifier.verify(keyOf(spki), signature)
  if (openssl(spki, message, signature) === valid) return valid
  throw new Error('node:crypto and openssl differ.')
}

function sm2Prefix(spki: Buffer): Buffer {
  const id = Buffer.from('1234567812345678')
  const parts = [Uint8Array.of(0, id.length * 8), id, Buffer.from(SM2_CURVE, 'hex'), spki.subarray(-64)]
  return createHash('sm3').update(Buffer.concat(parts)).digest()
}

/** From which version on node:crypto verifies ML-DSA. */
const NATIVE_ML_DSA = 24

const ML_DSA = {
  ML_DSA_44: { library: ml_dsa44, publicKeyBytes: 1312 },
  ML_DSA_65: { library: ml_dsa65, publicKeyBytes: 1952 },
  ML_DSA_87: { library: ml_dsa87, publicKeyBytes: 2592 },
}

/**
 * By node:crypto where it can. Before, by the library on the other way: mu is computed here from the standard and given
 * to it, whatever form the message was signed in.
 */
const mlDsa =
  (name: keyof typeof ML_DSA): Verify =>
  (spki, message, signature) => {
    if (Number.parseInt(process.versions.node, 10) >= NATIVE_ML_DSA)
      return verify(null, message, keyOf(spki), signature)
    const { library, publicKeyBytes } = ML_DSA[name]
    const options = { externalMu: true }
    return library.internal.verify(
      signature,
      muOf(spki, message, publicKeyBytes),
      spki.subarray(-publicKeyBytes),
      options,
    )
  }

/** mu (FIPS 204 algorithms 2 and 7), with an empty context. */
function muOf(spki: Buffer, message: Buffer, publicKeyBytes: number): Buffer {
  const shake = (...parts: Uint8Array[]) =>
    createHash('shake256', { outputLength: 64 }).update(Buffer.concat(parts)).digest()
  return shake(shake(spki.subarray(-publicKeyBytes)), Uint8Array.of(0, 0), message)
}

/** What is signed in place of a message. */
const digestOf = {
  sha256: (_spki: Buffer, message: Buffer) => createHash('sha256').update(message).digest(),
  sha384: (_spki: Buffer, message: Buffer) => createHash('sha384').update(message).digest(),
  sha512: (_spki: Buffer, message: Buffer) => createHash('sha512').update(message).digest(),
  sm2: sm2Digest,
}

/**
 * By the equation of RFC 8032 section 5.1.7 for Ed25519ph, over SHA-512 of what AWS is sent: S·B = R + k·A. Of the
 * library there is only its arithmetic.
 */
const ed25519phTwice: Verify = (spki, message, signature) => {
  const { Point } = ed25519
  const [key, r, s] = [spki.subarray(-32), signature.subarray(0, 32), signature.subarray(32)]
  const prehash = digestOf.sha512(spki, digestOf.sha512(spki, message))
  const domain = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Uint8Array.of(1, 0)])
  const k = createHash('sha512').update(domain).update(r).update(key).update(prehash).digest()
  const number = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
  const right = Point.fromBytes(r).add(Point.fromBytes(key).multiply(number(k) % Point.Fn.ORDER))
  return Point.BASE.multiply(number(s)).equals(right)
}

/** How each pair of spec and algorithm is verified. */
export const STRANGERS: readonly (readonly [spec: string, algorithm: string, verify: Verify])[] = [
  ...['RSA_2048', 'RSA_3072', 'RSA_4096'].flatMap(
    (spec) =>
      [
        [spec, 'RSASSA_PKCS1_V1_5_SHA_256', native('sha256')],
        [spec, 'RSASSA_PKCS1_V1_5_SHA_384', native('sha384')],
        [spec, 'RSASSA_PKCS1_V1_5_SHA_512', native('sha512')],
        [spec, 'RSASSA_PSS_SHA_256', pss('sha256', 32)],
        [spec, 'RSASSA_PSS_SHA_384', pss('sha384', 48)],
        [spec, 'RSASSA_PSS_SHA_512', pss('sha512', 64)],
      ] as const,
  ),
  ['ECC_NIST_P256', 'ECDSA_SHA_256', native('sha256')],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', native('sha384')],
  ['ECC_NIST_P521', 'ECDSA_SHA_512', native('sha512')],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', native('sha256')],
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', native(null)],
  ['ECC_NIST_EDWARDS25519', 'ED25519_PH_SHA_512', ed25519phTwice],
  ['ML_DSA_44', 'ML_DSA_SHAKE_256', mlDsa('ML_DSA_44')],
  ['ML_DSA_65', 'ML_DSA_SHAKE_256', mlDsa('ML_DSA_65')],
  ['ML_DSA_87', 'ML_DSA_SHAKE_256', mlDsa('ML_DSA_87')],
  ['SM2', 'SM2DSA', sm2],
]

/** The forms in which an algorithm takes a message. */
export function formsOf(
  spec: string,
  algorithm: string,
): readonly ['RAW' | 'DIGEST' | 'EXTERNAL_MU', Form][] {
  const raw: Form = (_spki, message) => message
  const { publicKeyBytes = 0 } = ML_DSA[spec as keyof typeof ML_DSA] ?? {}
  if (publicKeyBytes > 0)
    return [
      ['RAW', raw],
      ['EXTERNAL_MU', (spki, message) => muOf(spki, message, publicKeyBytes)],
    ]
  const hash = algorithm === 'SM2DSA' ? 'sm2' : (`sha${algorithm.slice(-3)}` as 'sha256')
  if (algorithm === 'ED25519_SHA_512') return [['RAW', raw]]
  if (algorithm === 'ED25519_PH_SHA_512') return [['DIGEST', digestOf[hash]]]
  return [
    ['RAW', raw],
    ['DIGEST', digestOf[hash]],
  ]
}

type Form = (spki: Buffer, message: Buffer) => Buffer
