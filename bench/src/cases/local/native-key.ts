import {
  constants,
  createSign,
  createVerify,
  type KeyObject,
  type SignKeyObjectInput,
  sign,
  verify,
} from 'node:crypto'

/** A key as users of node:crypto sign and verify with it. ECDSA is DER, which is node:crypto's own layout, and Signport's. */
export interface NativeKey {
  sign(message: Uint8Array): Promise<Uint8Array>
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean>
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

type Padding = Pick<SignKeyObjectInput, 'padding' | 'saltLength'>

/** PSS with a salt as long as the digest. */
export const pssPadding: Padding = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

/** By the functions that take a callback, so that the work is done off the main thread. */
export function nativeKey(pair: KeyPair, hash: string | null, padding: Padding = {}): NativeKey {
  const privateKey = { key: pair.privateKey, ...padding }
  const publicKey = { key: pair.publicKey, ...padding }
  return {
    sign: (message) =>
      new Promise((resolve, reject) => {
        sign(hash, message, privateKey, (error, signature) => (error ? reject(error) : resolve(signature)))
      }),
    verify: (message, signature) =>
      new Promise((resolve, reject) => {
        verify(hash, message, publicKey, signature, (error, valid) =>
          error ? reject(error) : resolve(valid),
        )
      }),
  }
}

/**
 * SM2, of which the functions with a callback leave out what comes before the message. On the main thread.
 *
 * @param prefix Z, which does not change as long as the key and the signer's id do not
 */
export function nativeSm2Key(pair: KeyPair, prefix: Uint8Array): NativeKey {
  return {
    sign: async (message) => createSign('sm3').update(prefix).update(message).sign(pair.privateKey),
    verify: async (message, signature) =>
      createVerify('sm3').update(prefix).update(message).verify(pair.publicKey, signature),
  }
}
