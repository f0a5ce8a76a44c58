/**
 * Writes docs/interop.md: what the verifiers find, and what the sources of the tests say of servers, once the servers have
 * been seen to do so.
 */
import { spawnSync } from 'node:child_process'

const servers = jest(['moto', 'ministack', 'local-kms', 'servers'])
process.exit(servers || jest(['verifiers'], { SIGNPORT_INTEROP_WRITE: '1' }))

function jest(names, environment = {}) {
  const tests = names.map((name) => `test/interop/test/parts/${name}`)
  const { status } = spawnSync(
    process.execPath,
    ['scripts/jest.mjs', '--config', 'test/interop/jest.config.mjs', ...tests],
    { env: { ...process.env, ...environment }, stdio: 'inherit' },
  )
  return status ?? 1
}
