import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { FileSettings, FileSigned } from '../../programs/large/file-to-sign.js'
import type { PeakMemory } from '../../programs/large/peak-memory.js'
import { commandPath } from '../command.js'
import { runNode } from '../process-run.js'
import { programPath } from '../programs.js'
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
  /** The most memory that the process had, in bytes. */
  readonly peak: number
  readonly signature: Buffer
}

const KIBIBYTE = 1024

export function fileSigners(place: KeyPlace, file: string): readonly FileSigner[] {
  const api = (name: string, program: string, chunkBytes?: number): FileSigner => ({
    name,
    advised: chunkBytes !== undefined,
    sign: () => signByProgram(program, { ...place.settings, file, ...(chunkBytes && { chunkBytes }) }),
  })
  return [
    { name: 'signport sign', advised: true, sign: () => signByCommand(place, file) },
    api('local, chunks of 512 KiB', 'local', 512 * KIBIBYTE),
    api('local, chunks of 64 KiB', 'local'),
    api('trent-service, check on, chunks of 512 KiB', 'trent-service', 512 * KIBIBYTE),
  ]
}

/** Node's own start and end. */
export async function runBare(): Promise<Omit<FileRun, 'signature'>> {
  return await runWithPeak([programPath('nothing')])
}

async function signByProgram(program: string, settings: FileSettings): Promise<FileRun> {
  const run = await runWithPeak([programPath(`large/${program}`), JSON.stringify(settings)])
  return { ...run, signature: Buffer.from(run.told.signature ?? '', 'base64') }
}

async function signByCommand({ settings, folder }: KeyPlace, file: string): Promise<FileRun> {
  const output = join(folder, 'signature')
  const uri = `local:${settings.keyFile}?algorithm=RS256`
  const run = await runWithPeak([commandPath(), 'sign', file, '--uri', uri, '--output', output])
  const signature = await readFile(output)
  await rm(output)
  return { ...run, signature }
}

async function runWithPeak(args: readonly string[]) {
  const preload = pathToFileURL(programPath('large/peak-memory')).href
  const { toEnd, output } = await runNode(['--import', preload, ...args])
  const lines = output.toString().trimEnd().split('\n')
  const told = Object.assign({}, ...lines.map((line) => JSON.parse(line))) as PeakMemory & Partial<FileSigned>
  return { time: toEnd, peak: told.peak, told }
}
