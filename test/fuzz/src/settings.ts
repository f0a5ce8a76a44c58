import { readFileSync } from 'node:fs'

/** How large a part of all inputs each parser gets: what is slow gets few. */
const SHARES: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('../shares.json', import.meta.url), 'utf8'),
)

/** Without the command: what takes some seconds in all. */
const SHORT = 12_000

/** Too few would be accepted to tell anything. */
const FEWEST = 60

/** What `npm run fuzz` asks for. `npm test` runs a short form, which is the same each time. */
const { SIGNPORT_FUZZ_COUNT, SIGNPORT_FUZZ_SEED, SIGNPORT_FUZZ_ONLY, SIGNPORT_FUZZ_FOLDER } = process.env

/** What the inputs follow from. */
export const seed = Number(SIGNPORT_FUZZ_SEED ?? 1)

/** Where the command reads what was found; none in `npm test`. */
export const reportFolder = SIGNPORT_FUZZ_FOLDER

const total = Number(SIGNPORT_FUZZ_COUNT ?? SHORT)

/** How many inputs a parser is given. */
export function inputsFor(parser: string): number {
  if (SIGNPORT_FUZZ_ONLY === parser) return total
  const share = SHARES[parser]
  if (share === undefined) throw new Error(`shares.json has no ${parser}.`)
  const all = Object.values(SHARES).reduce((sum, each) => sum + each, 0)
  return Math.max(FEWEST, Math.round((total * share) / all))
}
