import { createCipheriv, pbkdf2Sync, randomBytes } from 'node:crypto'
import { derOf, pemOf } from './keys.js'

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), content])
}

const sequence = (...contents: readonly Uint8Array[]) => element(0x30, ...contents)
const oid = (hexadecimal: string) => element(0x06, Buffer.from(hexadecimal, 'hex'))

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
  const count = element(0x02, Uint8Array.of(ITERATIONS >> 8, ITERATIONS & 0xff))
  const derivation = sequence(
    PBKDF2,
    sequence(element(0x04, salt), count, sequence(HMAC_SHA256, element(0x05))),
  )
  const encryption = sequence(AES_256_CBC, element(0x04, iv))
  const algorithm = sequence(PBES2, sequence(derivation, encryption))
  return pemOf('ENCRYPTED PRIVATE KEY', sequence(algorithm, element(0x04, encrypted)))
}
