import { spawnSync } from 'node:child_process'
import { test } from '@jest/globals'

const installed = spawnSync('openssl', ['version']).status === 0

/** A test that asks the openssl command: skipped where there is none, but never in CI. */
export const testWithOpenssl = installed || process.env.CI ? test : test.skip
