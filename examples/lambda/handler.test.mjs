import assert from 'node:assert/strict'
import { constants, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { handler } from './handler.mjs'

// Of the key behind alias/documents, as whoever made it has it.
const PUBLIC_KEY = createPublicKey(readFileSync('documents.pem'))

function verifies(message, { signature, algorithm }) {
  assert.equal(algorithm, 'PS256')
  const key = { key: PUBLIC_KEY, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  return verify('sha256', message, key, Buffer.from(signature, 'base64'))
}

test('a body of text', async () => {
  const { statusCode, body } = await handler({ body: 'Grüße' })
  assert.equal(statusCode, 200)
  assert.equal(verifies(Buffer.from('Grüße'), JSON.parse(body)), true)
  assert.equal(verifies(Buffer.from('Grusse'), JSON.parse(body)), false)
})

test('a body of bytes', async () => {
  const message = Buffer.from([0, 255, 128])
  const { body } = await handler({ body: message.toString('base64'), isBase64Encoded: true })
  assert.equal(verifies(message, JSON.parse(body)), true)
})

test('no body', async () => {
  for (const event of [{ body: null, isBase64Encoded: false }, {}]) {
    const { statusCode, body } = await handler(event)
    assert.equal(statusCode, 200)
    assert.equal(verifies(Buffer.alloc(0), JSON.parse(body)), true)
  }
})
