import { expect, test } from '@jest/globals'
import { readArguments, USAGE } from '../src/command-line.js'

test('without arguments it is the run that must succeed', () => {
  expect(readArguments([])).toEqual({ count: 20_000, seed: 1, rate: 0.3, concurrency: 96 })
})

test('all of it can be told', () => {
  const args = ['--count', '50', '--seed', '7', '--rate', '0.05', '--concurrency=8']
  expect(readArguments(args)).toEqual({ count: 50, seed: 7, rate: 0.05, concurrency: 8 })
})

test('help is no run, and names each option', () => {
  expect(readArguments(['--help'])).toBeUndefined()
  for (const name of Object.keys(readArguments([]) ?? {})) expect(USAGE).toContain(`--${name} `)
})

test.each([
  [['--count', '0'], /--count must be a whole number from 1 to 1000000, not "0"/],
  [['--count', '1.5'], /whole number/],
  [['--count', ''], /not ""/],
  [['--count', '0x10'], /not "0x10"/],
  [['--count', '1e3'], /not "1e3"/],
  [['--seed=-1'], /not "-1"/],
  [['--seed', 'x'], /--seed must be a whole number from 0/],
  [['--rate', '1'], /--rate must be a number from 0 to 0.9, not "1"/],
  [['--concurrency', '1e9'], /--concurrency/],
  [['--sead', '1'], /--sead/],
  [['1'], /1/],
])('%j is refused', (args, message) => {
  expect(() => readArguments(args)).toThrow(message)
})
