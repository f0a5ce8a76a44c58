import { spawnSync } from 'node:child_process'
import { delimiter, resolve } from 'node:path'

/** The ends of what a command said, and its exit code. */
export interface Outcome {
  readonly status: number | null
  readonly output: string
}

/** No example takes longer. In milliseconds. */
const TIMEOUT = 60_000

/** Runs a command as a user would who has just installed Signport: its command is on the PATH, NODE_ENV is not set. */
export function execute(command: string, args: readonly string[], cwd: string): Outcome {
  const { NODE_ENV, NODE_OPTIONS, ...inherited } = process.env
  const env = { ...inherited, PATH: [resolve('node_modules/.bin'), inherited.PATH].join(delimiter) }
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    timeout: TIMEOUT,
  })
  return { status, output: `${stdout}${stderr}${error ?? ''}` }
}
