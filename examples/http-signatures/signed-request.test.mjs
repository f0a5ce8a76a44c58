import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { constants, generateKeyPairSync, verify as verifyNatively } from 'node:crypto'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { loadSigners } from '@signport/config'
import { createSigner } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { httpbis } from 'http-message-signatures'
import { contentDigest, covered, LABEL, TAG } from './covered.mjs'
import { ORDER, startOrderServer } from './order-server.mjs'
import { signedRequest } from './signed-request.mjs'

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }

/** One key for each algorithm of RFC 9421, and how node:crypto verifies it. */
const KEYS = {
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }, generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ES384: ['sha384', { dsaEncoding: 'ieee-p1363' }, generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  Ed25519: [null, {}, generateKeyPairSync('ed25519')],
  RS256: ['sha256', {}, generateKeyPairSync('rsa', { modulusLength: 2048 })],
  PS512: ['sha512', PSS, generateKeyPairSync('rsa', { modulusLength: 2048 })],
}

const signers = new Map(
  Object.entries(KEYS).map(([algorithm, [, , { privateKey }]]) => {
    const provider = createLocalProvider({ keys: { k: privateKey } })
    return [algorithm, createSigner({ provider, keyId: 'k', algorithm })]
  }),
)
const es256 = signers.get('ES256')
let server
let origin

before(async () => {
  const configured = await loadSigners('signport.yaml')
  // A local key that is made on demand is made by its first signature.
  await configured.get('orders').sign(Buffer.from('the first one'))
  signers.set('signport.yaml', configured.get('orders'))
  server = await startOrderServer(signers.values())
  origin = server.origin
})

after(async () => {
  server.close()
  for (const signer of signers.values()) await signer.close()
})

/** The text that a signature is for, written down from what arrived as section 2.5 of RFC 9421 says. */
function signatureBase({ method, url, headers }) {
  const input = headers['signature-input'].replace(`${LABEL}=`, '')
  return [
    `"@method": ${method}`,
    `"@target-uri": ${origin}${url}`,
    `"content-digest": ${headers['content-digest']}`,
    `"content-type": ${headers['content-type']}`,
    `"@signature-params": ${input}`,
  ].join('\n')
}

const signatureOf = ({ signature }) => Buffer.from(/:(.+):/.exec(signature)[1], 'base64')

for (const algorithm of [...Object.keys(KEYS), 'signport.yaml'])
  test(`${algorithm}: a request is let in, and others verify it`, async () => {
    const signer = signers.get(algorithm)
    const publicKey = await signer.publicKey()
    const answer = await fetch(await signedRequest(signer, `${origin}/orders?of=today`, ORDER))
    assert.deepEqual([answer.status, await answer.text()], [200, publicKey.thumbprint])
    const { request, body } = server.state.arrived.at(-1)
    assert.equal(String(body), ORDER.body)

    const [digest, options] = KEYS[signer.algorithm]
    const key = { key: publicKey.toKeyObject(), ...options }
    assert.equal(
      verifyNatively(digest, Buffer.from(signatureBase(request)), key, signatureOf(request.headers)),
      true,
    )
    assert.equal(await verifiedByAnother(request, publicKey, signer.algorithm), true)
  })

/** By http-message-signatures, which is another library. */
function verifiedByAnother({ method, url, headers }, publicKey, algorithm) {
  const [digest, options] = KEYS[algorithm]
  const key = { key: publicKey.toKeyObject(), ...options }
  const verify = async (data, signature) => verifyNatively(digest, data, key, signature)
  const keyLookup = async ({ keyid }) => (keyid === publicKey.thumbprint ? { id: keyid, verify } : null)
  return httpbis.verifyMessage({ keyLookup, all: true }, { method, url: origin + url, headers })
}

test('what another library signed by the same signer is let in', async () => {
  const headers = new Headers(ORDER.headers)
  headers.set('content-digest', contentDigest(ORDER.body))
  const { thumbprint } = await es256.publicKey()
  const key = {
    id: thumbprint,
    sign: async (data) => Buffer.from((await es256.sign(data, { encoding: 'ieee-p1363' })).bytes),
  }
  const config = {
    key,
    name: LABEL,
    fields: covered(headers),
    params: ['created', 'keyid', 'nonce', 'tag'],
    paramValues: { nonce: 'of-another-library', tag: TAG },
  }
  const message = { method: 'POST', url: `${origin}/orders`, headers: Object.fromEntries(headers) }
  const signed = await httpbis.signMessage(config, message)
  assert.equal((await fetch(signed.url, { ...signed, body: ORDER.body })).status, 200)
})

test('a request without a body, of no type', async () => {
  assert.equal((await fetch(await signedRequest(es256, `${origin}/orders`))).status, 200)
})

test('what a client has of a URL for itself is not sent, and not signed', async () => {
  assert.equal((await fetch(await signedRequest(es256, `${origin}/orders#top`, ORDER))).status, 200)
})

test('an algorithm that RFC 9421 has no name for is refused', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  const provider = createLocalProvider({ keys: { k: privateKey } })
  const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES512' })
  await assert.rejects(signedRequest(signer, `${origin}/orders`, ORDER), /RFC 9421 has no name for ES512/)
  await signer.close()
})

test('main.mjs shows both sides, and ends by itself', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs'])
  const refusal = 'The server: PolicyViolation, The nonce was there before.'
  assert.deepEqual(stdout.split('\n'), ['The client: 200.', refusal, 'The client: 401.', ''])
})
