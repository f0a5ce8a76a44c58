import { expect, test } from '@jest/globals'
import { refuseRawBytes } from '../src/output.js'

const TERMINAL = { isTTY: true }
const PIPE = {}
const ADVICE = 'raw bytes are no text for a terminal: use --output FILE or --format base64.'

test.each([{}, { output: '-' }, { output: '-', force: true }])(
  'a terminal is not shown raw bytes: %j',
  (options) => {
    expect(() => refuseRawBytes(options, '--format base64', TERMINAL)).toThrow(ADVICE)
  },
)

test.each([
  ['a pipe', {}, PIPE],
  ['a pipe by name', { output: '-' }, PIPE],
  ['a file', { output: 'signature' }, TERMINAL],
])('%s takes them', (_, options, stdout) => {
  expect(() => refuseRawBytes(options, '--format base64', stdout)).not.toThrow()
})
