import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'

/** Every test begins without any credentials, profile or region around it, and without an instance that has some. */
export function emptyEnvironment(): void {
  let before: NodeJS.ProcessEnv
  beforeEach(() => {
    before = { ...process.env }
    for (const name of Object.keys(process.env)) if (/^(AWS_|NODE_TLS_)/.test(name)) delete process.env[name]
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    })
  })
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
}

const folders: string[] = []

/** A shared configuration file, at a path of its own: the SDK reads each path once. */
export function configFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'signport-aws-kms-'))
  folders.push(folder)
  const path = join(folder, 'config')
  writeFileSync(path, text)
  return path
}

/** For the end of the tests. */
export function removeConfigFiles(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
