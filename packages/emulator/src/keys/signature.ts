import type { KeyPair } from '../crypto/key-pair.js'
import type { Effect } from '../faults/fault-kind.js'
import { forge } from './forgery.js'
import type { KeySpec } from './key-spec.js'
import type { Signing } from './signing.js'
import type { StrangerKeys } from './stranger-keys.js'

/** The fault that a call meets, and whose keys it may be answered with. */
interface Meddling {
  readonly effect: Effect | undefined
  readonly strangers: StrangerKeys
}

/** The signature that a call is answered with: the right one, unless a fault wants another. */
export async function signatureOf(signing: Signing, { effect, strangers }: Meddling): Promise<Buffer> {
  if (effect?.does === 'forge') return Buffer.from(await forge(effect.how, signing, strangers))
  const { pair, algorithm, message } = signing
  return Buffer.from(await pair.sign(algorithm, message))
}

/** The public key that a call is answered with, as SubjectPublicKeyInfo: the right one, unless a fault wants another. */
export async function publishedKey(
  spec: KeySpec,
  { spki }: KeyPair,
  { effect, strangers }: Meddling,
): Promise<Buffer> {
  return effect?.does === 'publishOther' ? (await strangers.publisher(spec)).spki : spki
}
