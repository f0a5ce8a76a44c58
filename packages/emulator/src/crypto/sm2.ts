import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import { DerError, element, Tag, take, takeLast } from './der.js'
import { type KeyFamily, KeyMaterialError, type KeyPair } from './key-pair.js'
import { readNodeKey } from './node-key.js'
import { rawPublicKey, readPkcs8, readScalar } from './pkcs8.js'

const { doSignature, doVerifySignature } = smCrypto

/** The object identifier of the curve (GM/T 0006), its content in hexadecimal. */
const CURVE = '2a811ccf5501822d'

/** The order of the curve's group (GB/T 32918.5). */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n

/** The id that a message is bound to (GM/T 0009 section 10). */
const USER_ID = '1234567812345678'

/** SM2 keys (GB/T 32918.2). What is signed as a digest is SM3(Z ‖ M). */
export const sm2: KeyFamily = {
  async generate(spec) {
    // OpenSSL calls the curve as AWS calls the key.
    const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: spec })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  },

  async open(_spec, pem) {
    const { spki } = readNodeKey(pem)
    if (readPkcs8(pem).curve !== CURVE) throw new KeyMaterialError('should be a key on the curve of SM2')
    const scalar = readScalar(pem)
    const number = BigInt(`0x${scalar.toString('hex')}`)
    // With n - 1 there is no signature, and looking for one never ends.
    if (number < 1n || number > ORDER - 2n) throw new KeyMaterialError('is out of range')
    return pairOf(scalar.toString('hex'), pem, spki)
  },
}

function pairOf(scalar: string, pem: string, spki: Buffer): KeyPair {
  const publicKey = rawPublicKey(spki).toString('hex')
  const optionsFor = (type: string) => ({
    der: true,
    publicKey,
    ...(type === 'RAW' ? { hash: true, userId: USER_ID } : { hash: false }),
  })
  return {
    spki,
    pem,
    async sign(_algorithm, { type, bytes }) {
      return Buffer.from(doSignature(bytes, scalar, optionsFor(type)), 'hex')
    },
    async verify(_algorithm, { type, bytes }, signature) {
      if (!isStrict(signature)) return false
      try {
        return doVerifySignature(bytes, signature.toString('hex'), publicKey, optionsFor(type))
      } catch {
        return false
      }
    },
  }
}

/** Whether it is DER of two numbers from 1 to n - 1, and of nothing else: the library reads more than that. */
function isStrict(signature: Buffer): boolean {
  try {
    const r = take(takeLast(signature, Tag.sequence), Tag.integer)
    const s = takeLast(r.rest, Tag.integer)
    return isStrictInteger(r.content) && isStrictInteger(s)
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}

function isStrictInteger(content: Buffer): boolean {
  const value = BigInt(`0x${content.toString('hex') || '0'}`)
  if (value < 1n || value >= ORDER) return false
  const hex = value.toString(16)
  const shortest = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  const unsigned = (shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Uint8Array.of(0), shortest]) : shortest
  return element(Tag.integer, content).equals(element(Tag.integer, unsigned))
}
