import { oracleVerifies } from '@signport/contract'
import type { Signature, SigningProvider } from '@signport/core'
import { type ChaosKey, found } from './chaos-key.js'
import type { ChaosItem } from './item.js'
import { lastPart } from './key-name.js'
import { messageOf } from './message.js'

/** Looks at every signature that was released. */
export interface ReleaseCheck {
  /** @returns what is wrong with it; those by a key that a name was moved to are looked at in the end */
  assert(item: ChaosItem, signature: Signature): Promise<readonly string[]>
  /**
   * Looks at the signatures by other keys than the first ones: right are those by the key that the item's name leads to now.
   *
   * @param server answers without faults by now
   */
  finish(server: SigningProvider): Promise<readonly string[]>
  /** How many were looked at. */
  readonly count: () => number
}

interface Moved {
  readonly item: ChaosItem
  readonly signature: Signature
}

/** By the keys as whoever made them has them, and by others' code. */
export function createReleaseCheck(seed: number, keys: readonly ChaosKey[]): ReleaseCheck {
  const moved: Moved[] = []
  let count = 0
  const verdict = async (item: ChaosItem, { bytes }: Signature, publicKey: string | Uint8Array) => {
    count++
    const valid = await oracleVerifies(item.algorithm, publicKey, messageOf(seed, item), bytes)
    return valid ? [] : [`item ${item.index} was given a signature that is not valid`]
  }
  return {
    async assert(item, signature) {
      const { id, publicKey } = found(keys, item.key)
      // Whoever pins a key wants no signature by another one, wherever its name leads to by now.
      if (item.pin !== 'none') return verdict(item, signature, publicKey)
      // A service that names no key, or its alias, says nothing of another one.
      if (isNamed(signature.keyId, id) || signature.keyId === item.keyId)
        return verdict(item, signature, publicKey)
      moved.push({ item, signature })
      return []
    },
    async finish(server) {
      const defects: string[] = []
      for (const { item, signature } of moved) {
        const { keyId = '', publicKey } = await server.getPublicKey({ keyId: item.keyId }, {})
        if (isNamed(keyId, lastPart(signature.keyId)))
          defects.push(...(await verdict(item, signature, publicKey as Uint8Array)))
        else defects.push(`item ${item.index} was signed by a key that its name does not lead to`)
      }
      return defects
    },
    count: () => count,
  }
}

const isNamed = (keyId: string, id: string) => lastPart(keyId) === id
