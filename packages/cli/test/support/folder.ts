import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import type { AlgorithmName } from '@signport/core'
import { privatePem } from './keys.js'

/** A folder that is new for each test: the working directory of the commands that it runs. */
export interface Folder {
  path(name?: string): string
  write(name: string, content: Uint8Array | string): void
  /** Writes a file of zeros, which takes no room on the disk. */
  writeSparse(name: string, bytes: number): void
  read(name: string): Buffer
  names(): string[]
  /** The URI of a key for an algorithm, whose file is written here. */
  key(algorithm: AlgorithmName): string
}

export function testFolder(): Folder {
  let folder = ''
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'signport-cli-')))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name = '') => join(folder, name)
  const write = (name: string, content: Uint8Array | string) =>
    writeFileSync(path(name), content, { mode: 0o600 })
  return {
    path,
    write,
    writeSparse(name, bytes) {
      write(name, '')
      truncateSync(path(name), bytes)
    },
    read: (name) => readFileSync(path(name)),
    names: () => readdirSync(folder).sort(),
    key(algorithm) {
      write(`${algorithm}.pem`, privatePem(algorithm))
      return `local:./${algorithm}.pem?algorithm=${algorithm}`
    },
  }
}
