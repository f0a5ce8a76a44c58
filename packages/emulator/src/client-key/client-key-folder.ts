import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readPrivateFile, writePrivateFile } from '../private-file.js'
import { type ClientKey, ClientKeyError, generateClientKey, readClientKey } from './client-key.js'

/** Where the two files of a ClientKey are, as Alibaba Cloud hands them out. */
export interface ClientKeyFiles {
  /** JSON with `KeyId` and `PrivateKeyData`. */
  readonly path: string
  /** The password, and nothing else. */
  readonly passwordPath: string
}

/** A ClientKey, and where it is. */
export interface OpenedClientKey {
  readonly clientKey: ClientKey
  readonly files: ClientKeyFiles
}

const NAME = /^clientKey_(.+)\.json$/

/**
 * The ClientKey of a folder. Where there is none, one is made and left there, for its owner alone.
 *
 * @throws TypeError for a folder with several, for files that others may read, and for what is no ClientKey; and the
 *   system's errors
 */
export async function openClientKeyFolder(folder: string, now: Date): Promise<OpenedClientKey> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).flatMap((file) => NAME.exec(file)?.[1] ?? [])
  const [name, ...others] = names
  if (others.length > 0)
    throw new TypeError(`The folder ${folder} has ${names.length} ClientKeys: leave one of them there.`)
  if (name === undefined) return create(folder, now)
  const files = filesOf(folder, name)
  return { clientKey: await read(files), files }
}

function filesOf(folder: string, name: string): ClientKeyFiles {
  return {
    path: join(folder, `clientKey_${name}.json`),
    passwordPath: join(folder, `clientKey_${name}_Password.txt`),
  }
}

/** The password first: where there is a ClientKey, there is its password. */
async function create(folder: string, now: Date) {
  const clientKey = await generateClientKey(now)
  const files = filesOf(folder, clientKey.keyId)
  await writePrivateFile(files.passwordPath, clientKey.password)
  await writePrivateFile(files.path, clientKey.json)
  return { clientKey, files }
}

async function read({ path, passwordPath }: ClientKeyFiles): Promise<ClientKey> {
  const json = (await readPrivateFile(path, 'The ClientKey')) ?? ''
  const password = await readPrivateFile(passwordPath, 'The password')
  if (password === undefined)
    throw new TypeError(`The ClientKey ${path} cannot be used: its password should be in ${passwordPath}.`)
  try {
    return readClientKey(json, password.trim())
  } catch (error) {
    if (error instanceof ClientKeyError)
      throw new TypeError(`The ClientKey ${path} cannot be used: ${error.message}.`)
    throw error
  }
}
