/**
 * The whole story on one screen: one signport.yaml with five signers, whose key is one and the same; LICENSE signed by
 * each, and every signature verified by somebody who is not Signport, who must also refuse it for a copy with one bit
 * flipped; and a token of each for jose. Then the same with all algorithms, by keys that are made and thrown away.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSigners } from '@signport/config'
import { algorithms, createSigner } from '@signport/core'
import { startEmulator } from '@signport/emulator'
import { jwks, signJwt } from '@signport/jose'
import { createLocalProvider } from '@signport/local'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { printAlgorithms, printSigners, printTokens } from './demo-tables.mjs'
import { otherVerifier } from './other-verifier.mjs'
import { cross, paint } from './terminal.mjs'
import { root } from './workspaces.mjs'

const CONFIGURATION = `signers:
  embedded: { provider: local,         key: ./demo.pem, algorithm: RS256 }
  aws:      { provider: aws-kms,       key: alias/demo, algorithm: RS256, endpoint: "\${KMS}", region: eu-west-1 }
  trent:    { provider: trent-service, key: alias/demo, algorithm: RS256, endpoint: "\${KMS}", region: eu-west-1 }
  alibaba:  { provider: alibaba-kms,   key: alias/demo, algorithm: RS256, endpoint: "\${KMS}", transport: openapi }
  instance: { provider: alibaba-kms,   key: alias/demo, algorithm: RS256, endpoint: "\${KMS_TLS}", transport: instance,
              caFile: ca.pem, clientKeyFile: "\${CLIENT_KEY}", passwordFile: "\${CLIENT_KEY_PASSWORD}" }
`

const message = join(root, 'LICENSE')
const folder = mkdtempSync(join(tmpdir(), 'signport-demo-'))
const forged = join(folder, 'forged')
try {
  writeFlipped(message, forged)
  const failures = [...(await demonstrateVendors()), ...(await demonstrateAlgorithms())]
  for (const { name, error } of failures) console.log(`${cross} ${name}: ${error ?? 'not verified'}`)
  if (failures.length > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

/** One key, five ways to it. */
async function demonstrateVendors() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(join(folder, 'demo.pem'), pem, { mode: 0o600 })
  writeFileSync(join(folder, 'signport.yaml'), CONFIGURATION)
  const emulator = await startEmulator(emulatorWith(pem))
  try {
    writeFileSync(join(folder, 'ca.pem'), emulator.tls.ca)
    forgetClouds()
    Object.assign(process.env, emulator.environment, {
      // Where the SDK of AWS would look for profiles if it were not told.
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
      // What the SDK of AWS says of Node 20 on standard error.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      KMS: emulator.url,
      KMS_TLS: emulator.tls.url,
      CLIENT_KEY: emulator.clientKeyFiles.path,
      CLIENT_KEY_PASSWORD: emulator.clientKeyFiles.passwordPath,
    })
    const signers = await loadSigners(join(folder, 'signport.yaml'))
    const rows = []
    for (const name of signers.names) rows.push({ name, ...(await demonstrate(signers.get(name))) })
    const tokens = await demonstrateTokens(rows)
    await signers.close()
    console.log(`\n${paint('bold', 'signport.yaml')}\n\n${paint('dim', CONFIGURATION)}`)
    console.log(`LICENSE, ${statSync(message).size} bytes, signed by each with the same key:\n`)
    return [...printSigners(rows), ...printTokens(tokens)]
  } finally {
    await emulator.close()
  }
}

/** What the shell says of them, such as a profile or a token, would lead elsewhere. */
function forgetClouds() {
  for (const name of Object.keys(process.env))
    if (/^(AWS|ALIBABA_CLOUD)_/.test(name)) delete process.env[name]
}

function emulatorWith(privateKey) {
  const id = '00000000-0000-4000-8000-000000000001'
  const keys = [{ id, spec: 'RSA_2048', privateKey }]
  return {
    seed: { version: 1, keys, aliases: [{ name: 'alias/demo', keyId: id }] },
    region: 'eu-west-1',
    tls: true,
    clientKeyFolder: join(folder, 'client-key'),
  }
}

/** A token of each that can sign, for jose with the key set of all of them; and once more with another claim. */
async function demonstrateTokens(rows) {
  const able = rows.filter(({ signature }) => signature)
  const { keys } = await jwks(able.map(({ signer }) => signer))
  const tokens = []
  for (const { name, signer } of able) tokens.push({ name, ...(await demonstrateToken(signer, { keys })) })
  return { keys, tokens }
}

async function demonstrateToken(signer, { keys }) {
  const claims = { iss: 'demo', aud: 'jose', sub: 'alice' }
  try {
    const token = await signJwt(signer, claims, { expiresIn: '1m' })
    if (!(await isAccepted(token, keys))) return { verified: false, error: 'jose refuses its token' }
    if (!(await isAccepted(withSubject(token, 'mallory'), keys))) return { verified: true }
    return { verified: false, error: 'jose accepts its token with another claim' }
  } catch (error) {
    return { verified: false, error: String(error) }
  }
}

async function isAccepted(token, keys) {
  const asked = { issuer: 'demo', audience: 'jose', algorithms: ['RS256'] }
  return jwtVerify(token, createLocalJWKSet({ keys }), asked).then(
    () => true,
    () => false,
  )
}

function withSubject(token, sub) {
  const [header, payload, signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const changed = Buffer.from(JSON.stringify({ ...claims, sub })).toString('base64url')
  return [header, changed, signature].join('.')
}

async function demonstrateAlgorithms() {
  const provider = createLocalProvider({ generate: 'always', onGenerate: () => undefined })
  const rows = []
  for (const algorithm of algorithms) {
    const keyId = join(folder, `${algorithm.key.toLowerCase()}.pem`)
    const signer = createSigner({ provider, keyId, algorithm: algorithm.name })
    rows.push({ name: algorithm.name, ...(await demonstrate(signer)) })
  }
  return printAlgorithms(rows)
}

/** Signs LICENSE, and asks the other verifier about it and about the forged copy. */
async function demonstrate(signer) {
  const algorithm = algorithms.find(({ name }) => name === signer.algorithm)
  const files = { key: join(folder, 'public.pem'), signature: join(folder, 'signature'), message }
  try {
    // The first one also opens the connection, fetches the key, or makes it.
    await signer.sign(readFileSync(message))
    const start = performance.now()
    const signature = await signer.sign(readFileSync(message))
    const milliseconds = performance.now() - start
    writeFileSync(files.key, (await signer.publicKey()).toPem())
    writeFileSync(files.signature, signature.bytes)
    const other = otherVerifier(algorithm)
    const accepted = other.verify(algorithm, files)
    const refused = !other.verify(algorithm, { ...files, message: forged })
    return { signer, signature, milliseconds, verified: accepted && refused, by: other.name }
  } catch (error) {
    return { signer, verified: false, error: String(error?.stderr || error).trim() }
  }
}

function writeFlipped(from, to) {
  const bytes = readFileSync(from)
  bytes[bytes.length >> 1] ^= 1
  writeFileSync(to, bytes)
}
