import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { SigningError } from '@signport/core'
import { BrokenPromise } from './parser.js'

const PROGRAM = fileURLToPath(new URL('../program/reader.mjs', import.meta.url))

/** What is still under way then will not come to an end. In milliseconds. */
const PATIENCE = 6_000

/** What is read where it can be ended. */
export interface Reading {
  readonly how: 'pkcs12' | 'pem'
  /** PEM, or bytes in base64. */
  readonly content: string
  /** What it opens with. */
  readonly secret: string
}

interface Outcome {
  readonly read?: string
  readonly thrown?: {
    readonly name: string
    readonly message: string
    readonly code?: string
    readonly stack: string
  }
}

/** A process that reads keys, of the packages as they are built; another takes its place when it does not come back. */
export class IsolatedReader {
  #child: ChildProcess | undefined

  /** @throws what the reader has thrown; BrokenPromise when it did not come back or its process ended */
  async read(reading: Reading): Promise<string> {
    const child = await this.#started()
    const answer = next(child, PATIENCE)
    child.send(reading)
    const outcome = (await answer) as Outcome | undefined
    if (outcome === undefined) {
      this.stop()
      throw new BrokenPromise(`it did not come back within ${PATIENCE} ms, or its process ended`)
    }
    if (outcome.thrown) throw errorOf(outcome.thrown)
    return outcome.read ?? ''
  }

  stop(): void {
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  async start(): Promise<void> {
    await this.#started()
  }

  async #started(): Promise<ChildProcess> {
    if (this.#child) return this.#child
    const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] })
    this.#child = child
    if ((await next(child, 30_000)) !== 'ready') throw new Error('The reader does not start: build first.')
    return child
  }
}

/** The next message; undefined where none comes in time or the process ends. */
function next(child: ChildProcess, limitMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const done = (message?: unknown) => {
      clearTimeout(timer)
      child.off('message', done)
      child.off('exit', ended)
      resolve(message)
    }
    const ended = () => done()
    const timer = setTimeout(ended, limitMs)
    child.on('message', done)
    child.on('exit', ended)
  })
}

function errorOf({ name, message, code, stack }: NonNullable<Outcome['thrown']>): Error {
  if (name === 'SigningError') return new SigningError(code as never, message)
  const error = name === 'TypeError' ? new TypeError(message) : new Error(`${name}: ${message}\n${stack}`)
  return code === undefined ? error : Object.assign(error, { code })
}
