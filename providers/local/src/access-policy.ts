import type { AccessPolicy, KeyUse } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { LocalConfig } from './descriptor.js'

/** There is no service to allow anything: who can read the file of a key can sign with it. */
export function accessPolicies(uses: readonly KeyUse<LocalConfig>[]): AccessPolicy[] {
  const notes = new Set(uses.map(noteOn))
  return notes.size === 0 ? [] : [{ kind: 'File permissions', notes: [...notes] }]
}

function noteOn({ keyId, options: { allowGroupRead = false } }: KeyUse<LocalConfig>): string {
  const [who, mode] = allowGroupRead ? ['its owner and its group', '640'] : ['its owner', '600']
  return `The key file ${printable(keyId)} is readable by ${who} alone (chmod ${mode}), and belongs to the user that the program runs as.`
}
