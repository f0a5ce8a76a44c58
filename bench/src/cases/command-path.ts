import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Manifest {
  readonly bin: Readonly<Record<string, string>>
}

/** The path of the command `signport`, as npm would link it. */
export function commandPath(): string {
  const path = createRequire(import.meta.url).resolve('signport/package.json')
  const { bin } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  return join(dirname(path), bin.signport as string)
}
