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

function description({ name, provider, key, algorithm, verifiesOnly }: SignerEntry) {
  return { name, provider, key, ...(algorithm !== undefined && { algorithm }), verifiesOnly }
}

function table(entries: readonly SignerEntry[]): Promise<string> {
  const rows = entries.map(({ name, provider, key, algorithm = 'decided by the key', verifiesOnly }) => [
    name,
    provider,
    key,
    verifiesOnly ? `${algorithm} (verifies only)` : algorithm,
  ])
  return textTable(
    ['name', 'provider', 'key', 'algorithm'],
    rows.map((row) => row.map((text) => printable(text))),
  )
}
