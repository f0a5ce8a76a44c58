import { spawn } from 'node:child_process'
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { algorithms, createSigner, type KeyKind, parseAlgorithm } from '@signport/core'
import { generateKeyFile } from '../src/generate.js'
import { createLocalProvider } from '../src/index.js'
import { testFolder } from './support/folder.js'
import { derOf } from './support/keys.js'
import { MESSAGE } from './support/messages.js'
import { signsMlDsa, strangerVerifies } from './support/stranger.js'

const folder = testFolder()
const ES256 = parseAlgorithm('ES256')
const MINUTE_MS = 60_000

/** A folder of its own for one test. */
function keyPath(name: string): string {
  mkdirSync(folder.path(name))
  return folder.path(`${name}/k.pem`)
}

/** What is in a new file, by the kind of key. */
const KINDS: Record<KeyKind, string> = {
  RSA: 'RSA 3072',
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  secp256k1: 'secp256k1',
  Ed25519: 'ed25519',
  SM2: 'SM2',
  'ML-DSA-44': 'a seed of ML-DSA, 11',
  'ML-DSA-65': 'a seed of ML-DSA, 12',
  'ML-DSA-87': 'a seed of ML-DSA, 13',
}

/** An algorithm for each kind of key. */
const kinds = Object.keys(KINDS).flatMap((kind) => {
  const algorithm = algorithms.find(({ key }) => key === kind)
  return algorithm ? [[algorithm.name, algorithm] as const] : []
})

const filesBeside = (path: string) => readdirSync(path.slice(0, path.lastIndexOf('/')))

test.each(kinds)('a key for %s, which its owner alone can read', async (name, algorithm) => {
  const path = keyPath(name)
  expect(await generateKeyFile(path, 'k', algorithm)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(kindOf(readFileSync(path, 'utf8'))).toBe(KINDS[algorithm.key])
  expect(filesBeside(path)).toEqual(['k.pem'])
})

/** What a file with a private key holds, by the object identifiers in it and by node:crypto where that knows. */
function kindOf(text: string): string | undefined {
  const hexadecimal = derOf(text).toString('hex')
  const seed = /^3034020100300b06096086480165030403(1[123])04228020.{64}$/.exec(hexadecimal)
  if (seed) return `a seed of ML-DSA, ${seed[1]}`
  // The curve of SM2 has no name in node:crypto.
  if (hexadecimal.includes('06082a811ccf5501822d')) return 'SM2'
  const { asymmetricKeyDetails, asymmetricKeyType } = createPrivateKey(text)
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  return modulusLength ? `RSA ${modulusLength}` : (namedCurve ?? asymmetricKeyType)
}

test.each(kinds)(
  'what was made for %s is read here, signs, and is another key each time',
  async (name, algorithm) => {
    const texts = await Promise.all(
      [1, 2].map(async (count) => {
        const path = keyPath(`${name} ${count} read`)
        await generateKeyFile(path, 'k', algorithm)
        return readFileSync(path, 'utf8')
      }),
    )
    const provider = createLocalProvider({ keys: Object.fromEntries(texts.entries()) })
    const signers = Object.keys(texts).map((keyId) => createSigner({ provider, keyId, algorithm: name }))
    const keys = await Promise.all(signers.map((signer) => signer.publicKey()))
    expect(new Set(keys.map(({ thumbprint }) => thumbprint)).size).toBe(2)
    const signature = await signers[0]?.sign(MESSAGE)
    expect(strangerVerifies(name, texts[0] ?? '', MESSAGE, signature?.bytes ?? MESSAGE)).toBe(true)
  },
)

const mlDsa = algorithms.filter(({ scheme }) => scheme === 'ml-dsa')
const testWithNode24 = signsMlDsa ? test : test.skip
testWithNode24.each(mlDsa)(
  'a seed of $name is read by node:crypto, which signs with it',
  async (algorithm) => {
    const path = keyPath(`${algorithm.name} native`)
    await generateKeyFile(path, 'k', algorithm)
    const text = readFileSync(path, 'utf8')
    const provider = createLocalProvider({ keys: { k: text } })
    const signer = createSigner({ provider, keyId: 'k', algorithm: algorithm.name })
    const key = createPrivateKey(text)
    expect(key.asymmetricKeyType).toBe(algorithm.key.toLowerCase())
    expect(await signer.verify(MESSAGE, sign(undefined, MESSAGE, key))).toBe(true)
    const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
    expect(Buffer.from((await signer.publicKey()).toSpki())).toEqual(spki)
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
