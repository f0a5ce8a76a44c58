import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { createSigner, type Signer, SigningError, type SigningErrorCode } from '@signport/core'
import { createLocalProvider } from '@signport/local'
import { signJws } from '../src/index.js'
import { kidForSigning, kidOf } from '../src/token-key.js'
import { failure } from './support/failure.js'
import { partOf, publicJwkOf, verifiedBy } from './support/oracles.js'
import { AliasService, keyFor, newP256, signerOf } from './support/signers.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-jose-'))
afterAll(() => rmSync(folder, { recursive: true }))

const payload = Buffer.from('payload')

const generating = (name: string) =>
  createLocalProvider({ generate: true, baseFolder: folder, onGenerate: () => made.push(name) })
const made: string[] = []

describe('a key that is made by its first signature', () => {
  test('has its name in the first token', async () => {
    const signer = createSigner({ provider: generating('a'), keyId: 'a.pem', algorithm: 'ES256' })
    const jws = await signJws(signer, payload)
    const jwk = await publicJwkOf(signer)
    expect(partOf(jws, 0)).toEqual({ alg: 'ES256', kid: jwk.kid })
    expect(await verifiedBy('jose', jws, jwk)).toEqual(payload)
    expect(made).toEqual(['a'])
  })

  test('is one key for all tokens that are made at once', async () => {
    const signer = createSigner({ provider: generating('b'), keyId: 'b.pem', algorithm: 'Ed25519' })
    const all = await Promise.all(Array.from({ length: 8 }, () => signJws(signer, payload)))
    expect(new Set(all.map((jws) => JSON.stringify(partOf(jws, 0)))).size).toBe(1)
  })
})

describe('a key that is not there', () => {
  const service = new AliasService(newP256())
  const missing = new SigningError('KeyNotFound', 'There is no such key.')
  service.getPublicKey = async () => {
    service.asked.push('getPublicKey')
    throw missing
  }

  test.each<[string, () => void]>([
    [
      'does not sign either',
      () => {
        throw new SigningError('AccessDenied', 'No.')
      },
    ],
    ['signs, but is not to be had', () => undefined],
  ])('is KeyNotFound where it %s', async (_, beforeSigning) => {
    service.beforeSigning = beforeSigning
    const signer = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256', check: 'never' })
    expect((await failure(() => signJws(signer, payload), 'KeyNotFound')).message).toBe(
      'There is no such key.',
    )
  })
})

describe('a call that ends while a key is made', () => {
  const gone = new Error('the client has gone')

  test.each<[SigningErrorCode, (signer: Signer, controller: AbortController) => unknown, object]>([
    ['Aborted', (_, controller) => controller.abort(gone), {}],
    ['Timeout', () => new Promise(() => undefined), { timeoutMs: 60 }],
  ])('is %s, and not KeyNotFound', async (code, beforeSigning, bounds) => {
    const service = missingKey()
    const controller = new AbortController()
    const signer = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256', check: 'never' })
    service.beforeSigning = () => beforeSigning(signer, controller)
    const options = { ...bounds, signal: controller.signal }
    await failure(() => kidForSigning(signer, options), code)
    expect(service.asked).toEqual(['getPublicKey', 'sign'])
  })

  test('is Closed where the signer was closed', async () => {
    const service = missingKey()
    const signer = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256', check: 'never' })
    const { getPublicKey } = service
    service.getPublicKey = async () => {
      void signer.close()
      return getPublicKey()
    }
    await failure(() => kidForSigning(signer, {}), 'Closed')
    expect(service.asked).toEqual(['getPublicKey'])
  })

  function missingKey(): AliasService {
    const service = new AliasService(newP256())
    service.getPublicKey = async () => {
      service.asked.push('getPublicKey')
      throw new SigningError('KeyNotFound', 'There is no such key.')
    }
    return service
  }
})

test('the name of a key is what is configured, and is not asked for', async () => {
  const service = new AliasService(newP256())
  const signer = createSigner({ provider: service, keyId: 'k', algorithm: 'ES256', kid: 'tokens' })
  expect(await kidOf(signer)).toBe('tokens')
  expect(service.asked).toEqual([])
})

test('the name of a key that has none is its thumbprint', async () => {
  const signer = signerOf('ES256', keyFor('ES256'))
  expect(await kidOf(signer)).toBe((await signer.publicKey()).thumbprint)
})
