import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { pemOf } from './pem.js'

/** The last byte of the object identifier (RFC 9881 section 2) and the scheme, by the emulator's name. */
const SETS: Readonly<Record<string, readonly [last: number, typeof ml_dsa44]>> = {
  ML_DSA_44: [0x11, ml_dsa44],
  ML_DSA_65: [0x12, ml_dsa65],
  ML_DSA_87: [0x13, ml_dsa87],
}

/** The SubjectPublicKeyInfo (RFC 9881 section 4) of the key that FIPS 204 makes of a seed, as PEM. */
export function mlDsaPublicKey(spec: string, seed: Uint8Array): string {
  const [last, scheme] = setOf(spec)
  const { publicKey } = scheme.keygen(Uint8Array.from(seed))
  const oid = [0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, last]
  const long = (tag: number, length: number) => [tag, 0x82, length >> 8, length & 0xff]
  const bits = [...long(0x03, publicKey.length + 1), 0]
  const frame = [...long(0x30, oid.length + bits.length + publicKey.length), ...oid, ...bits]
  return pemOf(Buffer.concat([Buffer.from(frame), publicKey]))
}

function setOf(spec: string) {
  const set = SETS[spec]
  if (!set) throw new TypeError(`${spec} is not a parameter set of ML-DSA.`)
  return set
}
