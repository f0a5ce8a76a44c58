import { expect, test } from '@jest/globals'
import { LOCAL_ALGORITHMS } from '../../../src/cases/local/local-algorithm.js'
import { compareLocally } from '../../../src/cases/local/local-comparison.js'
import { isRow, type Run } from '../../../src/harness/case.js'

const run: Run = { quick: true, pairs: 1, progress: () => {} }

const later = () => new Promise((resolve) => setTimeout(resolve, 1))

test('each algorithm has a row at each concurrency, or a figure where there is no other side', async () => {
  const closed: string[] = []
  const results = await compareLocally(run, 'subject', async ({ name }) => ({
    signport: later,
    native: name.startsWith('ES') ? later : undefined,
    note: name,
    close: async () => void closed.push(name),
  }))
  const names = LOCAL_ALGORITHMS.map(({ name }) => name)
  expect(results.map(({ group, note }) => [group, note])).toEqual(
    [1, 4].flatMap((concurrency) => names.map((name) => [`Concurrency ${concurrency}`, name])),
  )
  expect(results.filter(isRow).every(({ subject }) => subject.startsWith('ES'))).toBe(true)
  expect(closed).toEqual(names)
})

test('when one cannot be measured, all that were opened are closed', async () => {
  const opened: string[] = []
  const closed: string[] = []
  const sidesOf = async ({ name }: { readonly name: string }) => {
    opened.push(name)
    const signport = async () => {
      await later()
      if (name === 'ES256') throw new Error('no signature')
    }
    return { signport, native: undefined, note: '', close: async () => void closed.push(name) }
  }
  await expect(compareLocally(run, 'subject', sidesOf)).rejects.toThrow('no signature')
  expect(closed).toEqual(opened)
})
