import { SigningError } from '@signport/core'
import { printable } from '@signport/core/kit'
import type { Finding, Probed } from './finding.js'
import { keyText } from './rotation-step.js'

/** A key of a rotation that was looked at, and its name in the configuration. */
interface NamedFinding {
  readonly name: string
  readonly finding: Finding
}

/**
 * The same, with a failure for each key that verifiers could not tell from one before it: the configuration alone does not
 * show what thumbprints do.
 *
 * @param names of the keys, in the same order
 */
export function withClashes(probed: readonly Probed[], names: readonly string[]): Probed[] {
  const all = probed.map(({ finding }, index) => ({ finding, name: names[index] ?? '' }))
  return probed.map((each, index) => {
    const [key, before] = [all[index], all.slice(0, index)]
    const error = key && clashOf(key, before)
    if (!error) return each
    const { entry, rotation } = each.finding
    return { finding: { entry, error, ...(rotation && { rotation }) } }
  })
}

function clashOf(key: NamedFinding, before: readonly NamedFinding[]): SigningError | undefined {
  const { thumbprint, algorithm, kid } = key.finding
  if (thumbprint === undefined) return undefined
  const same = before.find(
    ({ finding }) => finding.thumbprint === thumbprint && finding.algorithm === algorithm,
  )
  if (same) return clash(key, `This is the same key as ${shown(same)}: in a rotation, every key stands once.`)
  const namesake = kid === undefined ? undefined : before.find(({ finding }) => finding.kid === kid)
  if (!namesake) return undefined
  const why = `The kid ${printable(String(kid))} is that of ${shown(namesake)}, too`
  return clash(key, `${why}: verifiers would take one key for the other. Give each a kid of its own.`)
}

function clash(key: NamedFinding, message: string): SigningError {
  const { provider, key: keyId } = key.finding.entry
  return new SigningError('Configuration', message, { provider, keyId })
}

const shown = ({ name, finding: { entry } }: NamedFinding) =>
  keyText(name, { provider: entry.provider, keyId: entry.key })
