import { webcrypto } from 'node:crypto'
import { algorithmNames, parseAlgorithm } from '@signport/core'

/**
 * What @peculiar/x509 wants in order to sign by a signer: a `crypto`, and `keys`, which only stand for the signer's key.
 * All that is no signature is made by WebCrypto.
 *
 * @param {import('@signport/core').Signer} signer
 * @throws TypeError for an algorithm that the library or this Node does not have
 */
export async function cryptoOf(signer) {
  // For ECDSA it names the curve: without that, the library would cut r and s at 32 bytes, whatever the curve is.
  const [algorithm] = algorithmNames(parseAlgorithm(signer.algorithm)).webcrypto
  if (!algorithm) throw new TypeError(`@peculiar/x509 has no name for ${signer.algorithm}.`)
  const spki = (await signer.publicKey()).toSpki()
  await assertKnown(algorithm, spki)
  const keys = {
    privateKey: { type: 'private', usages: ['sign'], algorithm, extractable: false },
    publicKey: { type: 'public', usages: ['verify'], algorithm, extractable: true },
  }

  const subtle = {
    async sign(_algorithm, key, data) {
      if (key !== keys.privateKey)
        throw new TypeError('This signs with the private key of `keys`, and no other.')
      // r and s side by side, as WebCrypto has them: the library makes DER of it.
      return (await signer.sign(new Uint8Array(data), { encoding: 'ieee-p1363' })).bytes
    },
    exportKey: async (format, key) =>
      key === keys.publicKey ? new Uint8Array(spki).buffer : webcrypto.subtle.exportKey(format, key),
    importKey: (...args) => webcrypto.subtle.importKey(...args),
    verify: (...args) => webcrypto.subtle.verify(...args),
    digest: (...args) => webcrypto.subtle.digest(...args),
  }
  return { keys, crypto: { subtle, getRandomValues: (array) => webcrypto.getRandomValues(array) } }
}

/** WebCrypto would say no more than that it cannot decode something. */
async function assertKnown(algorithm, spki) {
  try {
    await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify'])
  } catch (cause) {
    throw new TypeError(`Node ${process.version} has no WebCrypto for ${algorithm.name}.`, { cause })
  }
}
