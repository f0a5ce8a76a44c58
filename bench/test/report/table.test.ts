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
})
