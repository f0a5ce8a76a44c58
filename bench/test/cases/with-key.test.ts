import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { withKey } from '../../src/cases/with-key.js'

const MESSAGE = Buffer.from('a message')

async function ask(endpoint: string, operation: string, body: object) {
  const headers = { 'x-amz-target': `TrentService.${operation}` }
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = (response.ok ? await response.json() : {}) as Readonly<Record<string, string>>
  return { status: response.status, answer }
}

const asked = (KeyId: string) => ({
  KeyId,
  Message: createHash('sha256').update(MESSAGE).digest('base64'),
  MessageType: 'DIGEST',
  SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
})

test('the file and the service have the same key', async () => {
  await withKey(async ({ settings: { endpoint, keyId, keyFile }, publicKey }) => {
    const { Signature = '', KeyId } = (await ask(endpoint, 'Sign', asked(keyId))).answer
    expect(KeyId).toBe(keyId)
    expect(verify('sha256', MESSAGE, publicKey, Buffer.from(Signature, 'base64'))).toBe(true)
    expect(createPublicKey(readFileSync(keyFile)).equals(publicKey)).toBe(true)
    const { PublicKey = '' } = (await ask(endpoint, 'GetPublicKey', { KeyId: keyId })).answer
    const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' })
    expect(key.equals(publicKey)).toBe(true)
  })
})

test.each<[string, string, object]>([
  ['another operation', 'Verify', {}],
  ['another key', 'Sign', { KeyId: 'alias/other' }],
  ['a message that is no digest', 'Sign', { MessageType: 'RAW' }],
  ['another algorithm', 'Sign', { SigningAlgorithm: 'RSASSA_PSS_SHA_256' }],
])('the service refuses %s', async (_, operation, changed) => {
  await withKey(async ({ settings: { endpoint, keyId } }) => {
    const { status, answer } = await ask(endpoint, operation, { ...asked(keyId), ...changed })
    expect([status, answer.Signature]).toEqual([400, undefined])
  })
})

test('nothing is left of it, whatever happens', async () => {
  const seen: string[] = []
  const failing = withKey(async ({ settings: { endpoint, keyFile }, folder }) => {
    seen.push(endpoint, keyFile, folder)
    if (process.platform !== 'win32') expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    throw new Error('on purpose')
  })
  await expect(failing).rejects.toThrow('on purpose')
  const [endpoint = '', ...paths] = seen
  expect(paths.map(existsSync)).toEqual([false, false])
  await expect(fetch(endpoint)).rejects.toThrow()
})
