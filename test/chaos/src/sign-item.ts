import {
  type Clock,
  createSigner,
  PublicKey,
  type Signature,
  type Signer,
  type SignerOptions,
} from '@signport/core'
import { type ChaosKey, found } from './chaos-key.js'
import type { Connections } from './connection.js'
import type { ChaosItem } from './item.js'
import { ATTEMPTS, CALL_MS, LIMITS } from './limits.js'
import { digestOf, messageOf, streamOf } from './message.js'
import { createRandom } from './random.js'

/** What items have in common. */
export interface Setting {
  readonly seed: number
  readonly keys: readonly ChaosKey[]
  readonly connections: Connections
  readonly clock: Clock
  /** What a test makes different, to see that the run notices. */
  readonly signerOptions?: Partial<SignerOptions> | undefined
}

/** Where nobody listens, more attempts than usual find nobody either. */
const ATTEMPTS_REFUSED = 3

/** The longest pauses that there can be let a call come to its deadline, and none at all let nothing but stalls last. */
const JITTER: Readonly<Record<'deadline' | 'abort', number>> = { deadline: 0.999, abort: 0 }

/** Signs the message of an item, as a service would that has a signer for it and closes it in the end. */
export async function signItem(item: ChaosItem, setting: Setting): Promise<Signature> {
  const signer = signerOf(item, setting)
  const controller = new AbortController()
  const stop =
    item.haste === 'abort' ? setting.clock.after(LIMITS.abort, () => controller.abort()) : undefined
  try {
    if (item.order === 'key first') await signer.publicKey()
    return await signMessage(signer, item, messageOf(setting.seed, item), controller.signal)
  } finally {
    stop?.()
    await signer.close()
  }
}

function signMessage(
  signer: Signer,
  item: ChaosItem,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<Signature> {
  if (item.input === 'digest') return signer.signDigest(digestOf(item.algorithm, message), { signal })
  return signer.sign(item.input === 'stream' ? streamOf(message) : message, { signal })
}

function signerOf(item: ChaosItem, { seed, keys, connections, clock, signerOptions }: Setting): Signer {
  const { keyId, algorithm, messageType, refused, haste, index } = item
  return createSigner({
    provider: connections.for(item),
    keyId,
    algorithm,
    messageType,
    timeoutMs: haste === 'deadline' ? LIMITS.deadline : CALL_MS,
    clock,
    random: haste === 'none' ? createRandom(`jitter ${index} of ${seed}`).next : () => JITTER[haste],
    maxAttempts: refused ? ATTEMPTS_REFUSED : ATTEMPTS,
    // A key's name that is moved is one of the faults, and the process need not be warned of it.
    onKeyChange: () => {},
    ...pinOf(item, found(keys, item.key).publicKey),
    ...signerOptions,
  })
}

function pinOf({ pin }: ChaosItem, publicKey: string): Pick<SignerOptions, 'publicKey' | 'thumbprint'> {
  if (pin === 'key') return { publicKey }
  return pin === 'thumbprint' ? { thumbprint: PublicKey.from(publicKey).thumbprint } : {}
}
