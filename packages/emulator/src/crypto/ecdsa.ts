import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { type KeyFamily, KeyMaterialError, type KeyPair } from './key-pair.js'
import { type NodeKey, readNodeKey, signAside, verifyAside } from './node-key.js'
import { rawPublicKey, readScalar } from './pkcs8.js'

interface Curve {
  /** As OpenSSL calls it. */
  readonly name: string
  readonly ecdsa: ECDSA
}

const CURVES: Record<string, Curve> = {
  ECC_NIST_P256: { name: 'prime256v1', ecdsa: p256 },
  ECC_NIST_P384: { name: 'secp384r1', ecdsa: p384 },
  ECC_NIST_P521: { name: 'secp521r1', ecdsa: p521 },
  ECC_SECG_P256K1: { name: 'secp256k1', ecdsa: secp256k1 },
}

function curveOf(spec: string): Curve {
  const curve = CURVES[spec]
  if (!curve) throw new TypeError(`${spec} is not a curve of ECDSA.`)
  return curve
}

/** ECDSA keys. Messages are signed by OpenSSL, digests, which node:crypto does not take, by @noble/curves. */
export const ecdsa: KeyFamily = {
  async generate(spec) {
    const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: curveOf(spec).name })
    return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  },

  async open(spec, pem) {
    const curve = curveOf(spec)
    const key = readNodeKey(pem)
    // Of the public half: Node 20 ends the process when it looks for the curve of a private number that is too long.
    const { asymmetricKeyType, asymmetricKeyDetails } = key.publicKey
    if (asymmetricKeyType !== 'ec' || asymmetricKeyDetails?.namedCurve !== curve.name)
      throw new KeyMaterialError(`should be a key on the curve ${curve.name}`)
    return pairOf(key, pem, curve.ecdsa)
  },
}

/** As OpenSSL does it, either of the two values that s may have is fine. */
const OPTIONS = { prehash: false, lowS: false, format: 'der' } as const

function pairOf({ privateKey, publicKey, spki }: NodeKey, pem: string, curve: ECDSA): KeyPair {
  const point = rawPublicKey(spki)
  return {
    spki,
    pem,
    async sign({ hash, variant }, { type, bytes }) {
      const signature =
        type === 'RAW'
          ? await signAside(hash, bytes, privateKey)
          : // extraEntropy: two signatures of one digest differ, as those of a service do.
            curve.sign(bytes, readScalar(pem), { ...OPTIONS, extraEntropy: true })
      return variant === 'highS' ? withHighS(curve, signature) : signature
    },
    async verify({ hash }, { type, bytes }, signature) {
      if (type === 'RAW') return verifyAside(hash, bytes, publicKey, signature)
      return verifyDigest(curve, bytes, signature, point)
    },
  }
}

/** Of the two values of s that are valid, n - s being the other, the one above n / 2. */
function withHighS({ Signature, Point }: ECDSA, der: Uint8Array): Uint8Array {
  const signature = Signature.fromBytes(der, 'der')
  if (signature.hasHighS()) return der
  return new Signature(signature.r, Point.Fn.neg(signature.s)).toBytes('der')
}

function verifyDigest(curve: ECDSA, digest: Buffer, signature: Buffer, point: Buffer): boolean {
  try {
    return curve.verify(signature, digest, point, OPTIONS)
  } catch {
    // What is not DER is no signature either.
    return false
  }
}
