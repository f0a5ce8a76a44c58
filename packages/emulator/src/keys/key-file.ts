import { readFile } from 'node:fs/promises'
import { readPrivateFile, writePrivateFile } from '../private-file.js'

/**
 * Reads a file of keys; undefined when there is none.
 *
 * @throws TypeError for a file that others may read or that is not JSON, and the system's errors
 */
export async function readKeyFile(path: string): Promise<unknown> {
  const text = await readPrivateFile(path, 'The file of keys')
  return text === undefined ? undefined : parse(text, path)
}

/** Reads a file of keys for tests, which is no secret. @throws TypeError when it is not JSON, and the system's errors */
export async function readSeedFile(path: string): Promise<unknown> {
  return parse(await readFile(path, 'utf8'), path)
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // What the parser says quotes the file; where it stopped does not.
    const offset = /position (\d+)/.exec((error as Error).message)?.[1]
    const line = offset === undefined ? '' : `, near line ${text.slice(0, Number(offset)).split('\n').length}`
    throw new TypeError(`The file of keys ${path} is not JSON${line}.`)
  }
}

/** Writes a file of keys, whole or not at all, so that only its owner can read it. */
export async function writeKeyFile(path: string, document: unknown): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(document, undefined, 2)}\n`)
}
