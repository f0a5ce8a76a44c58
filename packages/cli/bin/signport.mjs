#!/usr/bin/env node
import { existsSync } from 'node:fs'

const built = new URL('../lib/main.js', import.meta.url)
// So that a stack names the sources, and not what they were bundled into.
if (process.env.SIGNPORT_DEBUG === '1') process.setSourceMapsEnabled(true)

try {
  const { main } = await import(built.href)
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const advice = existsSync(built)
    ? `this installation is damaged, install it again: ${JSON.stringify(error.message)}`
    : 'the command has not been built yet: run `npm run build` in the checkout.'
  process.stderr.write(`signport: ${advice}\n`)
  // Node would end with 1, which means that a signature is not valid.
  process.exitCode = 2
}
