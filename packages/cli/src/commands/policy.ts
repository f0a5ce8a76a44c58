import { accessPolicies } from '@signport/config'
import type { AccessPolicy } from '@signport/core'
import { entriesOf, readConfigured } from '../configured.js'
import { jsonBlock, jsonLine } from '../json-line.js'
import { say } from '../message.js'
import { print } from '../standard-output.js'
import type { ProbeCommand } from './probe.js'

/**
 * Prints the least that services must allow for signers of the configuration, all by default: documents to standard
 * output, so that one can go into a file, and what else is to be known to standard error.
 */
export async function policy(names: readonly string[], { config, json }: ProbeCommand): Promise<void> {
  const configuration = await readConfigured(config)
  const chosen = entriesOf(configuration, names).map(({ name }) => name)
  const policies = accessPolicies(configuration, chosen)
  if (json) return print(jsonLine(policies))
  if (policies.length === 0) await say('these signers need no permission of any service.', 'note')
  await sayWhoseTheyAre(policies)
  for (const { kind, document, notes } of policies) {
    if (document) await print(jsonBlock(document))
    for (const note of notes) await say(`${kind}: ${note}`, 'note')
  }
}

/** Documents have no place for a heading, and JSON has none between them. */
async function sayWhoseTheyAre(policies: readonly AccessPolicy[]): Promise<void> {
  const kinds = policies.filter(({ document }) => document).map(({ kind }) => kind)
  if (kinds.length < 2) return
  await say(
    `there are ${kinds.length} documents, in this order: ${kinds.join(', ')}. --json prints one array in place of them.`,
    'note',
  )
}
