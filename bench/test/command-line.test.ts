import { describe, expect, test } from '@jest/globals'
import { cases } from '../src/cases.js'
import { readArguments, usage } from '../src/command-line.js'

const namesOf = (args: string[]) => readArguments(args, cases)?.cases.map(({ name }) => name)

describe('readArguments', () => {
  test('measures everything if nothing is said', () => {
    expect(readArguments([], cases)).toEqual({ cases, quick: false, write: false })
  })

  test.each([
    [['cpu/aws'], ['cpu/aws']],
    [['cpu'], ['cpu/aws', 'cpu/alibaba']],
    [
      ['bulk/quota', 'cpu', 'cpu/aws'],
      ['cpu/aws', 'cpu/alibaba', 'bulk/quota'],
    ],
  ])('knows what %j names', (args, expected) => {
    expect(namesOf(args)).toEqual(expected)
  })

  test('reads the options', () => {
    expect(readArguments(['cpu/aws', '--quick', '--json', 'all.json'], cases)).toMatchObject({
      quick: true,
      json: 'all.json',
    })
    expect(readArguments(['--write'], cases)).toMatchObject({ cases, write: true })
    expect(readArguments(['--help'], cases)).toBeUndefined()
  })

  test.each([
    [['cp']],
    [['cpu/']],
    [['--write', '--quick']],
    [['--write', 'cpu']],
    [['--json', '']],
    [['--slow']],
  ])('refuses %j', (args) => {
    expect(() => readArguments(args, cases)).toThrow(TypeError)
  })
})

test('the usage names every case', () => {
  for (const { name } of cases) expect(usage(cases)).toContain(`  ${name} `)
})
