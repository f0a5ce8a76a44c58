import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A fenced block of a README. */
export interface Block {
  readonly language: string
  readonly code: string
  /** Where its fence is, from 1. */
  readonly line: number
  /** Where a comment above the block says so: the interface that it quotes, and the package that has it. */
  readonly quotes: { readonly name: string; readonly from: string } | undefined
}

export interface Readme {
  /** Relative to the root. */
  readonly path: string
  readonly blocks: readonly Block[]
}

/** README.md and that of every package, which is empty where there is none. Jest runs in the root. */
export function readmes(): Readme[] {
  const packages = ['packages', 'providers'].flatMap((group) =>
    readdirSync(group).map((name) => `${group}/${name}/README.md`),
  )
  return ['README.md', ...packages, 'test/contract/README.md'].map((path) => {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return { path, blocks: blocksOf(text) }
  })
}

const BLOCK =
  /(?:^<!-- quotes (?<name>\w+) of (?<from>\S+) -->\n\n?)?^```(?<language>\w+)\n(?<code>.*?)^```$/gms

export function blocksOf(text: string): Block[] {
  return Array.from(text.matchAll(BLOCK), (match) => {
    const { name, from, language = '', code = '' } = match.groups ?? {}
    return {
      language,
      code,
      line: text.slice(0, match.index + match[0].indexOf('```')).split('\n').length,
      quotes: name && from ? { name, from } : undefined,
    }
  })
}
