import {
  constants,
  generateKeyPair,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningAlgorithm } from '../keys/signing-algorithm.js'
import { type KeyFamily, KeyMaterialError, type KeyPair, type Message } from './key-pair.js'
import { type NodeKey, readNodeKey, signAside, verifyAside } from './node-key.js'
import { encodePkcs1, encodePss, isPss, maximumSalt } from './rsa-encoding.js'

const MODULUS_BITS: Record<string, number> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 }

const bitsOf = (spec: string): number => MODULUS_BITS[spec] ?? 0

/** RSA keys: RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 8017), the salt as long as the digest. */
export const rsa: KeyFamily = {
  async generate(spec) {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bitsOf(spec) })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  },

  async open(spec, pem) {
    const key = readNodeKey(pem)
    const { asymmetricKeyType, asymmetricKeyDetails } = key.privateKey
    if (asymmetricKeyType !== 'rsa' || asymmetricKeyDetails?.modulusLength !== bitsOf(spec))
      throw new KeyMaterialError(`should be an RSA key of ${bitsOf(spec)} bits`)
    return pairOf(key, pem, bitsOf(spec))
  },
}

function pairOf({ privateKey, publicKey, spki }: NodeKey, pem: string, bits: number): KeyPair {
  return {
    spki,
    pem,
    async sign(algorithm, { type, bytes }) {
      if (type === 'RAW') return signAside(algorithm.hash, bytes, { key: privateKey, ...padding(algorithm) })
      // node:crypto signs no digest that was made before, so the encoding is made here and signed as it is.
      const encoded = encodeDigest(algorithm, bytes, bits)
      return privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded)
    },
    async verify(algorithm, message, signature) {
      // OpenSSL takes a shorter one for the same number, with zeros before it.
      if (signature.length !== bits / 8) return false
      if (message.type === 'DIGEST') return verifyDigest(algorithm, message, signature, publicKey, bits)
      const options = { key: publicKey, ...padding(algorithm) }
      return verifyAside(algorithm.hash, message.bytes, options, signature)
    },
  }
}

function padding({ scheme, variant }: SigningAlgorithm) {
  if (scheme !== 'pss') return { padding: constants.RSA_PKCS1_PADDING }
  const { RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN } = constants
  const saltLength = variant === 'maximumSalt' ? RSA_PSS_SALTLEN_MAX_SIGN : RSA_PSS_SALTLEN_DIGEST
  return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}

function encodeDigest({ scheme, hash, variant }: SigningAlgorithm, digest: Buffer, bits: number): Buffer {
  if (scheme !== 'pss') return encodePkcs1(hash, digest, bits)
  if (variant !== 'maximumSalt') return encodePss(hash, digest, bits)
  return encodePss(hash, digest, bits, randomBytes(maximumSalt(digest, bits)))
}

function verifyDigest(
  { scheme, hash }: SigningAlgorithm,
  { bytes }: Message,
  signature: Buffer,
  key: KeyObject,
  bits: number,
): boolean {
  const encoded = open(signature, key)
  if (!encoded) return false
  return scheme === 'pss'
    ? isPss(encoded, hash, bytes, bits)
    : timingSafeEqual(encoded, encodePkcs1(hash, bytes, bits))
}

/** The public-key operation alone; undefined for a number that is not below the modulus. */
function open(signature: Buffer, key: KeyObject): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    return undefined
  }
}
