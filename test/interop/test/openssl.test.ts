import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { askOpenssl, opensslVerifies, opensslVersion } from '../src/openssl.js'

/*
 * What becomes of what the openssl command says. The commands here are scripts, so that there are those that no machine has.
 */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signport-openssl-test-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A command of a version, which says something of signatures. */
function commandOf(version: string, verdict: string): string {
  const file = join(mkdtempSync(join(folder, 'command-')), 'openssl')
  writeFileSync(file, `#!/bin/sh\nif [ "$1" = version ]; then echo '${version}'; exit; fi\n${verdict}\n`, {
    mode: 0o755,
  })
  return file
}

const OPENSSL = 'OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)'
const NEEDED = 'The interop tests need the command of OpenSSL 3.0 or newer'
const nothing = new Uint8Array()
const QUESTION = { scheme: 'Ed25519', publicKey: '', message: nothing, signature: nothing } as const

describe('the openssl command', () => {
  test.each([
    ['valid', 'echo Signature Verified Successfully', true],
    ['refused', 'echo Signature Verification Failure; exit 1', false],
  ])('finds a signature %s', async (_verdict, script, valid) => {
    expect(await opensslVerifies(QUESTION, commandOf(OPENSSL, script))).toBe(valid)
  })

  test('that cannot tell is an error with what it said', async () => {
    const command = commandOf(OPENSSL, 'echo unsupported key >&2; exit 1')
    await expect(opensslVerifies(QUESTION, command)).rejects.toThrow(
      'openssl could not tell: unsupported key',
    )
  })

  test.each([
    ['too old', 'OpenSSL 1.1.1w  11 Sep 2023'],
    ["somebody else's", 'LibreSSL 3.3.6'],
  ])('that is %s is an error that says what is needed', async (_what, version) => {
    const command = commandOf(version, 'exit 1')
    const error = `${NEEDED}, and openssl is ${version}`
    expect(() => opensslVersion(command)).toThrow(error)
    await expect(opensslVerifies(QUESTION, command)).rejects.toThrow(error)
  })

  test('that is not there is an error that says what is needed', async () => {
    const nowhere = join(folder, 'nowhere')
    const error = `${NEEDED}, and there is none (spawnSync ${nowhere} ENOENT)`
    expect(() => opensslVersion(nowhere)).toThrow(error)
    await expect(opensslVerifies(QUESTION, nowhere)).rejects.toThrow(error)
  })

  test('is ended by whoever asks', async () => {
    const signal = AbortSignal.timeout(100)
    const asking = askOpenssl(QUESTION, { command: commandOf(OPENSSL, 'exec sleep 600'), signal })
    await expect(asking).rejects.toThrow('timeout')
  })
})
