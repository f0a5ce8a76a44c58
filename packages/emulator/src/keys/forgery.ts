import { createHash } from 'node:crypto'
import type { Message } from '../crypto/key-pair.js'
import type { Signing } from './signing.js'
import type { SigningAlgorithm } from './signing-algorithm.js'
import type { StrangerKeys } from './stranger-keys.js'

/** A signature that is not the one that was asked for. */
export type Forgery = 'otherKey' | 'otherMessage' | 'otherSalt' | 'bitFlip' | 'highS' | 'doubleHash'

type Forge = (signing: Signing, strangers: StrangerKeys) => Promise<Uint8Array>

const FORGERIES: Record<Forgery, Forge> = {
  otherKey: async ({ spec, algorithm, message }, strangers) =>
    (await strangers.signer(spec)).sign(algorithm, message),
  otherMessage: async ({ pair, algorithm, message }) =>
    pair.sign(algorithm, otherMessage(algorithm, message)),
  otherSalt: async ({ pair, algorithm, message }) =>
    pair.sign({ ...algorithm, variant: 'maximumSalt' }, message),
  bitFlip: async ({ pair, algorithm, message }) => flipped(await pair.sign(algorithm, message)),
  highS: async ({ pair, algorithm, message }) => pair.sign({ ...algorithm, variant: 'highS' }, message),
  doubleHash: async ({ pair, algorithm, message: { bytes } }) => pair.sign(algorithm, { type: 'RAW', bytes }),
}

/** Makes such a signature. What it can be made for is in the table of faults. */
export function forge(how: Forgery, signing: Signing, strangers: StrangerKeys): Promise<Uint8Array> {
  return FORGERIES[how](signing, strangers)
}

/** What was sent with a full stop behind it, in the form of a message wherever the algorithm takes one. */
function otherMessage({ hash, forms }: SigningAlgorithm, { bytes }: Message): Message {
  const other = Buffer.concat([bytes, Buffer.from('.')])
  if (forms.has('RAW')) return { type: 'RAW', bytes: other }
  return { type: 'DIGEST', bytes: createHash(hash).update(other).digest() }
}

/** The lowest bit of the last byte, which leaves DER and every length as they are. */
function flipped(signature: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(signature)
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}
