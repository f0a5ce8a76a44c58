import { spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { algorithms, parseAlgorithm } from '@signport/core'
import { generateKeyFile } from '../src/generate.js'
import { testFolder } from './support/folder.js'

const folder = testFolder()
const ES256 = parseAlgorithm('ES256')
const MINUTE_MS = 60_000

/** A folder of its own for one test. */
function keyPath(name: string): string {
  mkdirSync(folder.path(name))
  return folder.path(`${name}/k.pem`)
}

const filesBeside = (path: string) => readdirSync(path.slice(0, path.lastIndexOf('/')))

test.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  'a key for %s, which its owner alone can read',
  async (name, algorithm) => {
    const path = keyPath(name)
    expect(await generateKeyFile(path, 'k', algorithm)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { asymmetricKeyDetails, asymmetricKeyType } = createPrivateKey(readFileSync(path))
    const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
    const made = modulusLength ? `RSA ${modulusLength}` : (namedCurve ?? asymmetricKeyType)
    const expected: Record<string, string> = {
      RSA: 'RSA 3072',
      'P-256': 'prime256v1',
      'P-384': 'secp384r1',
      'P-521': 'secp521r1',
      secp256k1: 'secp256k1',
      Ed25519: 'ed25519',
    }
    expect(made).toBe(expected[algorithm.key])
    expect(filesBeside(path)).toEqual(['k.pem'])
  },
)

test('a key that is there already stays, and nothing is left behind', async () => {
  const path = keyPath('existing')
  writeFileSync(path, 'somebody was faster')
  expect(await generateKeyFile(path, 'k', ES256)).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('somebody was faster')
  expect(filesBeside(path)).toEqual(['k.pem'])
})

test('of twenty at once in one process, one makes the key', async () => {
  const path = keyPath('together')
  const made = await Promise.all(Array.from({ length: 20 }, () => generateKeyFile(path, 'k', ES256)))
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(filesBeside(path)).toEqual(['k.pem'])
})

describe('what the folder says', () => {
  test.each<[string, () => string, string]>([
    ['it is missing', () => folder.path('nowhere/k.pem'), 'its folder does not exist; create it first'],
    [
      'it is a file',
      () => {
        writeFileSync(folder.path('file'), '')
        return folder.path('file/k.pem')
      },
      'its folder is not a folder',
    ],
  ])('%s', async (_, path, why) => {
    await expect(generateKeyFile(path(), 'k\u001b[2J', ES256)).rejects.toMatchObject({
      code: 'Configuration',
      message: `The key file k\\u{1b}[2J could not be generated: ${why}.`,
    })
  })
})

describe('a process that is killed', () => {
  /** Generates in a process that kills itself in the given function of node:fs/promises. */
  async function generateAndDieIn(step: 'open' | 'link', path: string): Promise<string | null> {
    const entry = new URL('../dist/generate.js', import.meta.url).href
    const algorithm = JSON.stringify({ name: 'ES256', key: 'P-256' })
    const program = `
      import fs from 'node:fs/promises'
      import { syncBuiltinESMExports } from 'node:module'
      const real = fs.${step}
      fs.${step} = async (...args) => {
        // Half of the key is on the disk when the process dies.
        if ('${step}' === 'open') await (await real(...args)).writeFile('-----BEGIN PRIVATE')
        process.kill(process.pid, 'SIGKILL')
        await new Promise(() => {})
      }
      syncBuiltinESMExports()
      const { generateKeyFile } = await import('${entry}')
      await generateKeyFile(${JSON.stringify(path)}, 'k', ${algorithm})`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: 'ignore',
    })
    return new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  }

  test.each(['open', 'link'] as const)(
    'in %s leaves no half key, and its draft is cleared away',
    async (step) => {
      const path = keyPath(`killed in ${step}`)
      expect(await generateAndDieIn(step, path)).toBe('SIGKILL')
      const [draft, ...others] = filesBeside(path)
      // The nasty case has occurred: there is a draft, and no key.
      expect(draft).toMatch(/^\.k\.pem\.[0-9a-f]{16}\.signport-new$/)
      expect(others).toEqual([])

      // A young draft may be that of a process at work; only an old one is taken away.
      expect(await generateKeyFile(`${path}2`, 'k', ES256)).toBe(true)
      expect(await generateKeyFile(path, 'k', ES256)).toBe(true)
      expect(filesBeside(path)).toContain(draft)
      const old = (Date.now() - 2 * MINUTE_MS) / 1000
      utimesSync(path.replace('k.pem', draft ?? ''), old, old)
      expect(await generateKeyFile(path, 'k', ES256)).toBe(false)
      expect(filesBeside(path)).toEqual(['k.pem', 'k.pem2'])
      expect(createPrivateKey(readFileSync(path)).type).toBe('private')
    },
  )
})
