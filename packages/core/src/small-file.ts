import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SigningError, type SigningErrorCode } from './error.js'
import { printable } from './text.js'

/** What a file is called in errors, and whose errors these are. */
export interface FileLabel {
  /** What it is, and its path as the user knows it, fit to be shown: `key file ./dev.pem`. */
  readonly label: string
  readonly provider?: string | undefined
}

/** What is asked of a file. */
export interface FileRules extends FileLabel {
  readonly maxBytes: number
  /** What it means that there is none, and what to do. By default a mistake of `Configuration`, in the path. */
  readonly missing?: { readonly code: SigningErrorCode; readonly advice: string } | undefined
  /** Throws for a file that must not be used. */
  check?(stats: Stats): void
}

const MISSING = { code: 'Configuration', advice: 'check the path' } as const

/**
 * Reads a regular file that is not large. What is checked is the file that was opened, by its descriptor, so that nobody can
 * put another one in its place between check and reading.
 *
 * @throws SigningError `AccessDenied`; what `missing` says; `Configuration` for what breaks the rules
 */
export async function readSmallFile(path: string, rules: FileRules): Promise<Buffer> {
  const file = await openFile(path, rules)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unusableFile(rules, 'is not a regular file')
    rules.check?.(stats)
    return await readAll(file, rules)
  } finally {
    await file.close()
  }
}

/** The error for a file that must not be used; `why` goes on after its name. */
export function unusableFile({ label, provider }: FileLabel, why: string): SigningError {
  return failure('Configuration', `The ${label} ${why}.`, provider)
}

async function openFile(
  path: string,
  { label, provider, missing = MISSING }: FileRules,
): Promise<FileHandle> {
  try {
    // Not to wait for a writer when the path is that of a pipe.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    // It is not handed on: its text is the path as it was opened, which may be any characters.
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw failure(missing.code, `There is no ${label}: ${missing.advice}.`, provider)
    if (code === 'EACCES' || code === 'EPERM')
      throw failure('AccessDenied', `This process may not read the ${label}.`, provider)
    throw unusableFile({ label, provider }, `cannot be opened (${printable(String(code))})`)
  }
}

async function readAll(file: FileHandle, rules: FileRules): Promise<Buffer> {
  const { maxBytes } = rules
  const buffer = Buffer.alloc(maxBytes + 1)
  let length = 0
  for (let step = -1; step !== 0 && length < buffer.length; length += step)
    step = (await file.read(buffer, length, buffer.length - length)).bytesRead
  if (length > maxBytes) throw unusableFile(rules, `has more than ${maxBytes} bytes, which none has`)
  return buffer.subarray(0, length)
}

function failure(code: SigningErrorCode, message: string, provider: string | undefined): SigningError {
  return new SigningError(code, message, provider === undefined ? {} : { provider })
}
