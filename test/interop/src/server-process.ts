import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { canIsolate, IN_A_NAMESPACE } from './network-namespace.js'
import { openRelay, type Relay } from './relay.js'

/** A server that somebody else wrote, and how it is started. */
export interface ServerProgram {
  readonly name: string
  /** It is given a port of 127.0.0.1, and a folder of its own that is removed in the end. */
  command(port: number, folder: string): readonly string[]
  /** What it needs beside the environment of this process. */
  environment?(port: number, folder: string): Readonly<Record<string, string>>
  /** True where it listens on all interfaces, and cannot be told not to. */
  readonly everywhere?: boolean
}

/** A server that runs. */
export interface RunningServer {
  readonly url: string
  /** The last of what it wrote. */
  output(): string
  close(): Promise<void>
}

/**
 * How long a server may take to answer for the first time, in milliseconds, however often it is started for that: a cold
 * Python on a busy machine is slow.
 */
const START_MS = 90_000

/** How often another port is tried, when somebody else took the free one first. */
const ATTEMPTS = 3

/** The path of a socket has 107 bytes in Linux, and Node cuts what is longer; some are for the folder in it and for the name. */
const MAX_FOLDER_BYTES = 64

const KEEPER = fileURLToPath(new URL('server-keeper.mjs', import.meta.url))
const IN_USE = /address (is )?already in use|EADDRINUSE/i

/** Resolves when it answers. @throws Error with what the server wrote, when it ends or says nothing */
export async function startServer(program: ServerProgram, limitMs = START_MS): Promise<RunningServer> {
  const late = AbortSignal.timeout(limitMs)
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryServer(program, late)
    } catch (error) {
      if (attempt === ATTEMPTS || late.aborted || !IN_USE.test(String(error))) throw error
    }
  }
}

async function tryServer(program: ServerProgram, late: AbortSignal): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), `signport-${program.name}-`))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const { close, ...running } = await startIn(folder, program, late)
    return { ...running, close: () => close().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

async function startIn(folder: string, program: ServerProgram, late: AbortSignal): Promise<RunningServer> {
  const isolated = program.everywhere === true && isolates(program.name)
  const port = await freePort()
  const socket = isolated ? join(folder, 'socket') : undefined
  const child = spawnKept(program, port, folder, socket)
  const output = collect(child)
  let relay: Relay | undefined
  async function close() {
    await relay?.close()
    await ended(child)
  }
  try {
    relay = socket === undefined ? undefined : await openRelay(socket)
    const url = `http://127.0.0.1:${relay?.port ?? port}`
    await answered(url, child, late)
    return { url, output, close }
  } catch (error) {
    await close()
    throw new Error(`${program.name} did not start: ${messageOf(error)}\n${output()}`)
  }
}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Said once for each server. */
function isolates(name: string): boolean {
  if (canIsolate()) {
    if (Buffer.byteLength(tmpdir()) <= MAX_FOLDER_BYTES) return true
    throw new Error(`TMPDIR is too long for the path of a socket: at most ${MAX_FOLDER_BYTES} bytes.`)
  }
  process.stderr.write(
    `${name} listens on all interfaces while its test runs: network namespaces are not permitted here.\n`,
  )
  return false
}

function spawnKept(program: ServerProgram, port: number, folder: string, socket: string | undefined) {
  const relayed = socket === undefined ? [] : ['--relay', socket, String(port)]
  const kept = [process.execPath, KEEPER, ...relayed, ...program.command(port, folder)]
  const [command = '', ...args] = socket === undefined ? kept : [...IN_A_NAMESPACE, ...kept]
  const env = { ...process.env, TMPDIR: folder, ...program.environment?.(port, folder) }
  return spawn(command, args, { cwd: folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** The last of what it writes, which must be read in any case, or it would stop. */
function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text = `${text}${chunk}`.slice(-20_000)))
  child.on('error', (error) => (text += error.message))
  // Its end is noticed by other means.
  child.stdin?.on('error', () => {})
  return () => text
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.stdin?.end()
  await exit
}

/** Any answer will do: that of a server is about what it was asked. */
async function answered(url: string, child: ChildProcess, late: AbortSignal): Promise<void> {
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it has ended')
    if (late.aborted) throw new Error('no answer in time')
    await sleep(100)
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 5_000 }, (response) => {
      response.resume().once('close', () => resolve(true))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false)).end()
  })
}

/** Of those that systems do not give to whoever asks for any port: nobody else takes one meanwhile. */
const PORTS = { first: 20_000, last: 32_000 }

/** Each worker of jest has its own of them: a server that takes seconds to start has nothing yet that others could see. */
const SHARES = 16

async function freePort(): Promise<number> {
  const share = Number(process.env.JEST_WORKER_ID ?? 0) % SHARES
  for (;;) {
    const port = PORTS.first + SHARES * randomInt((PORTS.last - PORTS.first) / SHARES) + share
    const server = createServer().listen(port, '127.0.0.1')
    const taken = await once(server, 'listening').then(
      () => false,
      () => true,
    )
    if (taken) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
