import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { after, describe, test } from 'node:test'
import { loadSigners } from '@signport/config'
import { describeSigningProvider, generateKeyPair } from '@signport/contract'
import { createSigner } from '@signport/core'
import { createHouseProvider, provider } from './house-provider.mjs'
import { createHouseService } from './house-service.mjs'

const TOKEN = 'a-token-that-no-error-may-show'
const rsa = generateKeyPair('RS256')
const releases = generateKeyPair('ES256')
const { server, state } = createHouseService({
  token: TOKEN,
  keys: { invoices: rsa.privateKey, releases: releases.privateKey },
})
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${server.address().port}`
after(() => {
  server.closeAllConnections()
  server.close()
})

/** Brings the service into a state, and gives what brings it back. */
function become(change) {
  const before = { ...state }
  Object.assign(state, change)
  return () => Object.assign(state, before)
}

describeSigningProvider('house', {
  test,
  create: () => createHouseProvider({ url, token: TOKEN }),
  createSigner,
  keys: {
    RS256: { keyId: 'invoices', publicKey: rsa.publicKey, reportedKeyId: 'invoices' },
    ES256: { keyId: 'releases', publicKey: releases.publicKey, reportedKeyId: 'releases' },
  },
  capabilities: {
    secrets: [TOKEN],
    stall: () => become({ stalled: true }),
    failures: [
      { code: 'KeyNotFound', what: 'a key that there is not', keyId: 'missing' },
      {
        code: 'Unauthenticated',
        what: 'a wrong token',
        create: () => createHouseProvider({ url, token: 'wrong' }),
      },
      { code: 'AccessDenied', what: 'no permission', prepare: () => become({ status: 403 }) },
      { code: 'KeyDisabled', what: 'a disabled key', prepare: () => become({ status: 409 }) },
      { code: 'Throttled', what: 'too many requests', prepare: () => become({ status: 429 }) },
      { code: 'Internal', what: 'a fault of the service', prepare: () => become({ status: 500 }) },
      { code: 'InvalidResponse', what: 'a page for people', prepare: () => become({ instead: '<html>' }) },
      { code: 'InvalidResponse', what: 'nothing', prepare: () => become({ instead: 'null' }) },
      {
        code: 'InvalidResponse',
        what: 'no signature',
        prepare: () => become({ instead: '{"key":"invoices"}' }),
      },
      {
        code: 'Unavailable',
        what: 'a service that is down',
        create: () => createHouseProvider({ url: 'http://127.0.0.1:1', token: TOKEN }),
      },
    ],
  },
  exclusions: [
    { cases: 'alias', reason: 'keys have one name' },
    { cases: 'abort: the connection is freed', reason: 'fetch has one pool of connections for the process' },
    ...['InvalidKeyState', 'InvalidKeyUsage', 'KeyUnavailable'].map((code) => ({
      cases: `failure ${code}`,
      reason: 'the service does not tell it from other failures',
    })),
  ],
})

describe('a configuration', () => {
  const load = (value) =>
    loadSigners(
      { signers: { releases: { provider: 'house', key: 'releases', algorithm: 'ES256', url: value } } },
      { providers: [provider] },
    )

  test('names the provider', async () => {
    Object.assign(process.env, { HOUSE_URL: url, HOUSE_TOKEN: TOKEN })
    const signers = await loadSigners('signport.yaml', { providers: [provider] })
    const { bytes } = await signers.get('releases').sign(Buffer.from('1.2.3'))
    assert.equal(verify('sha256', Buffer.from('1.2.3'), createPublicKey(releases.publicKey), bytes), true)
    await signers.close()
  })

  test('may end its URL with a slash', async () => {
    process.env.HOUSE_TOKEN = TOKEN
    const signers = await load(`${url}/`)
    assert.equal((await signers.get('releases').sign(Buffer.from('1.2.3'))).keyId, 'releases')
    await signers.close()
  })

  for (const wrong of ['http://keys.example.com', 'ftp://127.0.0.1', 'keys.example.com', 4])
    test(`must not have the URL ${wrong}, where anybody could read the token`, async () => {
      process.env.HOUSE_TOKEN = TOKEN
      await assert.rejects(load(wrong), { code: 'Configuration', message: /url.*must be a URL with https:/s })
    })

  for (const token of [undefined, ''])
    test(`needs a token, and ${token === '' ? 'an empty one' : 'none'} is no token`, async () => {
      if (token === undefined) delete process.env.HOUSE_TOKEN
      else process.env.HOUSE_TOKEN = token
      await assert.rejects(load(url), { code: 'Configuration', message: /HOUSE_TOKEN/ })
    })
})
