import { algorithmNames, parseAlgorithm } from '@signport/core'
import { ExternalSigningKey } from 'oidc-provider'

/** RFC 7518 and RFC 9864; ML-DSA from Node 24.7 on, which is the first one that can be asked what it `supports`. */
const NAMES = 'supports' in SubtleCrypto ? /^[EPR]S\d+$|^Ed25519$|^ML-DSA-/ : /^[EPR]S\d+$|^Ed25519$/

/** oidc-provider itself would name no algorithm, and complain of a next key on the day that it is to sign. */
function nameOf(algorithm) {
  const [name = ''] = algorithmNames(parseAlgorithm(algorithm)).jose
  if (NAMES.test(name)) return name
  throw new TypeError(`oidc-provider has no name for ${algorithm} on Node ${process.version}.`)
}

/** One key of a rotation as oidc-provider takes it: the public half, and a function that signs. */
class RotationKey extends ExternalSigningKey {
  #publicKey
  #sign

  constructor({ kid, algorithm }, publicKey, sign) {
    super()
    this.kid = kid ?? publicKey.thumbprint
    this.alg = nameOf(algorithm)
    this.#publicKey = publicKey
    this.#sign = sign
  }

  keyObject() {
    return this.#publicKey.toKeyObject()
  }

  async sign(data) {
    if (!this.#sign) throw new Error(`${this.kid} is published, and does not sign.`)
    return this.#sign(data)
  }
}

/**
 * Keys of a rotation. The first one signs, and the others never do: a client that asks for the algorithm of a retired key
 * would have it sign again.
 *
 * @param {import('@signport/core').RotatingSigner} tokens
 * @param {readonly import('@signport/core').PublishedKey[]} published
 * @throws TypeError for a key of an algorithm that oidc-provider does not have
 */
export async function signingKeys(tokens, published) {
  const keys = published.map(async ({ signer }, index) => {
    const publicKey = await signer.publicKey()
    return new RotationKey(signer, publicKey, index === 0 ? signingBy(tokens, signer, publicKey) : undefined)
  })
  return Promise.all(keys)
}

const signingBy = (tokens, signer, { thumbprint }) =>
  async function sign(data) {
    // Throws while verifiers may not have the key. In the moment of a switch it gives the next one, and this one may end
    // what it has begun: it stays published for that.
    tokens.current()
    // r and s side by side, as JOSE has them.
    const { bytes } = await signer.sign(data, { encoding: 'ieee-p1363' })
    // The token names the key already: that must not be a lie because the service gave the key's name to another one.
    if ((await signer.publicKey()).thumbprint === thumbprint) return bytes
    throw new Error(`${signer.keyId} stands for another key than the one that is published.`)
  }
