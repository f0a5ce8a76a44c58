import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { plainEnvironment } from './plain-environment.js'
import { programPath } from './program-path.js'

/** How a program is started. */
export interface ProgramOptions {
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** How long it may take until it answers, in milliseconds: half a minute by default. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 30_000

/**
 * Starts one of the programs of this workspace as a process of its own, and ends it when `use` ends, whatever happens. It is
 * given the flags that this process has, such as --cpu-prof, and of the environment all but what changes Node.
 *
 * @param name of a file in `programs`, without its ending; it calls `answer` of ./answer.ts once
 * @param argument whatever it is to know: JSON
 * @throws when it ends before it answers; what it wrote is on stderr
 */
export async function withProgram<Answer, T>(
  name: string,
  argument: unknown,
  use: (answer: Answer) => Promise<T>,
  { env = {}, patienceMs = PATIENCE_MS }: ProgramOptions = {},
): Promise<T> {
  const child = fork(programPath(name), [JSON.stringify(argument)], {
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  try {
    return await use(await answerOf<Answer>(name, child, patienceMs))
  } finally {
    await end(child)
  }
}

async function answerOf<Answer>(name: string, child: ChildProcess, patienceMs: number): Promise<Answer> {
  const settled = new AbortController()
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(patienceMs)])
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]) => answer),
      once(child, 'exit', { signal }).then(([code]) => {
        throw new Error(`The program ${name} ended with ${code} before it answered`)
      }),
    ])
  } finally {
    settled.abort()
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  if (child.connected) child.disconnect()
  const impatient = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await exit
  clearTimeout(impatient)
}
