import { spawn } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'

const folder = testFolder()
const PROCESSES = 50

const MESSAGE = 'signed by fifty at once'

/** Waits at a line on standard input, so that all start together, then signs and prints whether it made the key. */
const PROGRAM = `
  import { createSigner } from '@signport/core'
  import { createLocalProvider } from '@signport/local'
  let generated = 0
  const provider = createLocalProvider({ generate: true, onGenerate: () => generated++ })
  const signer = createSigner({ provider, keyId: process.env.KEY_FILE, algorithm: 'ES256' })
  process.stdout.write('ready\\n')
  process.stdin.once('data', async () => {
    const { bytes } = await signer.sign(new TextEncoder().encode(${JSON.stringify(MESSAGE)}))
    process.stdout.write(JSON.stringify({ generated, signature: Buffer.from(bytes).toString('base64') }))
    process.exit()
  })`

function startProcess(path: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM], {
    cwd: import.meta.dirname,
    env: { ...process.env, KEY_FILE: path, NODE_ENV: 'test' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let output = ''
  let started = () => {}
  const ready = new Promise<void>((resolve) => {
    started = resolve
  })
  child.stdout.on('data', (text) => {
    output += text
    if (output.startsWith('ready\n')) started()
  })
  const ended = new Promise<string>((resolve) =>
    child.once('close', () => resolve(output.slice('ready\n'.length))),
  )
  return { ready, go: () => child.stdin.end('go\n'), ended }
}

test(`${PROCESSES} processes that start at once end with one key and ${PROCESSES} signatures that verify`, async () => {
  mkdirSync(folder.path('race'))
  const path = folder.path('race/k.pem')
  const processes = Array.from({ length: PROCESSES }, () => startProcess(path))
  await Promise.all(processes.map(({ ready }) => ready))
  for (const { go } of processes) go()
  const results = (await Promise.all(processes.map(({ ended }) => ended))).map((output) => JSON.parse(output))

  const key = createPublicKey(readFileSync(path))
  const valid = results.filter(({ signature }) =>
    verify('sha256', Buffer.from(MESSAGE), key, Buffer.from(signature, 'base64')),
  )
  expect(valid).toHaveLength(PROCESSES)
  expect(results.reduce((sum, { generated }) => sum + generated, 0)).toBe(1)
  expect(readdirSync(folder.path('race'))).toEqual(['k.pem'])
})
