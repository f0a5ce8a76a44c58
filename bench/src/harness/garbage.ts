import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const collect: () => void = globalThis.gc ?? collector()

// With the garbage, V8 throws away what it has compiled of functions that were not called lately: whose turn it is would compile it
// anew, and whoever has more code would pay more.
setFlagsFromString('--no-flush-bytecode')

/** Collects all garbage, so that nobody pays for what another has left. */
export function collectGarbage(): void {
  // Without arguments: with any, V8 collects the young garbage alone.
  collect()
}

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
