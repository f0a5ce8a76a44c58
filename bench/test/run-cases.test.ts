import { expect, test } from '@jest/globals'
import type { Case, Run } from '../src/harness/case.js'
import { runCases } from '../src/run-cases.js'
import { ROW } from './report/results.js'

const caseOf = (name: string, run: Case['run']): Case => ({ name, title: 'Title', method: 'Method.', run })

test('a case that fails is named, and others run', async () => {
  const failure = new Error('no service')
  const said: string[] = []
  const runs: Run[] = []
  const good = caseOf('a/good', async (run) => {
    runs.push(run)
    run.progress('half')
    return [ROW]
  })
  const bad = caseOf('a/bad', () => Promise.reject(failure))
  const outcome = await runCases([bad, good], false, (text) => said.push(text))
  expect(outcome.failures).toEqual([{ name: 'a/bad', error: failure }])
  expect(outcome.reports).toMatchObject([
    { name: 'a/good', title: 'Title', method: 'Method.', results: [ROW] },
  ])
  expect(said).toEqual(['a/good: half'])
  expect(runs).toMatchObject([{ quick: false, pairs: 15 }])
})

test('a quick run has three pairs', async () => {
  const runs: Run[] = []
  const each = caseOf('a/good', async (run) => {
    runs.push(run)
    return []
  })
  await runCases([each], true, () => {})
  expect(runs).toMatchObject([{ quick: true, pairs: 3 }])
})
