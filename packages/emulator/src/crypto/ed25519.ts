import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { type KeyFamily, KeyMaterialError, type KeyPair } from './key-pair.js'
import { type NodeKey, readNodeKey, signAside, verifyAside } from './node-key.js'
import { rawPublicKey, readEd25519Seed } from './pkcs8.js'

/** Keys on Curve25519 (RFC 8032). */
export const ed25519: KeyFamily = {
  async generate() {
    const { privateKey } = await promisify(generateKeyPair)('ed25519')
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  },

  async open(_spec, pem) {
    const key = readNodeKey(pem)
    if (key.privateKey.asymmetricKeyType !== 'ed25519') throw new KeyMaterialError('should be an Ed25519 key')
    return pairOf(key, pem)
  },
}

function pairOf({ privateKey, publicKey, spki }: NodeKey, pem: string): KeyPair {
  const point = rawPublicKey(spki)
  return {
    spki,
    pem,
    async sign({ scheme }, { bytes }) {
      // AWS takes the digest for the message of Ed25519ph, which hashes it once more.
      if (scheme === 'ed25519ph') return ed25519ph.sign(bytes, readEd25519Seed(pem))
      return signAside(null, bytes, privateKey)
    },
    async verify({ scheme }, { bytes }, signature) {
      if (scheme === 'ed25519ph') return verifyPrehashed(bytes, signature, point)
      return verifyAside(null, bytes, publicKey, signature)
    },
  }
}

function verifyPrehashed(digest: Buffer, signature: Buffer, point: Buffer): boolean {
  try {
    return ed25519ph.verify(signature, digest, point)
  } catch {
    return false
  }
}
