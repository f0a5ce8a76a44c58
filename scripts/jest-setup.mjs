import { missingVectors } from './published-vectors.mjs'

/** Says once, before the tests, what will not be run. */
export default function setup() {
  const missing = missingVectors()
  if (missing.length === 0) return
  const sets = missing.map(({ folder, source }) => `${folder}/ (${source})`).join(' and ')
  const message = `Published test vectors were not run: set SIGNPORT_VECTORS to a folder with ${sets}.`
  if (process.env.CI) throw new Error(message)
  process.stderr.write(`\n${message}\n`)
}
