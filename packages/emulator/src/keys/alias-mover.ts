import { newVersion } from './key-material.js'
import { isMultiRegion, type KeyRecord, newKeyId, stateOf } from './key-record.js'
import type { KeyStore } from './key-store.js'

/** Moves aliases to other keys, as UpdateAlias does, until the emulator is closed. */
export interface AliasMover {
  /** Puts another key of the same kind behind an alias, and the next time the first one again. */
  move(name: string): Promise<void>
}

/** @param clock says when, which is what the alias and a new key tell */
export function createAliasMover(store: KeyStore, clock: () => Date): AliasMover {
  const others = new Map<string, KeyRecord>()
  let queue: Promise<unknown> = Promise.resolve()

  async function otherThan(key: KeyRecord): Promise<KeyRecord> {
    const known = store.current().keys.get(others.get(key.id)?.id ?? '')
    if (known && stateOf(known) === 'Enabled') return known
    const made = await similarKey(key, clock())
    others.set(key.id, made).set(made.id, key)
    return made
  }

  async function move(name: string): Promise<void> {
    const { aliases, keys } = store.current()
    const key = keys.get(aliases.get(name)?.keyId ?? '')
    if (!key) return
    const other = await otherThan(key)
    await store.change((draft) => {
      const alias = draft.aliases.get(name)
      if (!alias) return
      if (!draft.keys.has(other.id)) draft.keys.set(other.id, other)
      draft.aliases.set(name, { ...alias, keyId: other.id, updated: clock() })
    })
  }

  return {
    move(name) {
      const moved = queue.then(() => move(name))
      queue = moved.catch(() => undefined)
      return moved
    },
  }
}

async function similarKey({ id, spec, usage, standsFor = id }: KeyRecord, created: Date): Promise<KeyRecord> {
  return {
    id: newKeyId(isMultiRegion(id)),
    spec,
    usage,
    description: 'Behind an alias that a fault has moved.',
    tags: {},
    created,
    enabled: true,
    standsFor,
    versions: [await newVersion(spec, created)],
  }
}
