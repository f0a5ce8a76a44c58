import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects all garbage, so that nobody pays for what another has left. */
export const collectGarbage: () => void = globalThis.gc ?? collector()

// With the garbage, V8 throws away what it has compiled of functions that were not called lately: whose turn it is would compile it
// anew, and whoever has more code would pay more.
setFlagsFromString('--no-flush-bytecode')

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
