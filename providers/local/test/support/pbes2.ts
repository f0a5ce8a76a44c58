import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { derOf, pemOf } from './keys.js'

/** An element of DER. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), content])
}

export const sequence = (...contents: readonly Uint8Array[]) => element(0x30, ...contents)
export const oid = (hexadecimal: string) => element(0x06, Buffer.from(hexadecimal, 'hex'))

/** An INTEGER that is positive and has up to six bytes. */
export function integer(number: number): Buffer {
  const digits = number.toString(16)
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return element(0x02, Buffer.alloc((bytes[0] ?? 0) > 0x7f ? 1 : 0), bytes)
}

const PBES2 = oid('2a864886f70d01050d')
const PBKDF2 = oid('2a864886f70d01050c')
const HMAC_SHA256 = oid('2a864886f70d0209')
const AES_256_CBC = oid('60864801650304012a')
const ITERATIONS = 2048

/** A PKCS#8 key, encrypted as openssl does it (RFC 8018 section 6.2), whatever kind of key is in it. */
export function encryptedPem(pkcs8: string, passphrase: string): string {
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(passphrase, salt, ITERATIONS, 32, 'sha256'), iv)
  const encrypted = Buffer.concat([cipher.update(derOf(pkcs8)), cipher.final()])
  const derivation = pbkdf2(salt, integer(ITERATIONS))
  return encryptedInfo(pbes2(derivation, iv), encrypted)
}

/** PBKDF2 (RFC 8018 appendix A.2) with SHA-256. */
export const pbkdf2 = (salt: Uint8Array, iterations: Uint8Array): Buffer =>
  sequence(PBKDF2, sequence(element(0x04, salt), iterations, sequence(HMAC_SHA256, element(0x05))))

/** PBES2 (RFC 8018 appendix A.4) with AES-256. */
export const pbes2 = (derivation: Uint8Array, iv: Uint8Array): Buffer =>
  sequence(PBES2, sequence(derivation, sequence(AES_256_CBC, element(0x04, iv))))

/** EncryptedPrivateKeyInfo (RFC 5958 section 3) as PEM. */
export const encryptedInfo = (algorithm: Uint8Array, encrypted: Uint8Array): string =>
  pemOf('ENCRYPTED PRIVATE KEY', sequence(algorithm, element(0x04, encrypted)))
