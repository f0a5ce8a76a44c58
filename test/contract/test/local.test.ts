import { expect, test } from '@jest/globals'
import { describeSigningProvider } from '../src/index.js'
import { localSubject } from './support/local-subject.js'

const printed: string[] = []
describeSigningProvider('local', { ...localSubject(), test, print: (line) => printed.push(line) })

test('what is not run is printed with its reason', () => {
  expect(printed).toContain('local: not run: abort: signing ends soon (nothing is waited for)')
  expect(printed.every((line) => /^local: not run: .* \(.+\)$/.test(line))).toBe(true)
})
