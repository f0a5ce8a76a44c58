import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { environmentOf } from './environment.js'

/** How long a command may take, in milliseconds, before it and all that it started are killed. */
const LIMIT = 120_000

/** How a command ended. */
export interface Outcome {
  /** Null where it was killed. */
  readonly status: number | null
  readonly output: string
}

/** A command that runs in a project. */
export interface ProjectProcess {
  /** The first URL that it prints. */
  readonly url: Promise<string>
  /** How it ends. */
  readonly outcome: Promise<Outcome>
  terminate(): void
}

/** Starts a command in a project, with nothing of the runner that started it. */
export function start(
  project: string,
  [command, ...args]: readonly [string, ...string[]],
  environment: Record<string, string>,
  limit = LIMIT,
): ProjectProcess {
  const env = environmentOf(project, environment)
  // A group of its own: npm would leave behind what it started.
  const child = spawn(command, args, { cwd: project, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const timer = setTimeout(() => killGroup(child), limit)
  const said: string[] = []
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, output: said.join('') }))
  }).finally(() => clearTimeout(timer))
  const url = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said.push(chunk.toString())
      const [found] = /^http:\S+(?=\n)/m.exec(said.join('')) ?? []
      if (found) resolve(found)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    outcome.then(({ output }) => reject(new Error(`It ended without a URL: ${output}`)), reject)
  })
  // Most commands print none.
  url.catch(() => {})
  return { url, outcome, terminate: () => void child.kill('SIGTERM') }
}

function killGroup({ pid }: ChildProcessByStdio<null, Readable, Readable>): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

/** Runs a command in a project to its end. */
export function run(
  project: string,
  command: readonly [string, ...string[]],
  environment: Record<string, string>,
  limit = LIMIT,
): Promise<Outcome> {
  return start(project, command, environment, limit).outcome
}
