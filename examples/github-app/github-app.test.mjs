import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, beforeEach, test } from 'node:test'
import { loadSigners } from '@signport/config'
import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import jsonwebtoken from 'jsonwebtoken'
import { appJwtOf, createInstallationAuth } from './github-app.mjs'
import { createGithubServer } from './github-server.mjs'

const APP = { appId: 1234, installationId: 42 }
const IAT = /^'Issued at' claim \('iat'\) must be an Integer/
const EXP = /^'Expiration time' claim \('exp'\) must be a numeric value/

const { fetch } = globalThis
const publicKeys = new Map()
/** What GitHub's clock is ahead of ours, in seconds. */
let ahead = 0
const { server, state } = createGithubServer(publicKeys, () => Date.now() + ahead * 1000)
const FILE = 'github-app.pem'
const isMissing = !existsSync(FILE)
let signers
let app

before(async () => {
  if (isMissing) writeFileSync(FILE, fileOfGithub(), { mode: 0o600 })
  signers = await loadSigners('signport.yaml')
  app = signers.get('github-app')
  publicKeys.set(String(APP.appId), (await app.publicKey()).toPem())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${server.address().port}`
  // What goes to GitHub goes to the server of this test, and nothing goes anywhere else.
  globalThis.fetch = (target, init) => {
    assert.ok(String(target).startsWith('https://api.github.com/'))
    return fetch(String(target).replace('https://api.github.com', url), init)
  }
})

beforeEach(() => {
  ahead = 0
  Object.assign(state, { issued: 0, refused: [] })
})

after(async () => {
  globalThis.fetch = fetch
  server.close()
  server.closeAllConnections()
  await signers.close()
  if (isMissing) rmSync(FILE)
})

/** A private key as GitHub shows it, once: PKCS #1. */
function fileOfGithub() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' })
}

function signerOf(algorithm, { privateKey }) {
  return createSigner({ provider: createLocalProvider({ keys: { k: privateKey } }), keyId: 'k', algorithm })
}

test('an installation gets its token, and keeps it', async () => {
  const tokenOf = await createInstallationAuth(app, APP)
  assert.equal(await tokenOf(), 'ghs_42_1')
  assert.equal(await tokenOf(), 'ghs_42_1')
  assert.deepEqual(state, { issued: 1, refused: [] })
})

test('the token of the app is one minute old and valid for nine more', async () => {
  const now = Math.floor(Date.now() / 1000)
  const { jwt, expiresAt } = await appJwtOf(app)(APP.appId)
  const { header, payload } = jsonwebtoken.decode(jwt, { complete: true })
  assert.deepEqual(header, { alg: 'RS256', typ: 'JWT' })
  assert.deepEqual(Object.keys(payload).sort(), ['exp', 'iat', 'iss'])
  assert.equal(payload.iss, '1234')
  assert.ok(Math.abs(payload.iat - (now - 60)) <= 2)
  assert.equal(payload.exp - payload.iat, 600)
  assert.equal(Date.parse(expiresAt), payload.exp * 1000)
})

for (const [seconds, refused] of [
  [-900, IAT],
  [900, EXP],
])
  test(`a clock of GitHub that is ${seconds} seconds from ours is gone by after one refusal`, async () => {
    ahead = seconds
    const tokenOf = await createInstallationAuth(app, APP)
    assert.equal(await tokenOf(), 'ghs_42_1')
    assert.equal(state.refused.length, 1)
    assert.match(state.refused[0], refused)
  })

test('a clock of GitHub that is 45 seconds behind refuses nothing', async () => {
  ahead = -45
  const tokenOf = await createInstallationAuth(app, APP)
  await tokenOf()
  assert.deepEqual(state.refused, [])
})

for (const [what, message, claims] of [
  ['of the future', IAT, { iat: 5, exp: 300 }],
  ['of no time', IAT, { exp: 300 }],
  ['that is over', EXP, { iat: -600, exp: -1 }],
  ['without an end', EXP, { iat: -60 }],
  ['that is valid for too long', /too far in the future/, { iat: -60, exp: 700 }],
])
  test(`the server of this test refuses a token ${what}, as GitHub does`, async () => {
    const now = Math.floor(Date.now() / 1000)
    const times = Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, now + value]))
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    publicKeys.set('99', publicKey.export({ type: 'spki', format: 'pem' }))
    const options = { algorithm: 'RS256', noTimestamp: !('iat' in claims) }
    const authorization = `Bearer ${jsonwebtoken.sign({ iss: '99', ...times }, privateKey, options)}`
    const url = 'https://api.github.com/app/installations/42/access_tokens'
    const answer = await globalThis.fetch(url, { method: 'POST', headers: { authorization } })
    assert.equal(answer.status, 401)
    assert.match((await answer.json()).message, message)
  })

test('the key of another app is refused, and not tried again', async () => {
  const other = signerOf('RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const tokenOf = await createInstallationAuth(other, { ...APP, installationId: 43 })
  await assert.rejects(tokenOf(), { status: 401 })
  assert.deepEqual(state, { issued: 0, refused: ['A JSON web token could not be decoded'] })
  await other.close()
})

test('a key of another algorithm is refused before GitHub is asked', async () => {
  const signer = signerOf('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const refusal = /RS256 alone, and the signer's algorithm is ES256/
  await assert.rejects(createInstallationAuth(signer, APP), refusal)
  await signer.close()
})
