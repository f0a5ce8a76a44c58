import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { request as sendRaw } from 'node:http'
import { after, before, beforeEach, test } from 'node:test'
import { algorithmNames, createSigner, parseAlgorithm } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { appendSignature, createSignature } from 'http-message-sig'
import { contentDigest, covered, LABEL, TAG } from './covered.mjs'
import { ORDER, startOrderServer } from './order-server.mjs'
import { createRequestGate } from './request-gate.mjs'
import { signedRequest } from './signed-request.mjs'

function signerOf(algorithm, { privateKey }) {
  return createSigner({ provider: createLocalProvider({ keys: { k: privateKey } }), keyId: 'k', algorithm })
}

const es256 = signerOf('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
const ed25519 = signerOf('Ed25519', generateKeyPairSync('ed25519'))
const stranger = signerOf('Ed25519', generateKeyPairSync('ed25519'))
let server
let state
let origin

before(async () => {
  server = await startOrderServer([es256, ed25519])
  ;({ origin, state } = server)
})

beforeEach(() => {
  state.now = Date.now
  state.refused = []
})

after(async () => {
  server.close()
  for (const signer of [es256, ed25519, stranger]) await signer.close()
})

/** The sender is told nothing of the reason. */
async function assertRefused(answer, reason) {
  assert.deepEqual([answer.status, await answer.text()], [401, ''])
  assert.equal(state.refused.length, 1)
  const [{ code, message }] = state.refused
  assert.match(`${code}: ${message}`, reason)
}

test('a request that comes twice is let in once', async () => {
  const request = await signedRequest(es256, `${origin}/orders`, ORDER)
  assert.equal((await fetch(request.clone())).status, 200)
  await assertRefused(await fetch(request), /nonce was there before/)
})

const createdOf = ({ headers }) => Number(/created=(\d+)/.exec(headers.get('signature-input'))[1])

for (const [seconds, reason] of [
  [2, /nonce was there before/],
  [330, /nonce was there before/],
  [331, /too old/],
])
  test(`a request that comes again after ${seconds} seconds is not let in`, async () => {
    const request = await signedRequest(es256, `${origin}/orders`, ORDER)
    assert.equal((await fetch(request.clone())).status, 200)
    state.now = () => (createdOf(request) + seconds) * 1000
    await assertRefused(await fetch(request), reason)
  })

test('a request that comes for the first time after 330 seconds is let in', async () => {
  const request = await signedRequest(es256, `${origin}/orders`, ORDER)
  state.now = () => (createdOf(request) + 330) * 1000
  assert.equal((await fetch(request)).status, 200)
})

test('a nonce is forgotten when no signature with it could be good any more', async () => {
  const at = Math.floor(Date.now() / 1000)
  const sameAt = (created) => () => ({ nonce: 'of two times', created })
  assert.equal((await signedAs(es256, sameAt(at))).status, 200)
  state.now = () => (at + 330) * 1000
  await assertRefused(await signedAs(es256, sameAt(at + 330)), /nonce was there before/)
  state.now = () => (at + 331) * 1000
  assert.equal((await signedAs(es256, sameAt(at + 331))).status, 200)
})

test('two keys may have one nonce', async () => {
  const nonce = () => ({ nonce: 'of two keys' })
  for (const signer of [es256, ed25519]) assert.equal((await signedAs(signer, nonce)).status, 200)
})

test('names of keys and nonces are not run together', async () => {
  const { thumbprint } = await es256.publicKey()
  for (const keyid of ['a', 'a b']) server.verifiers.set(keyid, server.verifiers.get(thumbprint))
  assert.equal((await signedAs(es256, () => ({ keyid: 'a', nonce: 'b c' }))).status, 200)
  assert.equal((await signedAs(es256, () => ({ keyid: 'a b', nonce: 'c' }))).status, 200)
})

test('a type is not let in that a request was signed without', async () => {
  const { url, headers } = await signedRequest(es256, `${origin}/orders`, { method: 'POST' })
  const typed = { ...Object.fromEntries(headers), 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers: typed })
  await assertRefused(answer, /Required component "content-type" is absent/)
})

/** Sends a good request with a change. */
async function changed(change) {
  const request = await signedRequest(es256, `${origin}/orders?of=today`, ORDER)
  const { url = request.url, headers = {}, ...rest } = change(request)
  return fetch(url, {
    method: 'POST',
    body: ORDER.body,
    ...rest,
    headers: { ...Object.fromEntries(request.headers), ...headers },
  })
}

for (const [what, reason, change] of [
  ['another body', /content-digest/, () => ({ body: ORDER.body.replace('chair', 'yacht') })],
  [
    'another body with its own digest',
    /VerificationFailed/,
    () => ({ body: '{}', headers: { 'content-digest': contentDigest('{}') } }),
  ],
  ['another path', /VerificationFailed/, ({ url }) => ({ url: url.replace('orders', 'refunds') })],
  ['another query', /VerificationFailed/, ({ url }) => ({ url: `${url}&all` })],
  ['another method', /VerificationFailed/, () => ({ method: 'PUT' })],
  ['another type', /VerificationFailed/, () => ({ headers: { 'content-type': 'text/plain' } })],
  [
    'no signature',
    /Label orders is not present/,
    () => ({ headers: { signature: '', 'signature-input': '' } }),
  ],
  ['a signature of nothing', /VerificationFailed/, () => ({ headers: { signature: `${LABEL}=:AAAA:` } })],
  [
    'an older time',
    /too old/,
    ({ headers }) => ({
      headers: { 'signature-input': headers.get('signature-input').replace(/created=\d+/, 'created=1') },
    }),
  ],
])
  test(`${what} is not let in`, async () => {
    await assertRefused(await changed(change), reason)
  })

/** A request as somebody signs it who has a key, and writes what he likes. */
async function signedAs(signer, parameters, components = covered(new Headers())) {
  const headers = new Headers({ 'content-digest': contentDigest('') })
  const request = new Request(`${origin}/orders`, { headers })
  const now = Math.floor(Date.now() / 1000)
  const { thumbprint: keyid } = await signer.publicKey()
  const [algorithm] = algorithmNames(parseAlgorithm(signer.algorithm)).rfc9421
  const fields = await createSignature(request, {
    label: LABEL,
    components,
    parameters: { created: now, keyid, nonce: `nonce ${Math.random()}`, tag: TAG, ...parameters(now) },
    signer: {
      algorithm,
      sign: async (base) => (await signer.sign(base, { encoding: 'ieee-p1363' })).bytes,
    },
  })
  return fetch(request, { headers: appendSignature(headers, fields) })
}

for (const [what, parameters] of [
  ['all that is wanted', () => ({})],
  ['a clock that is a little fast', (now) => ({ created: now + 20 })],
])
  test(`a signature with ${what} is let in`, async () => {
    assert.equal((await signedAs(es256, parameters)).status, 200)
  })

for (const [what, reason, parameters, components] of [
  ['a time in the future', /in the future/, (now) => ({ created: now + 60 })],
  ['a time that is long past', /too old/, (now) => ({ created: now - 400 })],
  ['a time that is over', /expired/, (now) => ({ expires: now - 60 })],
  ['no time', /parameter created is absent/, () => ({ created: undefined })],
  ['no nonce', /parameter nonce is absent/, () => ({ nonce: undefined })],
  ['no purpose', /parameter tag is absent/, () => ({ tag: undefined })],
  ['no name of a key', /parameter keyid is absent/, () => ({ keyid: undefined })],
  ['another purpose', /tag example-orders/, () => ({ tag: 'example-logins' })],
  ['the name of no key', /ResolverFailed/, () => ({ keyid: 'constructor' })],
  ['no method', /"@method" is absent/, () => ({}), ['@target-uri', 'content-digest']],
  ['no address', /"@target-uri" is absent/, () => ({}), ['@method', 'content-digest']],
  ['no body', /"content-digest" is absent/, () => ({}), ['@method', '@target-uri']],
])
  test(`a signature with ${what} is not let in`, async () => {
    await assertRefused(await signedAs(es256, parameters, components), reason)
  })

test('a key that the server does not have is not let in', async () => {
  await assertRefused(await fetch(await signedRequest(stranger, `${origin}/orders`, ORDER)), /ResolverFailed/)
})

test('a key that is called by the name of another one is not let in', async () => {
  const { thumbprint } = await es256.publicKey()
  await assertRefused(await signedAs(stranger, () => ({ keyid: thumbprint })), /VerificationFailed/)
})

for (const written of ['https://shop.example/', 'https://Shop.example', 'https://shop.example:443'])
  test(`the origin ${written} is refused, because nobody signs it so`, () => {
    const message = /must be written https:\/\/shop\.example, /
    assert.throws(() => createRequestGate(written, new Map()), { name: 'TypeError', message })
  })

test('a request that is for another server is not let in', async () => {
  const elsewhere = 'http://elsewhere.example/orders'
  const { headers } = await signedRequest(es256, elsewhere)
  for (const path of [elsewhere, '//elsewhere.example/orders', '/orders']) {
    const options = { path, headers: { ...Object.fromEntries(headers), host: 'elsewhere.example' } }
    const [answer] = await once(sendRaw(origin, options).end(), 'response')
    answer.resume()
    assert.equal(answer.statusCode, 401)
  }
})
