import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const collect: NodeJS.GCFunction = globalThis.gc ?? collector()

// With old garbage, V8 throws away what it has compiled of functions that were not called lately: whose turn it is would compile it
// anew, and whoever has more code would pay more.
setFlagsFromString('--no-flush-bytecode')

/**
 * Collects the young garbage, so that nobody pays for that of another. Not the old: where nothing is under way, the shapes of the
 * objects that requests are made of would go with it, and with them the code that was optimized for these. Each of the next
 * thousand requests or so would cost two to three times as much. So whoever makes old garbage may have others pay for some of it.
 */
export function collectGarbage(): void {
  collect({ type: 'minor' })
}

function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
