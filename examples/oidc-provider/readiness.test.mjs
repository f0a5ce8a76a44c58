import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createRotatingSigner, createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { createIdentityProvider } from './identity-provider.mjs'
import { signingKeys } from './signing-keys.mjs'

const SETTINGS = {
  issuer: 'https://login.example.com',
  audience: 'https://orders.example.com',
  configuration: {},
}

const SWITCH = '2099-01-05T09:00:00Z'

/** A rotation with a next key of any algorithm, which is made in memory. */
function rotationTo(algorithm, keyPair, now = Date.now) {
  const keys = {
    now: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    next: keyPair.privateKey,
  }
  const provider = createLocalProvider({ keys })
  const [active, next] = [
    ['now', 'ES256'],
    ['next', algorithm],
  ].map(([keyId, algorithm]) => ({
    signer: createSigner({ provider, keyId, algorithm }),
    published: new Date('2026-01-05T09:00:00Z'),
  }))
  const dates = { active, next: { ...next, activateAt: new Date(SWITCH) } }
  return createRotatingSigner({ ...dates, now, cacheLifetimeMs: 1000, tokenLifetimeMs: 1000 })
}

for (const [algorithm, type, options] of [
  ['ES256K', 'ec', { namedCurve: 'secp256k1' }],
  ['SM2', 'ec', { namedCurve: 'SM2' }],
])
  test(`a rotation to ${algorithm} is refused before the first request, by its name`, async () => {
    const rotation = rotationTo(algorithm, generateKeyPairSync(type, options))
    const { ready } = createIdentityProvider(rotation, SETTINGS)
    await assert.rejects(ready(), {
      name: 'TypeError',
      message: `oidc-provider has no name for ${algorithm} on Node ${process.version}.`,
    })
    await rotation.close()
  })

for (const [algorithm, type, options] of [
  ['RS256', 'rsa', { modulusLength: 2048 }],
  ['PS512', 'rsa', { modulusLength: 2048 }],
  ['ES512', 'ec', { namedCurve: 'P-521' }],
  ['Ed25519', 'ed25519', {}],
  ...('supports' in SubtleCrypto ? [['ML-DSA-44', 'ml-dsa-44', {}]] : []),
])
  test(`a rotation to ${algorithm} is ready for requests, before the switch and after it`, async () => {
    let now = Date.parse(SWITCH) - 1
    const rotation = rotationTo(algorithm, generateKeyPairSync(type, options), () => now)
    const { ready } = createIdentityProvider(rotation, SETTINGS)
    await ready()
    now += 1
    await ready()
    const keys = await signingKeys(rotation, rotation.publishedKeys())
    assert.deepEqual(
      keys.map(({ alg }) => alg),
      [algorithm, 'ES256'],
    )
    await rotation.close()
  })

test('an issuer that is no URL is refused before the first request', async () => {
  const rotation = rotationTo('ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const { ready } = createIdentityProvider(rotation, { ...SETTINGS, issuer: 'foo' })
  await assert.rejects(ready(), /Issuer Identifier must be a valid web uri/)
  await rotation.close()
})
