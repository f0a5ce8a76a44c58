import { afterEach, expect, test } from '@jest/globals'
import { nodeSettings, plainEnvironment } from '../../src/harness/plain-environment.js'

const NAMES = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE']
const before = { ...process.env }

afterEach(() => {
  process.env = { ...before }
})

test.each(NAMES)('%s is kept from others, and named', (name) => {
  for (const each of NAMES) delete process.env[each]
  process.env[name] = 'set'
  expect(nodeSettings()).toEqual([name])
  expect(plainEnvironment()).toEqual({ ...process.env, [name]: undefined })
  expect(process.env[name]).toBe('set')
})
