import { describe, expect, test } from '@jest/globals'
import { Mistakes } from '../src/mistakes.js'
import { nodeAt, type Path } from '../src/tree.js'
import { readYaml } from '../src/yaml-document.js'
import { failure } from './support/failure.js'

/** The tree of a document without mistakes. */
async function treeOf(yaml: string) {
  const mistakes = new Mistakes('a.yaml')
  const root = await readYaml(yaml, mistakes)
  mistakes.throwIfAny()
  if (!root) throw new Error('There is no tree, and nobody was told why.')
  return root
}

const refusalOf = async (yaml: string) => (await failure(treeOf(yaml))).message

describe('a plain value is kept as it was written, besides what YAML makes of it', () => {
  test.each<[string, unknown]>([
    ['007', 7],
    ['0xff', 255],
    ['1.50', 1.5],
    ['12345678901234567890123', Number('12345678901234567890123')],
    ['True', true],
    ['~', null],
    ['text', 'text'],
  ])('%s', async (source, value) => {
    expect(nodeAt(await treeOf(`a: ${source}`), ['a']).node).toMatchObject({ kind: 'scalar', value, source })
  })

  test('which is nothing where nothing stands', async () => {
    expect(nodeAt(await treeOf('a:'), ['a']).node).toMatchObject({ kind: 'scalar', value: null })
  })
})

describe('a document has at most 32 levels', () => {
  /** Documents in which a value stands so deep, with the way to it. */
  const STYLES: [string, (levels: number) => string, (level: number) => string | number][] = [
    ['lists between brackets', (levels) => `${'['.repeat(levels)}x${']'.repeat(levels)}`, () => 0],
    ['maps between braces', (levels) => `${'{a: '.repeat(levels)}x${'}'.repeat(levels)}`, () => 'a'],
    ['lists in one line', (levels) => `${'- '.repeat(levels)}x`, () => 0],
    [
      'maps in lines',
      (levels) =>
        `${Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:\n`).join('')}${' '.repeat(levels)}x`,
      () => 'a',
    ],
    [
      'maps in lists',
      (levels) =>
        Array.from({ length: levels / 2 }, (_, level) => `${' '.repeat(2 * level)}- a:\n`).join('') +
        (levels % 2 === 1 ? `${' '.repeat(levels)}- x` : `${' '.repeat(levels + 1)}x`),
      (level) => (level % 2 === 0 ? 0 : 'a'),
    ],
    [
      'maps of one in brackets',
      (levels) =>
        levels % 2 === 1
          ? `[${'[a: '.repeat(levels / 2)}x${']'.repeat(levels / 2)}]`
          : `${'[a: '.repeat(levels / 2)}x${']'.repeat(levels / 2)}`,
      (level) => (level % 2 === 0 ? 0 : 'a'),
    ],
  ]

  test.each(STYLES)('and so many are read: %s', async (_, yaml, step) => {
    const path: Path = Array.from({ length: 32 }, (_, level) => step(level))
    expect(nodeAt(await treeOf(yaml(32)), path)).toMatchObject({ found: true, node: { value: 'x' } })
  })

  test.each(STYLES)('and no more: %s', async (_, yaml) => {
    expect(await refusalOf(yaml(33))).toMatch(/^a\.yaml:\d+:\d+: is nested more than 32 levels deep\.$/)
  })

  test('of which the first that is too many is told', async () => {
    const deep = `${'['.repeat(33)}${']'.repeat(33)}`
    expect(await refusalOf(`a: ${deep}\nb: ${deep}`)).toBe('a.yaml:1:36: is nested more than 32 levels deep.')
  })
})

describe('a document has at most 100,000 tokens', () => {
  const MANY = 'a.yaml: has more than 100,000 tokens.'

  test.each<[string, string]>([
    ['commas', `[${','.repeat(1_000_000)}`],
    ['tags', '! '.repeat(500_000)],
    ['quotes', '"'.repeat(1_000_000)],
    ['documents', '---\n'.repeat(250_000)],
    ['names', 'a: 1\n'.repeat(200_000)],
    ['escape sequences that there are not', `"${'\\q'.repeat(500_000)}"`],
    ['texts with such', `["${Array(20).fill('\\q'.repeat(20_000)).join('", "')}"]`],
  ])('and a file of %s is refused before it is understood', async (_, yaml) => {
    expect(await refusalOf(yaml)).toBe(MANY)
  })

  test('which is more than a thousand signers have, of eight options each', async () => {
    const options = Array.from({ length: 8 }, (_, index) => `    option${index}: value\n`).join('')
    const yaml = Array.from({ length: 1_000 }, (_, index) => `  signer${index}:\n${options}`).join('')
    expect(nodeAt(await treeOf(`signers:\n${yaml}`), ['signers', 'signer999', 'option7']).found).toBe(true)
  })
})
