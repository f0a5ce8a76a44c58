import { describe, expect, test } from '@jest/globals'
import type { ContractSubject } from '../src/contract-case.js'
import { contractCases, describeSigningProvider } from '../src/index.js'
import { houseSubject } from './support/house-service.js'
import { localSubject } from './support/local-subject.js'

const namesOf = (subject: ContractSubject) => contractCases(subject).cases.map(({ name }) => name)

describe('exclusions', () => {
  test.each([
    ['without a reason', { cases: 'alias', reason: ' ' }, 'has no reason'],
    ['of nothing', { cases: 'alas', reason: 'none' }, 'No case begins with'],
    ['of everything', { cases: '', reason: 'all' }, 'An exclusion of everything'],
  ])('%s are refused', (_, exclusion, message) => {
    const subject = { ...houseSubject(), exclusions: [exclusion] }
    expect(() => contractCases(subject)).toThrow(message)
  })

  test('take out what they name, and nothing else', () => {
    const all = namesOf(houseSubject())
    const { cases, excluded } = contractCases({
      ...houseSubject(),
      exclusions: [{ cases: 'abort: signing', reason: 'for the test' }],
    })
    expect(excluded).toEqual([{ name: 'abort: signing ends soon', reason: 'for the test' }])
    expect(cases.map(({ name }) => name)).toEqual(all.filter((name) => name !== 'abort: signing ends soon'))
  })
})

describe('what a provider is not set up for is a failure, not a gap', () => {
  const failing = async (subject: ContractSubject) => {
    const failed: string[] = []
    for (const { name, run } of contractCases(subject).cases) await run().catch(() => failed.push(name))
    return failed
  }

  test('capabilities that are not given', async () => {
    const { capabilities: _, ...bare } = houseSubject()
    const failed = await failing(bare)
    for (const expected of [
      'abort: ',
      'timeout: ',
      'alias: ',
      'failure KeyDisabled: is shown',
      'failure Throttled: ',
    ])
      expect(failed).toContainEqual(expect.stringContaining(expected))
  })

  test('an algorithm that is supported, but has no key', async () => {
    const { keys, ...rest } = houseSubject()
    const { PS256: _, ...fewer } = keys
    expect(await failing({ ...rest, keys: fewer })).toEqual([
      'PS256: support is complete, and the same each time',
    ])
  })
})

test('every case has a name of its own', () => {
  for (const subject of [houseSubject(), localSubject()]) {
    const names = namesOf(subject)
    expect(new Set(names).size).toBe(names.length)
  }
})

test('each case becomes a test of the runner', async () => {
  const tests = new Map<string, () => Promise<void>>()
  const printed: string[] = []
  describeSigningProvider('house', {
    ...houseSubject(),
    exclusions: [{ cases: 'alias', reason: 'for the test' }],
    test: (name, run) => tests.set(name, run),
    print: (line) => printed.push(line),
  })
  expect([...tests.keys()]).toEqual(
    namesOf(houseSubject())
      .filter((name) => !name.startsWith('alias'))
      .map((name) => `house: ${name}`),
  )
  expect(printed).toHaveLength(3)
  await tests.get('house: ES256: probe says that it can sign')?.()
})
