import { createReadStream, type ReadStream, writeSync } from 'node:fs'
import { argument } from '../../harness/answer.js'
import type { Settings } from '../settings.js'

export interface FileSettings extends Settings {
  readonly file: string
  /** How much of it is read at once; as much as Node does by itself if it is left out. */
  readonly chunkBytes?: number
}

/** What a program says that has signed a file. */
export interface FileSigned {
  /** In base64. */
  readonly signature: string
}

export const settings = argument<FileSettings>()

export function fileStream(): ReadStream {
  const { file, chunkBytes } = settings
  return createReadStream(file, chunkBytes === undefined ? {} : { highWaterMark: chunkBytes })
}

export function tell(signature: Uint8Array): void {
  const signed: FileSigned = { signature: Buffer.from(signature).toString('base64') }
  writeSync(1, `${JSON.stringify(signed)}\n`)
}
