import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { candidateAlgorithms } from '@signport/core'
import type { EntryDetails } from './entry.js'
import type { Mistakes } from './mistakes.js'
import type { Generation } from './read-generation.js'
import { isPem } from './trial.js'
import { PUBLIC_KEY } from './verifier-options.js'

/** Whoever leaves a key behind has another one, and verifiers tell the two apart by their names. */
export function addSameKeys(generations: readonly (Generation | undefined)[], mistakes: Mistakes): void {
  const all = entriesPlaced(generations)
  for (const [index, { entry, path }] of all.entries()) {
    const before = all.slice(0, index)
    const same = before.find((other) => isSameKey(entry, other.entry))
    const namesake = before.find(({ entry: { common } }) => common.kid && common.kid === entry.common.kid)
    if (same)
      mistakes.add([...path, 'key'], `is that of ${same.role}, too: in a rotation, every key stands once`)
    else if (namesake)
      mistakes.add(
        [...path, 'kid'],
        `is that of ${namesake.role}, too: verifiers would take one key for the other`,
      )
  }
}

/** Those that could be read, with what they are called within the rotation. */
function entriesPlaced(generations: readonly (Generation | undefined)[]) {
  return generations.flatMap((generation) => {
    const { entry, path = [] } = generation ?? {}
    const steps = path.slice(typeof path.at(-1) === 'number' ? -2 : -1)
    return entry ? [{ entry, path, role: steps.join('.') }] : []
  })
}

function isSameKey(one: EntryDetails, other: EntryDetails): boolean {
  const [a, b] = [one, other].map((details) => [
    details.common.provider,
    keyNameOf(details),
    details.connection?.options,
  ])
  return isDeepStrictEqual(a, b) && sharesAlgorithm(one.common.algorithm, other.common.algorithm)
}

/** Of a file, however its path is written. */
function keyNameOf({ common: { provider, key }, baseFolder = '.' }: EntryDetails): string {
  const isPath = (provider === 'local' || provider === PUBLIC_KEY) && !isPem(key)
  return isPath ? resolve(baseFolder, key) : key
}

function sharesAlgorithm(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return true
  return candidateAlgorithms(one).some((row) => candidateAlgorithms(other).includes(row))
}
