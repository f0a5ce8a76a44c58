import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { printable } from '@signport/core/kit'
import { misconfigured } from './failure.js'

/** The certificates of all public authorities together are smaller. In bytes. */
const MAX_BYTES = 1024 * 1024

/**
 * The text of a small, regular file. Read at once, so that a file that is missing shows when a configuration is read and
 * not with the first signature.
 *
 * @param shown the path as the user knows it
 * @throws SigningError `Configuration`
 */
export function readCertificates(path: string, shown: string): string {
  const file = open(path, shown)
  try {
    if (!fstatSync(file).isFile()) throw unusable(shown, 'is not a regular file')
    return readAll(file, shown)
  } finally {
    closeSync(file)
  }
}

function open(path: string, shown: string): number {
  try {
    // Not to wait for a writer when the path is that of a pipe.
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw unusable(shown, `cannot be read: ${printable(String(code))}`)
  }
}

function readAll(file: number, shown: string): string {
  const buffer = Buffer.alloc(MAX_BYTES + 1)
  let length = 0
  for (let step = -1; step !== 0 && length < buffer.length; length += step)
    step = readSync(file, buffer, length, buffer.length - length, null)
  if (length > MAX_BYTES) throw unusable(shown, `has more than ${MAX_BYTES} bytes`)
  return buffer.toString('utf8', 0, length)
}

const unusable = (shown: string, why: string) => misconfigured(`The caFile ${printable(shown)} ${why}.`)
