/**
 * Signs LICENSE with every algorithm, in turn through the API and through the command, with keys that it makes and
 * throws away. Each signature is verified by somebody else, who must also refuse it for a copy with one bit flipped.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { readPublicKey } from '@signport/config'
import { algorithms, createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import Table from 'cli-table3'
import { otherVerifier } from './other-verifier.mjs'
import { cross, paint, tick } from './terminal.mjs'
import { root } from './workspaces.mjs'

const COMMAND = join(root, 'packages/cli/bin/signport.mjs')
const message = join(root, 'LICENSE')
const folder = mkdtempSync(join(tmpdir(), 'signport-demo-'))
const forged = join(folder, 'forged')
try {
  writeFlipped(message, forged)
  const rows = []
  for (const [index, algorithm] of algorithms.entries())
    rows.push(await demonstrate(algorithm, index % 2 === 0 ? 'API' : 'command'))
  print(rows)
} finally {
  rmSync(folder, { recursive: true })
}

/** One row of the table: what was signed, how, and what the other verifier says to it. */
async function demonstrate(algorithm, through) {
  const keyFile = join(folder, `${algorithm.key.toLowerCase()}.pem`)
  const evidence = {
    key: join(folder, 'public.pem'),
    signature: join(folder, `${algorithm.name}.sig`),
    message,
  }
  try {
    const sign = through === 'API' ? signThroughApi : signThroughCommand
    const made = await sign(algorithm, keyFile, evidence.signature)
    const { kind, modulusBits, pem } = await publicHalf(keyFile)
    writeFileSync(evidence.key, pem)
    const verifier = otherVerifier(algorithm)
    const verified = verifier.verify(algorithm, evidence)
    const refused = !verifier.verify(algorithm, { ...evidence, message: forged })
    const key = [kind, modulusBits].filter(Boolean).join(' ')
    const bytes = statSync(evidence.signature).size
    return { algorithm, through, key, ...made, bytes, verified, refused, by: verifier.name }
  } catch (error) {
    return { algorithm, through, key: '', error }
  }
}

async function publicHalf(keyFile) {
  const key = await readPublicKey({ provider: 'local', key: keyFile })
  return { kind: key.kind, modulusBits: key.modulusBits, pem: key.toPem() }
}

async function signThroughApi(algorithm, keyId, signatureFile) {
  const provider = createLocalProvider({ generate: 'always', onGenerate: () => undefined })
  const messageType = algorithm.digest ? 'digest' : 'raw'
  const signer = createSigner({ provider, keyId, algorithm: algorithm.name })
  // The first signature makes the key where there is none yet.
  await signer.sign(readFileSync(message))
  const start = performance.now()
  const signature = await signer.sign(readFileSync(message), { messageType })
  const milliseconds = performance.now() - start
  await signer.close()
  writeFileSync(signatureFile, signature.bytes)
  return { messageType: signature.messageType, milliseconds }
}

async function signThroughCommand({ name }, keyFile, signatureFile) {
  const uri = `local:./${basename(keyFile)}?algorithm=${name}&generate=always`
  const start = performance.now()
  const args = [COMMAND, 'sign', message, '--uri', uri, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
  const milliseconds = performance.now() - start
  const { bytes, messageType } = JSON.parse(stdout)
  writeFileSync(signatureFile, bytes, 'base64')
  return { messageType, milliseconds }
}

function writeFlipped(from, to) {
  const bytes = readFileSync(from)
  bytes[bytes.length >> 1] ^= 1
  writeFileSync(to, bytes)
}

function print(rows) {
  const failed = rows.filter(({ verified, refused }) => !(verified && refused))
  const head = [
    'algorithm',
    'key',
    'through',
    'message type',
    'bytes',
    'ms',
    'verified by',
    'one bit flipped',
  ]
  const table = new Table({
    head: head.map((title) => paint('bold', title)),
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  })
  table.push(...rows.map(cells))
  console.log(`\nLICENSE, ${statSync(message).size} bytes, signed with every algorithm:\n\n${table}`)
  console.log(paint('dim', 'ms: one signature; through the command, a whole run of it\n'))
  for (const { algorithm, error } of failed)
    console.log(`${cross} ${algorithm.name}: ${(error?.stderr || String(error ?? 'not verified')).trim()}`)
  console.log(
    `${failed.length === 0 ? tick : cross} ${rows.length - failed.length} of ${rows.length} algorithms`,
  )
  if (failed.length > 0) process.exitCode = 1
}

function cells({
  algorithm,
  key,
  through,
  messageType = '',
  bytes = '',
  milliseconds,
  verified,
  refused,
  by,
}) {
  return [
    algorithm.name,
    key,
    through,
    messageType,
    bytes,
    milliseconds?.toFixed(1) ?? '',
    verified ? `${tick} ${by}` : `${cross} failed`,
    refused ? `${tick} refused` : cross,
  ]
}
