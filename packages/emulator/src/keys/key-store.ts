import type { AliasRecord, KeyRecord } from './key-record.js'

/** All keys, by id, and all aliases, by name. */
export interface KeyState {
  readonly keys: ReadonlyMap<string, KeyRecord>
  readonly aliases: ReadonlyMap<string, AliasRecord>
}

/** A copy to be changed. */
interface KeyDraft {
  readonly keys: Map<string, KeyRecord>
  readonly aliases: Map<string, AliasRecord>
}

/** The keys of an emulator. */
export interface KeyStore {
  /** What there is now. Keys whose day of deletion has come are gone, with their aliases. */
  current(): KeyState
  /** Changes all or, when `edit` or saving fails, nothing. Changes are made one after the other. */
  change(edit: (draft: KeyDraft) => void): Promise<void>
  /** Waits for changes under way, and takes keys that have gone away meanwhile out of what is saved. */
  close(): Promise<void>
}

/** What a store needs. */
export interface KeyStoreOptions {
  readonly initial: KeyState
  readonly clock: () => Date
  /** Keeps a state, before anybody sees it. */
  readonly save?: (state: KeyState) => Promise<void>
}

/** Makes a store of keys in memory. */
export function createKeyStore({ initial, clock, save }: KeyStoreOptions): KeyStore {
  let state = initial
  let saved = initial
  let queue: Promise<unknown> = Promise.resolve()

  function current(): KeyState {
    state = withoutDeleted(state, clock())
    return state
  }

  async function keep(next: KeyState): Promise<void> {
    await save?.(next)
    state = next
    saved = next
  }

  function enqueue(step: () => Promise<void>): Promise<void> {
    const done = queue.then(step)
    queue = done.catch(() => undefined)
    return done
  }

  return {
    current,
    change: (edit) =>
      enqueue(async () => {
        const draft = copyOf(current())
        edit(draft)
        await keep(draft)
      }),
    close: () =>
      enqueue(async () => {
        if (current() !== saved) await keep(state)
      }),
  }
}

function copyOf({ keys, aliases }: KeyState): KeyDraft {
  return { keys: new Map(keys), aliases: new Map(aliases) }
}

function withoutDeleted(state: KeyState, now: Date): KeyState {
  const gone = [...state.keys.values()].filter(({ deletion }) => deletion && deletion.at <= now)
  if (gone.length === 0) return state
  const draft = copyOf(state)
  for (const { id } of gone) draft.keys.delete(id)
  for (const { name, keyId } of state.aliases.values()) if (!draft.keys.has(keyId)) draft.aliases.delete(name)
  return draft
}
