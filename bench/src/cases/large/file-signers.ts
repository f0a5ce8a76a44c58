import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { programPath } from '../../harness/program-path.js'
import type { FileSettings, FileSigned } from '../../programs/large/file-to-sign.js'
import type { Resources } from '../../programs/large/resources.js'
import { commandPath } from '../command-path.js'
import { localUri } from '../local-uri.js'
import { runNode } from '../process-run.js'
import type { KeyPlace } from '../with-key.js'

/** A process that signs a file, and ends. */
export interface FileSigner {
  readonly name: string
  /** Whether it does what the README advises, so that targets hold for it. */
  readonly advised: boolean
  sign(): Promise<FileRun>
}

export interface FileRun {
  /** From start to end, in milliseconds. */
  readonly time: number
  /** Of all threads, in milliseconds. */
  readonly cpu: number
  /** The most memory that the process had, in bytes. */
  readonly peak: number
  readonly signature: Buffer
}

/** What the CPU time of the others is compared with. */
export const LOCAL = 'local, chunks of 512 KiB'

const KIBIBYTE = 1024

export function fileSigners(place: KeyPlace, file: string): readonly FileSigner[] {
  const api = (name: string, program: string, chunkBytes?: number): FileSigner => ({
    name,
    advised: chunkBytes !== undefined,
    sign: () => signByProgram(program, { ...place.settings, file, ...(chunkBytes && { chunkBytes }) }),
  })
  return [
    { name: 'signport sign', advised: true, sign: () => signByCommand(place, file) },
    api(LOCAL, 'local', 512 * KIBIBYTE),
    api('local, chunks of 64 KiB', 'local'),
    api('trent-service, check on, chunks of 512 KiB', 'trent-service', 512 * KIBIBYTE),
  ]
}

/** Node's own start and end. */
export async function runBare(): Promise<Omit<FileRun, 'signature'>> {
  return await runWithResources([programPath('nothing')])
}

async function signByProgram(program: string, settings: FileSettings): Promise<FileRun> {
  const run = await runWithResources([programPath(`large/${program}`), JSON.stringify(settings)])
  return { ...run, signature: Buffer.from(run.told.signature ?? '', 'base64') }
}

async function signByCommand({ settings, folder }: KeyPlace, file: string): Promise<FileRun> {
  const output = join(folder, 'signature')
  const uri = localUri(settings.keyFile)
  const run = await runWithResources([commandPath(), 'sign', file, '--uri', uri, '--output', output])
  const signature = await readFile(output)
  await rm(output)
  return { ...run, signature }
}

async function runWithResources(args: readonly string[]) {
  const preload = pathToFileURL(programPath('large/resources')).href
  const { toEnd, output } = await runNode(['--import', preload, ...args])
  const lines = output.toString().trimEnd().split('\n')
  const told = Object.assign({}, ...lines.map((line) => JSON.parse(line))) as Resources & Partial<FileSigned>
  return { time: toEnd, cpu: told.cpu / 1_000, peak: told.peak, told }
}
