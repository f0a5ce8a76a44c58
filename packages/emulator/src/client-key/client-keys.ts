import { createPublicKey, type KeyObject } from 'node:crypto'
import { inTurn } from '../in-turn.js'
import type { ClientKey } from './client-key.js'

/** A ClientKey as requests are checked by it. */
interface KnownClientKey {
  readonly publicKey: KeyObject
  readonly notAfter: Date
}

/** The ClientKeys of an emulator: there is one, as soon as somebody wants to know it. */
export interface ClientKeys {
  get(): Promise<ClientKey>
  find(keyId: string): KnownClientKey | undefined
}

/** It takes a while to be loaded, and few need it. */
const load = inTurn(() => import('./client-key.js'))

/** @param given the one that there is, where it was kept from an earlier start */
export function createClientKeys(clock: () => Date, given: ClientKey | undefined): ClientKeys {
  const known = new Map<string, KnownClientKey>()
  let made = given && Promise.resolve(given)

  function remember(key: ClientKey): ClientKey {
    known.set(key.keyId, { publicKey: createPublicKey(key.privateKeyPem), notAfter: key.notAfter })
    return key
  }

  if (given) remember(given)
  return {
    get() {
      made ??= load().then(({ generateClientKey }) => generateClientKey(clock()).then(remember))
      return made
    },
    find: (keyId) => known.get(keyId),
  }
}
