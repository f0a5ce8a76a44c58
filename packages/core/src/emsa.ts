import { createHash, randomBytes } from 'node:crypto'
import type { PlainDigest, RsaPkcs1Algorithm, RsaPssAlgorithm } from './algorithm.js'
import { equalBytes } from './bytes.js'

/** DigestInfo up to the digest itself, DER (RFC 8017 section 9.2, note 1). */
const DIGEST_INFO: Record<PlainDigest['hash'], string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

const TRAILER = 0xbc

/** What a signature is taken over, as long as the modulus: EMSA-PKCS1-v1_5 of RFC 8017 section 9.2, from the digest on. */
export function encodePkcs1(
  { digest }: RsaPkcs1Algorithm,
  value: Uint8Array,
  modulusBits: number,
): Uint8Array {
  const info = Buffer.concat([Buffer.from(DIGEST_INFO[digest.hash], 'hex'), value])
  const padding = new Uint8Array(Math.ceil(modulusBits / 8) - info.length - 3).fill(0xff)
  return Buffer.concat([Uint8Array.of(0, 1), padding, Uint8Array.of(0), info])
}

/**
 * EMSA-PSS of RFC 8017 section 9.1.1, from the digest on, with a salt of the algorithm's length.
 *
 * @returns as many bytes as the modulus has, so that a raw RSA operation takes them as they are
 */
export function encodePss(
  { digest, saltBytes }: RsaPssAlgorithm,
  value: Uint8Array,
  modulusBits: number,
  salt: Uint8Array = randomBytes(saltBytes),
): Uint8Array {
  const layout = pssLayout(digest, modulusBits)
  const seed = pssSeed(digest, value, salt)
  const block = new Uint8Array(layout.blockBytes)
  block[layout.blockBytes - saltBytes - 1] = 1
  block.set(salt, layout.blockBytes - saltBytes)
  const masked = xor(block, maskOf(digest, seed, layout.blockBytes))
  masked[0] = (masked[0] ?? 0) & layout.topMask
  const result = Buffer.concat([masked, seed, Uint8Array.of(TRAILER)])
  return layout.leadingZero ? Buffer.concat([Uint8Array.of(0), result]) : result
}

/**
 * EMSA-PSS-VERIFY of RFC 8017 section 9.1.2, from the digest on.
 *
 * @param encoded what the public-key operation gave, as long as the modulus
 * @param saltLength whether the salt must have exactly the algorithm's length
 */
export function verifyPss(
  { digest, saltBytes }: RsaPssAlgorithm,
  value: Uint8Array,
  encoded: Uint8Array,
  modulusBits: number,
  saltLength: 'digest' | 'any' = 'digest',
): boolean {
  const layout = pssLayout(digest, modulusBits)
  if (layout.leadingZero && encoded[0] !== 0) return false
  const body = encoded.subarray(layout.leadingZero ? 1 : 0)
  const masked = body.subarray(0, layout.blockBytes)
  const seed = body.subarray(layout.blockBytes, layout.blockBytes + digest.bytes)
  if (body.at(-1) !== TRAILER || ((masked[0] ?? 0) & ~layout.topMask) !== 0) return false
  const block = xor(masked, maskOf(digest, seed, layout.blockBytes))
  block[0] = (block[0] ?? 0) & layout.topMask
  // Zeros, a one, the salt: the one is where the salt's length puts it, or wherever the zeros end.
  const separator = block.findIndex((byte) => byte !== 0)
  if (block[separator] !== 1) return false
  if (saltLength === 'digest' && separator !== layout.blockBytes - saltBytes - 1) return false
  return equalBytes(seed, pssSeed(digest, value, block.subarray(separator + 1)))
}

/** emBits is one less than the modulus: with 8k + 1 bits the encoding is a byte shorter than the modulus. */
function pssLayout(digest: PlainDigest, modulusBits: number) {
  const bits = modulusBits - 1
  const bytes = Math.ceil(bits / 8)
  return {
    blockBytes: bytes - digest.bytes - 1,
    topMask: 0xff >> (8 * bytes - bits),
    leadingZero: bits % 8 === 0,
  }
}

/** H = Hash(eight zeros ‖ digest ‖ salt). */
function pssSeed({ hash }: PlainDigest, value: Uint8Array, salt: Uint8Array): Uint8Array {
  return createHash(hash).update(new Uint8Array(8)).update(value).update(salt).digest()
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function maskOf({ hash, bytes }: PlainDigest, seed: Uint8Array, length: number): Uint8Array {
  const counter = Buffer.alloc(4)
  const blocks = Array.from({ length: Math.ceil(length / bytes) }, (_, index) => {
    counter.writeUInt32BE(index)
    return createHash(hash).update(seed).update(counter).digest()
  })
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, index) => byte ^ (b[index] ?? 0))
}
