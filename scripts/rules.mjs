import { cross, tick } from './terminal.mjs'

/**
 * Checks rules and prints a line for each, with what breaks it below.
 *
 * @param rules each `{ name, check }`, where `check` gives the violations as lines of text that begin with a path
 */
export async function checkRules(rules) {
  const results = await Promise.all(rules.map(async ({ name, check }) => [name, [...(await check())]]))
  for (const [name, violations] of results) {
    console.log(`${violations.length === 0 ? tick : cross} ${name}: ${violations.length || 'kept'}`)
    for (const violation of violations) console.log(`    ${violation}`)
  }
  if (results.some(([, violations]) => violations.length > 0)) process.exitCode = 1
}
