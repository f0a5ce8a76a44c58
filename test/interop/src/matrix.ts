import { type AlgorithmName, algorithms } from '@signport/core'
import { SIGNED_MATRIX, type SignedRow, signedRows } from './signed-matrix.js'
import { TOKEN_PROVIDERS, type TokenProvider } from './token-providers.js'
import { absenceOf, VERIFIER_NAMES, VERIFIERS, type VerifierName } from './verifiers.js'

/** Whether a verifier found a provider's signature valid for its message, and not for another one. */
export type IsVerified = (provider: TokenProvider, row: SignedRow, verifier: VerifierName) => boolean

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

const escaped = (cell: string) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** For each provider a table of its algorithms, with what each verifier found of its signatures. */
export function signatureTables(isVerified: IsVerified): string {
  return TOKEN_PROVIDERS.map((provider) => {
    const rows = signedRows(provider).map((row) => [
      row.title,
      ...VERIFIER_NAMES.map((verifier) => cellOf(isVerified, provider, row, verifier)),
    ])
    return [`### ${provider}`, ...missingIn(provider), table(['', ...VERIFIER_NAMES], rows)].join('\n\n')
  }).join('\n\n')
}

/** A newer version than the table knows may have more: that stays out, so that the document is the same on all machines. */
function cellOf(isVerified: IsVerified, ...[provider, row, verifier]: Parameters<IsVerified>): string {
  if (absenceOf(verifier, row.algorithm)) return '–'
  return isVerified(provider, row, verifier) ? 'verified' : '**not verified**'
}

function missingIn(provider: TokenProvider): readonly string[] {
  const missing = algorithms.map(({ name }) => name).filter((name) => !SIGNED_MATRIX[provider].includes(name))
  return missing.length > 0 ? [`It does not have ${listed(missing)}.`] : []
}

/** Who the verifiers are. */
export function verifierTable(): string {
  return table(
    ['', 'what it is'],
    VERIFIER_NAMES.map((name) => [name, VERIFIERS[name].title]),
  )
}

/** Why some verifiers do not have some algorithms. */
export function absenceTable(): string {
  const rows = VERIFIER_NAMES.flatMap((name) =>
    VERIFIERS[name].lacks.map(({ algorithms: lacking, reason }) => [name, namesIn(lacking), reason]),
  )
  return table(['', 'does not have', 'because'], rows)
}

/** A verifier that has few algorithms lacks "all but" those. */
function namesIn(names: readonly AlgorithmName[]): string {
  const others = algorithms.map(({ name }) => name).filter((name) => !names.includes(name))
  return others.length < 2 ? `all but ${listed(others)}` : listed(names)
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${last}` : last
}
