/** Writes docs/interop.md: the tests that compare it with what they find write it, where every signature is valid. */
import { spawnSync } from 'node:child_process'

const tests = ['--config', 'test/interop/jest.config.mjs', 'test/interop/test/parts/verifiers']
const { status } = spawnSync(process.execPath, ['scripts/jest.mjs', ...tests], {
  env: { ...process.env, SIGNPORT_INTEROP_WRITE: '1' },
  stdio: 'inherit',
})
process.exit(status ?? 1)
