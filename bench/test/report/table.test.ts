import { expect, test } from '@jest/globals'
import { tableOf } from '../../src/report/table.js'
import { REPORT } from './results.js'

test('says everything, and how many targets are met', () => {
  const table = tableOf(REPORT)
  for (const text of ['CPU time (cpu/aws): RS256, TLS on', '0.150 (0.146–0.151)', '1.23 MB', '15; of ours'])
    expect(table).toContain(text)
  expect(table).toContain('2 of 3 targets are met.')
})

test('a quick run has no verdict', () => {
  const table = tableOf({ ...REPORT, quick: true })
  expect(table).toContain('A quick run: its figures mean nothing.')
  expect(table).not.toContain('targets are met')
  expect(table).not.toMatch(/[✔✘]/)
})

test('the last line names what failed', () => {
  const failures = ['cpu/aws', 'local/sign'].map((name) => ({ name, reason: 'no service' }))
  const last = (count: number, quick: boolean) =>
    tableOf({ ...REPORT, quick, failures: failures.slice(0, count) })
      .trimEnd()
      .split('\n')
      .at(-1)
  expect(last(0, false)).toBe('2 of 3 targets are met.')
  expect(last(1, true)).toBe('1 case failed: cpu/aws')
  expect(last(2, false)).toBe('2 cases failed: cpu/aws, local/sign')
})
