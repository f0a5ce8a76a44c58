import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Collects all garbage, so that nobody pays for what another has left. */
export const collectGarbage: () => void = globalThis.gc ?? collector()

function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
