import assert from 'node:assert/strict'
import { generateKeyPairSync, sign as signNatively } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { loadSigners } from '@signport/config'
import { createRotatingSigner, createSigner, SigningError } from '@signport/core'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { createIdentityProvider } from './identity-provider.mjs'
import { signingKeys } from './signing-keys.mjs'

const AUDIENCE = 'https://orders.example.com'
const REDIRECT = 'https://shop.example.com/signed-in'
const SHOP = { client_id: 'shop', client_secret: 'a secret of these tests' }

/** The clock of the rotation; tokens have their times from the machine's. */
let now = Date.parse('2026-01-15T12:00:00Z')
let signers
let tokens
let listener
let issuer

const server = createServer((request, response) => listener(request, response))
before(async () => {
  signers = await loadSigners('signport.yaml', { now: () => now })
  tokens = signers.get('tokens')
  await once(server.listen(0, '127.0.0.1'), 'listening')
  issuer = `http://127.0.0.1:${server.address().port}`
  const grants = ['client_credentials', 'authorization_code']
  listener = createIdentityProvider(tokens, {
    issuer,
    audience: AUDIENCE,
    configuration: {
      clients: [{ ...SHOP, grant_types: grants, redirect_uris: [REDIRECT] }],
      cookies: { keys: ['a key for cookies of these tests'] },
    },
  }).listen
})

after(async () => {
  server.close()
  server.closeAllConnections()
  await signers.close()
})

const basic = `Basic ${btoa(`${SHOP.client_id}:${encodeURIComponent(SHOP.client_secret)}`)}`

const askForToken = (parameters) =>
  fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: basic },
    body: new URLSearchParams(parameters),
  })

async function accessToken() {
  const answer = await askForToken({ grant_type: 'client_credentials', scope: 'orders' })
  assert.equal(answer.status, 200)
  return (await answer.json()).access_token
}

const discovered = async () => (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
const jwksUri = async () => new URL((await discovered()).jwks_uri)

const keySet = async () => (await fetch(await jwksUri())).json()
const kids = async () => (await keySet()).keys.map(({ kid }) => kid)
const newVerifier = async () => createRemoteJWKSet(await jwksUri())
const verified = (token, keys) => jwtVerify(token, keys, { issuer, audience: AUDIENCE, typ: 'at+jwt' })

/** The keys of signport.yaml as tokens name them. */
async function names() {
  const all = [...tokens.publishedKeys()]
  return Promise.all(
    all.map(async ({ role, signer }) => [role, signer.kid ?? (await signer.publicKey()).thumbprint]),
  )
}

test('an access token is verified by the keys that the provider publishes', async () => {
  const token = await accessToken()
  const { payload, protectedHeader } = await verified(token, await newVerifier())
  const { active } = Object.fromEntries(await names())
  assert.deepEqual(protectedHeader, { alg: 'ES256', kid: active, typ: 'at+jwt' })
  assert.equal(payload.client_id, 'shop')
  assert.equal(payload.exp - payload.iat, 1800)
})

test('a token that was changed is not verified', async () => {
  const [header, , signature] = (await accessToken()).split('.')
  const payload = Buffer.from(JSON.stringify({ iss: issuer, aud: AUDIENCE, client_id: 'admin' }))
  const changed = [header, payload.toString('base64url'), signature].join('.')
  await assert.rejects(verified(changed, await newVerifier()), {
    code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  })
})

test('clients are told of the algorithm that signs now, and not of that of a retired key', async () => {
  now = Date.parse('2026-01-05T10:30:00Z')
  assert.equal((await keySet()).keys.at(-1).alg, 'RS256')
  assert.deepEqual((await discovered()).id_token_signing_alg_values_supported, ['ES256'])
})

test('a token is kept by no cache', async () => {
  const answer = await askForToken({ grant_type: 'client_credentials', scope: 'orders' })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('the key set has public halves alone, and may be kept for as long as the rotation says', async () => {
  const answer = await fetch(await jwksUri())
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=600')
  for (const { use, ...key } of (await answer.json()).keys) {
    assert.equal(use, 'sig')
    for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv']) assert.equal(secret in key, false)
  }
})

/** A browser, as far as signing in needs one: it follows redirections and keeps cookies. */
async function signIn() {
  const jar = new Map()
  async function visit(url, init = {}) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { redirect: 'manual', ...init, headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      jar.set(name, value)
    }
    const location = answer.headers.get('location')
    if (!location) return { url, page: await answer.text() }
    const next = new URL(location, url)
    return next.href.startsWith(REDIRECT) ? { url: next.href } : visit(next)
  }
  const query = new URLSearchParams({
    client_id: 'shop',
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid orders',
    resource: AUDIENCE,
    nonce: 'n-1',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  let at = await visit(`${issuer}/auth?${query}`)
  for (const prompt of ['login', 'consent'])
    at = await visit(/action="([^"]+)"/.exec(at.page)[1], {
      method: 'POST',
      body: new URLSearchParams({ prompt, login: 'ada', password: 'of the development page' }),
    })
  return new URL(at.url).searchParams.get('code')
}

const redeem = (code) =>
  askForToken({
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT,
    resource: AUDIENCE,
    // Of RFC 7636 appendix B, as the challenge above.
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  })

test('an ID token says who signed in, and an access token for them is as short as the key allows', async () => {
  const code = await signIn()
  const answer = await redeem(code)
  const { id_token, access_token } = await answer.json()
  const { payload } = await jwtVerify(id_token, await newVerifier(), { issuer, audience: 'shop' })
  assert.deepEqual([payload.sub, payload.nonce, payload.exp - payload.iat], ['ada', 'n-1', 1800])
  const access = await verified(access_token, await newVerifier())
  assert.deepEqual([access.payload.sub, access.payload.exp - access.payload.iat], ['ada', 1800])

  const again = await redeem(code)
  assert.deepEqual([again.status, (await again.json()).error], [400, 'invalid_grant'])
})

test('from the first to the last token of a key, every verifier has it', async () => {
  now = Date.parse('2026-01-05T10:30:00Z')
  const { active: first, next: second } = Object.fromEntries(await names())
  assert.deepEqual(await kids(), [first, second, 'tokens-2025'])

  now = Date.parse('2026-01-05T10:31:00Z')
  assert.deepEqual(await kids(), [first, second])

  // One second before the switch, a verifier reads the key set, which it will keep.
  now = Date.parse('2026-02-02T09:59:59Z')
  const verifier = await newVerifier()
  const before = await accessToken()
  assert.equal(decodeProtectedHeader(before).kid, first)
  await verified(before, verifier)

  now = Date.parse('2026-02-02T10:00:00Z')
  const after = await accessToken()
  assert.equal(decodeProtectedHeader(after).kid, second)
  await verified(after, verifier)
  assert.deepEqual(await kids(), [second, first])
  await verified(before, await newVerifier())

  // The half hour of the last token, and the minute that clocks may be apart.
  now = Date.parse('2026-02-02T10:30:59Z')
  await verified(before, await newVerifier())
  now = Date.parse('2026-02-02T10:31:00Z')
  assert.deepEqual(await kids(), [second])
  await assert.rejects(verified(before, await newVerifier()), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
})

test('a session goes on over the switch', async () => {
  now = Date.parse('2026-02-02T09:59:59Z')
  const code = await signIn()
  now = Date.parse('2026-02-02T10:00:00Z')
  const { id_token } = await (await redeem(code)).json()
  assert.equal(decodeJwt(id_token).sub, 'ada')
  assert.equal(decodeProtectedHeader(id_token).kid, (await names())[0][1])
})

test('a key that verifiers may not have is published, and does not sign', async () => {
  now = Date.parse('2026-01-05T09:10:59Z')
  const answer = await askForToken({ grant_type: 'client_credentials', scope: 'orders' })
  assert.deepEqual([answer.status, (await answer.json()).error], [500, 'server_error'])
  assert.equal((await kids()).length, 3)
  now = Date.parse('2026-01-05T09:11:00Z')
  await verified(await accessToken(), await newVerifier())
})

test('what is published besides does not sign', async () => {
  now = Date.parse('2026-01-05T10:30:00Z')
  const [first, ...others] = await signingKeys(tokens, tokens.publishedKeys())
  assert.equal((await first.sign(Buffer.from('a token'))).length, 64)
  assert.equal(others.length, 2)
  for (const key of others)
    await assert.rejects(key.sign(Buffer.from('a token')), /is published, and does not sign/)
})

test('what was begun before a switch is ended after it', async () => {
  now = Date.parse('2026-02-02T09:59:59Z')
  const [first] = await signingKeys(tokens, tokens.publishedKeys())
  now = Date.parse('2026-02-02T10:00:00Z')
  assert.equal((await first.sign(Buffer.from('a token'))).length, 64)
  assert.equal((await kids()).includes(first.kid), true)
})

/** A rotation of one key, whose service can be told to fail and to give the key's name to another one. */
function rotationOfHouse() {
  const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const house = { pair: newPair(), isDown: false, moveName: () => Object.assign(house, { pair: newPair() }) }
  const provider = {
    name: 'house',
    support: () => ({ wireName: 'es256', inputs: ['raw'], raw: { minBytes: 0, maxBytes: 65_536 } }),
    sign: async ({ input }) => ({ bytes: signNatively('sha256', input.message, house.pair.privateKey) }),
    async getPublicKey() {
      if (house.isDown) throw new SigningError('Unavailable', 'The house is shut.', { provider: 'house' })
      return { publicKey: house.pair.publicKey }
    },
  }
  const signer = createSigner({ provider, keyId: 'alias', algorithm: 'ES256', onKeyChange: () => {} })
  const rotation = createRotatingSigner({ active: { signer }, cacheLifetimeMs: 1000, tokenLifetimeMs: 1000 })
  return { house, rotation }
}

test('a name that was given to another key does not sign under the name of the first', async () => {
  const { house, rotation } = rotationOfHouse()
  const [key] = await signingKeys(rotation, rotation.publishedKeys())
  assert.equal((await key.sign(Buffer.from('a token'))).length, 64)
  house.moveName()
  await assert.rejects(key.sign(Buffer.from('a token')), /alias stands for another key/)
  await rotation.close()
})

test('a service that is down is asked again by the next request', async () => {
  const { house, rotation } = rotationOfHouse()
  const before = listener
  listener = createIdentityProvider(rotation, { issuer, audience: AUDIENCE, configuration: {} }).listen
  house.isDown = true
  const answer = await fetch(`${issuer}/jwks`)
  assert.deepEqual([answer.status, answer.headers.get('retry-after'), await answer.text()], [503, '5', ''])
  house.isDown = false
  assert.equal((await keySet()).keys.length, 1)
  listener = before
  await rotation.close()
})
