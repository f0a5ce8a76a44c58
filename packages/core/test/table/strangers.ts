import type { KeyObject } from 'node:crypto'
import type { AlgorithmName, AlgorithmParameters } from '../../src/index.js'
import { type KeyPair, keyPair, pssKeyPair, rsaKeyPairOf, spkiOf } from '../support/keys.js'
import { names, strangerDigest, strangerSign } from '../support/oracle.js'

/** What is signed, and the same with its last character changed. */
export const MESSAGE = Buffer.from('The table is right when strangers agree with it.')
export const OTHER = Buffer.from('The table is right when strangers agree with it!')

/** Somebody who is not Signport, and has a key. */
export interface Stranger {
  readonly name: AlgorithmName
  readonly pair: KeyPair
  /** SPKI, DER. */
  readonly publicKey: Uint8Array
  /** What stands for the message; absent where nothing can. */
  readonly digest?: Uint8Array
  /** The signature over the message, DER for ECDSA and SM2: always the same one, since it takes its time to make. */
  sign(parameters?: AlgorithmParameters): Uint8Array
}

function strangerWith(name: AlgorithmName, pair: KeyPair): Stranger {
  const { privateKey, publicKey } = pair
  const made = new Map<string, Uint8Array>()
  return {
    name,
    pair,
    publicKey: spkiOf(publicKey),
    ...(name !== 'Ed25519' && { digest: strangerDigest(name, publicKey, MESSAGE) }),
    sign(parameters = {}) {
      const question = JSON.stringify(parameters)
      const signature = made.get(question) ?? strangerSign(name, privateKey, MESSAGE, 'der', parameters)
      made.set(question, signature)
      return signature
    },
  }
}

/** The encoding of PSS begins with bits that are zero, with a byte that is, or with one bit alone. */
const RSA_SIZES = [2048, 2049, 2050]

/** RSA keys by their number of bits. */
export const RSA_KEYS = new Map<number, KeyObject>(
  RSA_SIZES.map((bits) => [bits, rsaKeyPairOf(bits).privateKey]),
)

/** One for each algorithm, and for RSA one for each size. */
export const STRANGERS: readonly Stranger[] = names.flatMap((name) =>
  /^[RP]S/.test(name)
    ? RSA_SIZES.map((bits) => strangerWith(name, rsaKeyPairOf(bits)))
    : [strangerWith(name, keyPair(name))],
)

export const strangerOf = (name: AlgorithmName) =>
  STRANGERS.find((stranger) => stranger.name === name) as Stranger

/** Keys that permit one hash alone, so that they decide which PSS is meant. */
export const PSS_KEYS = new Map<AlgorithmName, Uint8Array>(
  ([256, 384, 512] as const).map((bits) => [
    `PS${bits}`,
    spkiOf(pssKeyPair(`sha${bits}`, bits / 8).publicKey),
  ]),
)
