import type { Settings } from '../options.js'
import { readDocument, writeDocument } from './key-document.js'
import { readKeyFile, readSeedFile, writeKeyFile } from './key-file.js'
import type { AliasRecord } from './key-record.js'
import { createKeyStore, type KeyState, type KeyStore } from './key-store.js'

/** What says which keys there are, and where they are kept. */
type KeySettings = Pick<Settings, 'keysFile' | 'seedFile' | 'seed' | 'clock'>

/** The store of the keys that the options name. @throws TypeError, and the system's errors */
export async function openKeyStore(settings: KeySettings): Promise<KeyStore> {
  const initial = await initialState(settings)
  return createKeyStore({ clock: settings.clock, initial, ...saving(settings) })
}

async function initialState(settings: KeySettings): Promise<KeyState> {
  const { keysFile, seedFile, seed, clock } = settings
  const path = seedFile ?? keysFile
  const document = seedFile ? await readSeedFile(seedFile) : keysFile ? await readKeyFile(keysFile) : seed
  if (document !== undefined)
    return readDocument(document, path === undefined ? 'The seed' : `The file of keys ${path}`, clock())
  const state: KeyState = { keys: new Map(), aliases: new Map() }
  // A path that cannot be written to is better noticed now than when there is a key to lose.
  await saving(settings).save?.(state)
  return state
}

function saving({ keysFile }: KeySettings): { save?: (state: KeyState) => Promise<void> } {
  return keysFile === undefined
    ? {}
    : { save: (state) => writeKeyFile(keysFile, writeDocument(withoutMoves(state))) }
}

/** Keys and aliases as if no fault had moved an alias: the next start knows nothing of faults. */
function withoutMoves({ keys, aliases }: KeyState): KeyState {
  const own = [...keys].filter(([, { standsFor }]) => standsFor === undefined)
  const back = [...aliases].map(([name, alias]): [string, AliasRecord] => {
    return [name, { ...alias, keyId: keys.get(alias.keyId)?.standsFor ?? alias.keyId }]
  })
  const kept = new Map(own)
  // The key behind an alias may have been deleted while another one stood for it.
  return { keys: kept, aliases: new Map(back.filter(([, { keyId }]) => kept.has(keyId))) }
}
