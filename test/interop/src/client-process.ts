import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { devNull } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { installedFile, sourceFile } from './part-files.js'

/** A program in Python that answers questions one after another, each in one line of JSON. */
export interface ClientProcess {
  /** @throws Error with what the program wrote, when it ended instead */
  ask(question: object): Promise<Readonly<Record<string, unknown>>>
  close(): Promise<void>
}

/** Bytes as the programs write and read them. */
export interface Bytes {
  readonly base64: string
}

export const bytesOf = (content: Uint8Array | string): Bytes => ({
  base64: Buffer.from(content).toString('base64'),
})

export const bufferOf = ({ base64 }: Bytes): Buffer => Buffer.from(base64, 'base64')

/** What a client sees of this process's environment: nothing that says of another service, of somebody, or of a proxy. */
export const CLIENT_ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  no_proxy: '*',
  NO_PROXY: '*',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
} as const

interface Waiting {
  readonly resolve: (answer: Readonly<Record<string, unknown>>) => void
  readonly reject: (error: Error) => void
}

/** How long a program may take to end when there are no more questions, in milliseconds. */
const END_MS = 10_000

/** Starts a program of a part in the Python that was installed for that part. */
export function startClient(
  part: string,
  program: string,
  { args = [], environment = {} }: { readonly args?: readonly string[]; readonly environment?: object } = {},
): ClientProcess {
  const command = ['-I', sourceFile(`${part}/${program}`), ...args]
  const env = { ...CLIENT_ENVIRONMENT, ...environment }
  const child = spawn(installedFile(`${part}/bin/python`), command, { env })
  const waiting: Waiting[] = []
  const end = endOf(child, program)
  void end.then((reason) => {
    for (const { reject } of waiting.splice(0)) reject(reason)
  })
  createInterface({ input: child.stdout }).on('line', (line) => settle(waiting.shift(), line))
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        if (!child.stdin.writable) void end.then(reject)
        else child.stdin.write(`${JSON.stringify(question)}\n`)
      }),
    async close() {
      child.stdin.end()
      const gone = await Promise.race([end, sleep(END_MS, undefined, { ref: false })])
      if (!gone) child.kill('SIGKILL')
      await end
    },
  }
}

/** Resolves when the program has ended, with why nothing is answered any more. */
function endOf(child: ChildProcessWithoutNullStreams, program: string): Promise<Error> {
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaint += chunk
  })
  // A program that ends early says why.
  child.stdin.on('error', () => {})
  return new Promise((resolve) => {
    child.on('error', resolve)
    child.on('close', (status, signal) =>
      resolve(new Error(`${program} ended with ${status ?? signal}: ${complaint}`)),
    )
  })
}

function settle(waiting: Waiting | undefined, line: string): void {
  if (!waiting) throw new Error(`Nobody asked for ${line}`)
  try {
    waiting.resolve(JSON.parse(line))
  } catch {
    waiting.reject(new Error(`This is not JSON: ${line}`))
  }
}
