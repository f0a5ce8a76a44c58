import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { devNull } from 'node:os'
import { resolve } from 'node:path'

/** The command as npm installs it. */
export const BIN = resolve(import.meta.dirname, '../../bin/signport.mjs')

/** How a run ended. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** What a run gets besides its arguments. */
export interface RunOptions {
  readonly cwd: string
  /** What is piped into it. Nothing by default. */
  readonly input?: Uint8Array
  readonly env?: Record<string, string>
  /** Arguments of Node's own. */
  readonly node?: readonly string[]
}

/** Runs the command to its end. */
export function signport(args: readonly string[], options: RunOptions): Promise<Outcome> {
  const child = startSignport(args, options)
  // A command that fails does not read on.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.input)
  return outcomeOf(child)
}

/** Runs a shell script that may use the command by its name. */
export function inShell(script: string, { cwd }: RunOptions): Promise<Outcome> {
  const env = environment({ NODE: process.execPath, BIN })
  const command = `signport() { "$NODE" "$BIN" "$@"; }\n${script}`
  return outcomeOf(spawn('sh', ['-c', command], { cwd, env }))
}

/** Starts the command. Its standard input is open until somebody ends it. */
export function startSignport(args: readonly string[], { cwd, env, node = [] }: RunOptions) {
  return spawn(process.execPath, [...node, BIN, ...args], { cwd, env: environment(env) })
}

/** What a developer's shell may have set for SDKs of clouds and for this command: profiles, endpoints, accounts. */
const OF_DEVELOPERS = /^(?:AWS|ALIBABA_CLOUD|SIGNPORT)_/
/** The files with profiles that are read even where no variable names them. */
const NO_PROFILES = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull }

/** An environment in which nothing of the tests' own changes what the command does. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  // Node shows no colours where CI is set.
  const { CI, NODE_ENV, NODE_OPTIONS, FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS, ...others } = process.env
  const inherited = Object.entries(others).filter(([name]) => !OF_DEVELOPERS.test(name))
  return { ...Object.fromEntries(inherited), ...NO_PROFILES, ...more }
}

/** How a process ends that was started. */
export function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk) => stdout.push(chunk))
  child.stderr.on('data', (chunk) => stderr.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    )
  })
}

/** What a run must have been to have done its work in silence. */
export const DONE = { code: 0, signal: null, stdout: Buffer.alloc(0), stderr: '' }

/** What a run must have been that failed with one line. */
export const failed = (line: string): Outcome => ({
  code: 2,
  signal: null,
  stdout: Buffer.alloc(0),
  stderr: `signport: ${line}\n`,
})

/** What a run must have been that printed a text. */
export const printed = (text: string, code = 0): Outcome => ({
  code,
  signal: null,
  stdout: Buffer.from(text),
  stderr: '',
})
