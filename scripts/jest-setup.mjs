import { publishedVectors } from './published-vectors.mjs'

/** Says once, before the tests, what will not be run. */
export default function setup() {
  if (publishedVectors()) return
  const how =
    'set SIGNPORT_VECTORS to a folder with a checkout of C2SP/wycheproof as wycheproof/ (its testvectors_v1)'
  const message = `The published test vectors were not run: ${how}.`
  if (process.env.CI) throw new Error(message)
  process.stderr.write(`\n${message}\n`)
}
