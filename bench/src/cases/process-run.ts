import { spawn } from 'node:child_process'
import { plainEnvironment } from '../harness/plain-environment.js'

/** How a process went. Both times are in milliseconds, and begin just before it is started. */
export interface ProcessRun {
  /** Until the first thing it wrote to standard output had come; undefined where it wrote nothing. */
  readonly toOutput: number | undefined
  /** Until it had ended. */
  readonly toEnd: number
  readonly output: Buffer
}

/**
 * Runs a command to its end. What is in the environment of this process is in its own, but for what changes Node.
 *
 * @throws when it cannot be started or fails, with what it wrote to standard error
 */
export function runProcess(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<ProcessRun> {
  const env = { ...plainEnvironment(), ...environment }
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const written: Buffer[] = []
    const complaints: Buffer[] = []
    let toOutput: number | undefined
    let toEnd = 0
    child.stdout.on('data', (chunk: Buffer) => {
      toOutput ??= performance.now() - begun
      written.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk))
    child.once('error', reject)
    child.once('exit', () => {
      toEnd = performance.now() - begun
    })
    // After the exit, when all that it wrote has been read.
    child.once('close', (code, signal) => {
      if (code === 0) return resolve({ toOutput, toEnd, output: Buffer.concat(written) })
      const complaint = Buffer.concat(complaints).toString().trim()
      reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}: ${complaint}`))
    })
  })
}

/** Runs Node with a program. */
export function runNode(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<ProcessRun> {
  return runProcess(process.execPath, args, environment)
}
