import { readFile } from 'node:fs/promises'
import { parseJson } from '../json-text.js'
import { readPrivateFile, writePrivateFile } from '../private-file.js'

/**
 * Reads a file of keys; undefined when there is none.
 *
 * @throws TypeError for a file that others may read or that is not JSON, and the system's errors
 */
export async function readKeyFile(path: string): Promise<unknown> {
  const text = await readPrivateFile(path, 'The file of keys')
  return text === undefined ? undefined : parseJson(text, `The file of keys ${path}`)
}

/** Reads a file of keys for tests, which is no secret. @throws TypeError when it is not JSON, and the system's errors */
export async function readSeedFile(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8'), `The file of keys ${path}`)
}

/** Writes a file of keys, whole or not at all, so that only its owner can read it. */
export async function writeKeyFile(path: string, document: unknown): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify(document, undefined, 2)}\n`)
}
