import { parseArgs } from 'node:util'
import type { Case } from './harness/case.js'

/** What is to be measured, and where it goes. */
export interface Arguments {
  readonly cases: readonly Case[]
  readonly quick: boolean
  /** A file for the results, as JSON. */
  readonly json?: string
  /** Whether the results page is written anew. */
  readonly write: boolean
}

export function usage(all: readonly Case[]): string {
  return `Measures what a signature costs, beside what it costs without Signport.

  npm run bench -- [NAME…] [--quick] [--json FILE] [--write]

  NAME         a case, or the cases before whose slash it stands; all of them if nothing is said
  --quick      the least work that goes through everything: its figures mean nothing
  --json FILE  writes the results there
  --write      writes the results of all cases to docs/performance.md and docs/performance.json

${all.map(({ name, title }) => `  ${name.padEnd(16)} ${title}\n`).join('')}`
}

/**
 * Reads the arguments of the command.
 *
 * @returns undefined when help was asked for
 * @throws TypeError that says what was expected
 */
export function readArguments(args: readonly string[], all: readonly Case[]): Arguments | undefined {
  const flag = { type: 'boolean', default: false } as const
  const options = { quick: flag, write: flag, help: flag, json: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const { quick, write, json, help } = values
  if (help) return undefined
  if (write && (quick || positionals.length > 0))
    throw new TypeError('--write needs a full run of all cases: leave out --quick and the names.')
  if (json === '') throw new TypeError('--json needs the name of a file.')
  return { cases: casesOf(positionals, all), quick, write, ...(json !== undefined && { json }) }
}

/** In the order of all cases, each once. */
function casesOf(names: readonly string[], all: readonly Case[]): readonly Case[] {
  const isNamed = (each: Case, name: string) => each.name === name || each.name.startsWith(`${name}/`)
  for (const name of names)
    if (!all.some((each) => isNamed(each, name)))
      throw new TypeError(`There is no case ${JSON.stringify(name)}.`)
  return names.length === 0 ? all : all.filter((each) => names.some((name) => isNamed(each, name)))
}
