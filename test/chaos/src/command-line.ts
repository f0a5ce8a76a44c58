import { parseArgs } from 'node:util'
import type { ChaosOptions } from './chaos-run.js'

export const USAGE = `Signs while servers fail in every way, and looks at everything that comes out.

  npm run chaos -- [--count N] [--seed N] [--rate SHARE] [--concurrency N]

  --count N        items, 20000 if nothing is said
  --seed N         0 and more, 1 if nothing is said: the same one gives the same outcomes
  --rate SHARE     of the answers that are faulty, 0.3 if nothing is said
  --concurrency N  items at once, 96 if nothing is said
`

/** Bounds of what can be asked for, with what is usual. */
const NUMBERS = {
  count: { usual: '20000', least: 1, most: 1_000_000, whole: true },
  seed: { usual: '1', least: 0, most: 2 ** 31, whole: true },
  rate: { usual: '0.3', least: 0, most: 0.9, whole: false },
  concurrency: { usual: '96', least: 1, most: 10_000, whole: true },
} as const

/**
 * Reads the arguments of the command.
 *
 * @returns undefined when help was asked for
 * @throws TypeError that says what was expected
 */
export function readArguments(args: readonly string[]): ChaosOptions | undefined {
  const text = { type: 'string' } as const
  const options = {
    count: text,
    seed: text,
    rate: text,
    concurrency: text,
    help: { type: 'boolean' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.help) return undefined
  const number = (name: keyof typeof NUMBERS) => readNumber(name, values[name])
  return {
    count: number('count'),
    seed: number('seed'),
    rate: number('rate'),
    concurrency: number('concurrency'),
  }
}

function readNumber(name: keyof typeof NUMBERS, text: string = NUMBERS[name].usual): number {
  const { least, most, whole } = NUMBERS[name]
  const isWritten = whole ? /^\d+$/ : /^\d*\.?\d+$/
  const value = Number(text)
  if (isWritten.test(text) && value >= least && value <= most) return value
  const kind = whole ? 'a whole number' : 'a number'
  throw new TypeError(`--${name} must be ${kind} from ${least} to ${most}, not ${JSON.stringify(text)}.`)
}
