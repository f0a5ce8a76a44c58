import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (kind: { readonly type: 'minor' }) => void

const collect: Collect = (globalThis.gc as Collect | undefined) ?? collector()

// With old garbage, V8 throws away what it has compiled of functions that were not called lately: whose turn it is would compile it
// anew, and whoever has more code would pay more.
setFlagsFromString('--no-flush-bytecode')

/**
 * Collects the young garbage, so that nobody pays for what another has left. Not the old: with that, where nothing is under way, go
 * the shapes of all objects that requests are made of, and with these the code that was optimized for them. What comes then costs
 * two to three times as much for a thousand requests, which is never so where they follow each other.
 */
export function collectGarbage(): void {
  collect({ type: 'minor' })
}

function collector(): Collect {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
