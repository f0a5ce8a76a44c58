import { existsSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { startClient } from '../src/client-process.js'
import { installedFile, sourceFile } from '../src/part-files.js'

test('a file of a part is where the part is', () => {
  expect(existsSync(sourceFile('verifier/go.mod'))).toBe(true)
})

test('what is not installed is an error that says what installs it', () => {
  const error = 'nothing/bin/python is not installed: `npm run test:interop` installs it.'
  expect(() => installedFile('nothing/bin/python')).toThrow(error)
  expect(() => startClient('nothing', 'call.py')).toThrow(error)
})
