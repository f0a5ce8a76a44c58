import type { SignerEntry } from '@signport/config'
import { printable } from '@signport/core/kit'
import { readConfigured } from '../configured.js'
import { jsonLine } from '../json-line.js'
import { print } from '../standard-output.js'
import { textTable } from '../text-table.js'

/** The options of `signport signers`, as the command line gives them. */
export interface SignersCommand {
  readonly config?: string
  readonly json?: boolean
}

/** Prints the signers of the configuration. No service is asked, and no key is read. */
export async function signers({ config, json }: SignersCommand): Promise<void> {
  const { entries } = await readConfigured(config)
  await print(json ? jsonLine(entries.map(description)) : await table(entries))
}

function description(entry: SignerEntry): object {
  const { name, provider, key, algorithm, verifiesOnly, rotation } = entry
  return {
    name,
    provider,
    key,
    ...(algorithm !== undefined && { algorithm }),
    verifiesOnly,
    ...(rotation && {
      rotation: {
        active: description(rotation.active),
        ...(rotation.next && { next: description(rotation.next) }),
        retired: rotation.retired.map(description),
      },
    }),
  }
}

function table(entries: readonly SignerEntry[]): Promise<string> {
  const rows = entries.flatMap(keysOf).map(([name, { provider, key, algorithm, verifiesOnly }]) => {
    const shown = algorithm ?? 'decided by the key'
    return [name, provider, key, verifiesOnly ? `${shown} (verifies only)` : shown]
  })
  return textTable(
    ['name', 'provider', 'key', 'algorithm'],
    rows.map((row) => row.map((text) => printable(text))),
  )
}

/** A row for each key of a rotation: the active one's has the name of all, as in `probe`. */
function keysOf(entry: SignerEntry): [name: string, entry: SignerEntry][] {
  const { name, rotation } = entry
  if (!rotation) return [[name, entry]]
  const { active, next, retired } = rotation
  return [
    [name, active],
    ...(next ? [[next.name, next] as [string, SignerEntry]] : []),
    ...retired.map((key): [string, SignerEntry] => [key.name, key]),
  ]
}
