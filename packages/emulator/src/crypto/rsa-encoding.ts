import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The DigestInfo of RFC 8017 section 9.2 note 1, up to the digest. */
const DIGEST_INFO: Record<string, string> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

/** EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) of a digest. */
export function encodePkcs1(hash: string, digest: Buffer, bits: number): Buffer {
  const info = Buffer.concat([Buffer.from(DIGEST_INFO[hash] ?? '', 'hex'), digest])
  const filler = Buffer.alloc(bits / 8 - info.length - 3, 0xff)
  return Buffer.concat([Uint8Array.of(0, 1), filler, Uint8Array.of(0), info])
}

const TRAILER = 0xbc

/** The longest salt that EMSA-PSS has room for, beside the digest, a one and the trailer. In bytes. */
export function maximumSalt(digest: Buffer, bits: number): number {
  return bits / 8 - digest.length - 2
}

/** EMSA-PSS (RFC 8017 section 9.1.1) of a digest, the salt usually as long as the digest, for a modulus of whole bytes. */
export function encodePss(
  hash: string,
  digest: Buffer,
  bits: number,
  salt: Buffer = randomBytes(digest.length),
): Buffer {
  const hashed = hashSalted(hash, digest, salt)
  const data = Buffer.alloc(bits / 8 - hashed.length - 1)
  data[data.length - salt.length - 1] = 1
  salt.copy(data, data.length - salt.length)
  const masked = xor(data, mask(hash, hashed, data.length))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, hashed, Uint8Array.of(TRAILER)])
}

/** EMSA-PSS-VERIFY (RFC 8017 section 9.1.2): the salt is read, and everything made from it once more. */
export function isPss(encoded: Buffer, hash: string, digest: Buffer, bits: number): boolean {
  const dataLength = bits / 8 - digest.length - 1
  const hashed = encoded.subarray(dataLength, -1)
  const data = xor(encoded.subarray(0, dataLength), mask(hash, hashed, dataLength))
  const salt = data.subarray(-digest.length)
  return timingSafeEqual(encoded, encodePss(hash, digest, bits, salt))
}

function hashSalted(hash: string, digest: Buffer, salt: Buffer): Buffer {
  return createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest()
}

/** MGF1 (RFC 8017 appendix B.2.1). */
function mask(hash: string, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0, made = 0; made < length; counter += 1) {
    const block = createHash(hash).update(seed).update(uint32(counter)).digest()
    blocks.push(block)
    made += block.length
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}
