import { constants, type Stats } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from './failure.js'
import { STANDARD } from './input.js'
import { writeWhole } from './output-file.js'
import { print } from './standard-output.js'
import { cannot, codeOf } from './system-error.js'

/** Where a result goes: the options `--output` and `--force`. */
export interface OutputOptions {
  readonly output?: string
  readonly force?: boolean
}

/** What is written, where that matters: who may read it. */
interface Written extends OutputOptions {
  /** Permissions of a new file, such as 0o600. By default those that the system gives. */
  readonly mode?: number
}

/**
 * Refuses to write bytes that are no text to a screen. They are not made text unasked either: what a command writes
 * should not depend on who looks.
 *
 * @param instead the option that gives text
 */
export function refuseRawBytes(
  { output = STANDARD }: OutputOptions,
  instead: string,
  stdout: { readonly isTTY?: boolean } = process.stdout,
): void {
  if (output !== STANDARD || !stdout.isTTY) return
  throw new Failure(`raw bytes are no text for a terminal: use --output FILE or ${instead}.`)
}

/**
 * Refuses, before any work is done, a file that the result could not or should not be written to.
 *
 * @param inputPath what is read: the result must not take its place
 */
export async function assertOutput(
  { output = STANDARD, force = false }: OutputOptions,
  inputPath?: string,
): Promise<void> {
  if (output === STANDARD) return
  const there = await lookAt(output)
  if (!there) return
  if (there.isDirectory()) throw new Failure(`${output} is a folder: name a file in it.`)
  if (!there.isFile() && !there.isSymbolicLink())
    throw new Failure(`${output} is no ordinary file: leave out --output and redirect standard output to it.`)
  if (inputPath !== undefined && (await isSameFile(inputPath, output)))
    throw new Failure(`${output} is the file that is read: choose another name for the output.`)
  if (!force) throw alreadyThere(output)
}

/** Writes a result to its file, whole or not at all, or to standard output. */
export async function writeOutput(
  content: Uint8Array | string,
  { output = STANDARD, force = false, mode }: Written,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  if (output === STANDARD) return print(content)
  try {
    await writeWhole(output, content, { force, signal, mode })
  } catch (error) {
    throw unwritable(output, error)
  }
}

/** What has the name already, if anything has; its folder must be there and take files. */
async function lookAt(path: string): Promise<Stats | undefined> {
  try {
    await access(dirname(path), constants.W_OK)
    return await lstat(path).catch(absent)
  } catch (error) {
    throw unwritable(path, error)
  }
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error
}

function unwritable(path: string, error: unknown): unknown {
  if (codeOf(error) === 'EEXIST') return alreadyThere(path)
  if (codeOf(error) === 'ENOENT') return new Failure(`cannot write ${path}: its folder does not exist.`)
  return cannot('write', path, error)
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => stat(path).catch(() => undefined)))
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

function alreadyThere(path: string): Failure {
  return new Failure(`${path} exists already: choose another name, or replace it with --force.`)
}
