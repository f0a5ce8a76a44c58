import { writeSync } from 'node:fs'
import { argument } from '../../harness/answer.js'
import type { Settings } from '../settings.js'

export interface StartSettings extends Settings {
  /** What is signed, by RS256. */
  readonly message: string
  /** The file of a configuration with one signer, `documents`. */
  readonly configuration?: string
}

/** What a program says when it has signed. */
export interface Started {
  /** In base64. */
  readonly signature?: string
  /** How much CPU time its process has had until then, in microseconds. */
  readonly cpu: number
}

export const settings = argument<StartSettings>()

export const message = Buffer.from(settings.message)

export function tell(signature?: Uint8Array): void {
  const { user, system } = process.cpuUsage()
  const started: Started = {
    cpu: user + system,
    ...(signature && { signature: Buffer.from(signature).toString('base64') }),
  }
  writeSync(1, `${JSON.stringify(started)}\n`)
}
