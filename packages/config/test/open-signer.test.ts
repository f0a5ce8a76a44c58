import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { openSigner, readPublicKey, type SignerConfig } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
for (const [name, key] of Object.entries({ ec, rsa }))
  writeFileSync(join(folder, `${name}.pem`), key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })

const MESSAGE = Buffer.from('message')
const host = { baseFolder: folder }

describe('a signer', () => {
  test.each<[string, string | SignerConfig, { algorithm?: string }, string]>([
    ['of a URI', 'local:ec.pem?algorithm=ES256', {}, 'ES256'],
    ['of an entry', { provider: 'local', key: 'rsa.pem', algorithm: 'PS256' }, {}, 'PS256'],
    ['by the only algorithm of its key', 'local:ec.pem', {}, 'ES256'],
    ['by the algorithm asked for', 'local:rsa.pem', { algorithm: 'rs256' }, 'RS256'],
    ['by an algorithm named twice', 'local:ec.pem?algorithm=es256', { algorithm: 'ES256' }, 'ES256'],
    [
      "by a vendor's name that leaves the curve to the key",
      'local:ec.pem?algorithm=ECDSA_SHA_256',
      {},
      'ES256',
    ],
    [
      'by an open name and one that is not',
      'local:ec.pem?algorithm=ECDSA_SHA_256',
      { algorithm: 'ES256' },
      'ES256',
    ],
  ])('%s', async (_, config, options, algorithm) => {
    const signer = await openSigner(config, { ...options, host })
    expect(signer).toMatchObject({ provider: 'local', algorithm })
    expect(await signer.verify(MESSAGE, await signer.sign(MESSAGE))).toBe(true)
    await signer.close()
  })

  test('takes no digest unless that is asked for', async () => {
    const digest = new Uint8Array(32)
    const signer = await openSigner('local:ec.pem', { host })
    await expect(signer.signDigest(digest)).rejects.toMatchObject({ code: 'UnsupportedAlgorithm' })
    const both = await openSigner('local:ec.pem', { host, inputs: 'both' })
    expect(await both.verifyDigest(digest, await both.signDigest(digest))).toBe(true)
  })

  test('tells the host of a generated key', async () => {
    const told: string[] = []
    const signer = await openSigner('local:new.pem?algorithm=ES256&generate=true', {
      host: { ...host, notify: (line) => told.push(line) },
    })
    const { bytes } = await signer.sign(MESSAGE)
    expect(told).toEqual([expect.stringContaining(join(folder, 'new.pem'))])
    const { publicKey } = {
      publicKey: createPublicKey((await readPublicKey('local:new.pem', { host })).toPem()),
    }
    expect(verify('sha256', MESSAGE, publicKey, bytes)).toBe(true)
  })
})

describe('refused', () => {
  test.each<[string, string | object, { algorithm?: string }, string, string]>([
    [
      'an RSA key without an algorithm',
      'local:rsa.pem',
      {},
      'Configuration',
      'The key rsa.pem can be used for RS256, RS384, RS512, PS256, PS384 or PS512: name the algorithm.',
    ],
    [
      'two algorithms',
      'local:ec.pem?algorithm=ES256',
      { algorithm: 'ES384' },
      'Configuration',
      'The configuration names ES256, but ES384 is asked for.',
    ],
    [
      'no algorithm for a key that is still to be made',
      'local:none.pem?generate=true',
      {},
      'KeyNotFound',
      'There is no key file none.pem: it is made by the first signature, so sign once. A key that is still to be generated needs an algorithm: name it.',
    ],
    [
      'an unknown provider',
      { provider: 'vault', key: 'k' },
      {},
      'Configuration',
      "provider: there is no provider 'vault'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
    [
      'a name of Object',
      { provider: 'constructor', key: 'k' },
      {},
      'Configuration',
      "provider: there is no provider 'constructor'; use local, aws-kms, alibaba-kms, trent-service or public-key.",
    ],
    [
      'an option of a URI that the provider refuses',
      'trent+http://127.0.0.1:4599/k?region=a!',
      {},
      'Configuration',
      "the URI: region: must be made of lower-case letters, digits and hyphens, such as us-east-1, not 'a!'.",
    ],
    [
      'a public key, which signs nothing',
      'public-key:ec.pem',
      {},
      'Configuration',
      'This entry only verifies: it has a public key and no private one.',
    ],
    [
      'an unknown option',
      { provider: 'local', key: 'ec.pem', genrate: true },
      {},
      'Configuration',
      'genrate: there is no such option; did you mean generate?',
    ],
  ])('%s', async (_, config, options, code, message) => {
    const opening = openSigner(config as SignerConfig, { ...options, host })
    await expect(opening).rejects.toMatchObject({ code, message })
    expect(existsSync(join(folder, 'none.pem'))).toBe(false)
  })
})

test('the public key is read without an algorithm, and never made', async () => {
  const key = await readPublicKey('local:rsa.pem', { host })
  expect(key.toPem()).toBe(createPublicKey(rsa).export({ type: 'spki', format: 'pem' }))
  await expect(readPublicKey('local:none.pem?algorithm=ES256&generate=true', { host })).rejects.toMatchObject(
    {
      code: 'KeyNotFound',
    },
  )
  expect(existsSync(join(folder, 'none.pem'))).toBe(false)
})
