import { parseArgs } from 'node:util'
import type { ChaosOptions } from './chaos-run.js'

const USAGE = 'npm run chaos -- [--count 20000] [--seed 1] [--rate 0.3] [--concurrency 96]'

/** Bounds of what can be asked for, with what is usual. */
const NUMBERS = {
  count: { usual: '20000', least: 1, most: 1_000_000, whole: true },
  seed: { usual: '1', least: 0, most: 2 ** 31, whole: true },
  rate: { usual: '0.3', least: 0, most: 0.9, whole: false },
  concurrency: { usual: '96', least: 1, most: 10_000, whole: true },
} as const

/** Reads the arguments of the command. @throws TypeError that says what was expected */
export function readArguments(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, { type: 'string' as const }])),
  })
  const number = (name: keyof typeof NUMBERS) => readNumber(name, values[name] as string | undefined)
  return {
    count: number('count'),
    seed: number('seed'),
    rate: number('rate'),
    concurrency: number('concurrency'),
  }
}

function readNumber(name: keyof typeof NUMBERS, text: string = NUMBERS[name].usual): number {
  const { least, most, whole } = NUMBERS[name]
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value)))
    return value
  const kind = whole ? 'a whole number' : 'a number'
  throw new TypeError(
    `--${name} must be ${kind} from ${least} to ${most}, not ${JSON.stringify(text)}: ${USAGE}`,
  )
}
