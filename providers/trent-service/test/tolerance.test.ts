import { createHash, ECDH, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createSigner, type SignerOptions, toP1363 } from '@signport/core'
import { createTrentServiceProvider, type TrentServiceOptions } from '../src/index.js'
import { failureOf } from './support/failure.js'
import { EC, KEY_ANSWER, SPKI, signRaw } from './support/keys.js'
import { type Answer, answer, json, startServer } from './support/server.js'

const MESSAGE = Buffer.from('a message')
const ID = '1234abcd-12ab-34cd-56ef-1234567890ab'

/** A server that answers GetPublicKey with one object and Sign with what is made of its request. */
async function serve(key: unknown, signature: (body: string) => unknown): Promise<string> {
  const answers: Answer = (socket, seen) => {
    const asked = seen.headers['x-amz-target']
    const given = asked === 'TrentService.Sign' ? signature(seen.body) : key
    json(200, given)(socket, seen)
  }
  return (await startServer(answers)).url
}

function signerTo(endpoint: string, options: Partial<SignerOptions> & { own?: TrentServiceOptions } = {}) {
  const { own, ...rest } = options
  const provider = createTrentServiceProvider({ endpoint, auth: 'none', ...own })
  return createSigner({ provider, keyId: ID, algorithm: 'ES256', messageType: 'raw', ...rest })
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const right = (body: string) => ({
  KeyId: ID,
  Signature: base64(signRaw(body)),
  SigningAlgorithm: 'ECDSA_SHA_256',
})
const point = SPKI.subarray(-65)
const compressed = ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'compressed') as Buffer

describe('what is tolerated of an answer to Sign', () => {
  test.each<[string, (body: string) => Record<string, unknown>, string]>([
    ['everything', right, ID],
    ['nothing but the signature', (body) => ({ Signature: right(body).Signature }), ID],
    ['null where nothing is known', (body) => ({ ...right(body), KeyId: null, SigningAlgorithm: null }), ID],
    [
      'the ARN of the key',
      (body) => ({ ...right(body), KeyId: `arn:aws:kms:us-east-1:111122223333:key/${ID}` }),
      `arn:aws:kms:us-east-1:111122223333:key/${ID}`,
    ],
    [
      'an ARN of QKMS',
      (body) => ({ ...right(body), KeyId: `arn:verenc:111122223333:key/${ID}` }),
      `arn:verenc:111122223333:key/${ID}`,
    ],
    ['r and s', (body) => ({ ...right(body), Signature: base64(toP1363(signRaw(body), 32)) }), ID],
    [
      'r, s and a recovery byte',
      (body) => ({
        ...right(body),
        Signature: base64(Buffer.concat([toP1363(signRaw(body), 32), Uint8Array.of(27)])),
      }),
      ID,
    ],
    [
      'members that nobody knows',
      (body) => ({ ...right(body), MessageType: 'RAW', __proto: 1, Nested: { a: [1] } }),
      ID,
    ],
  ])('%s', async (_, given, keyId) => {
    const signer = signerTo(await serve(KEY_ANSWER, given))
    const signature = await signer.sign(MESSAGE)
    expect(verify('sha256', MESSAGE, EC.publicKey, signature.bytes)).toBe(true)
    expect(signature).toMatchObject({ encoding: 'der', algorithm: 'ES256', keyId, messageType: 'raw' })
    await signer.close()
  })
})

describe('what is refused of an answer to Sign', () => {
  test.each<[string, (body: string) => unknown, string]>([
    ['nothing', () => ({}), 'InvalidResponse'],
    ['no signature', (body) => ({ ...right(body), Signature: undefined }), 'InvalidResponse'],
    ['a signature that is no text', (body) => ({ ...right(body), Signature: 7 }), 'InvalidResponse'],
    ['a signature that is not base64', (body) => ({ ...right(body), Signature: '%%%' }), 'InvalidResponse'],
    ['a fake', () => ({ Signature: 'sig:abcd' }), 'InvalidResponse'],
    ['a signature of another length', () => ({ Signature: base64(Buffer.alloc(63, 1)) }), 'InvalidResponse'],
    [
      'another algorithm',
      (body) => ({ ...right(body), SigningAlgorithm: 'ECDSA_SHA_384' }),
      'InvalidResponse',
    ],
    ['another key', (body) => ({ ...right(body), KeyId: ID.replace('1', '2') }), 'KeyMismatch'],
    ['a key id that is no text', (body) => ({ ...right(body), KeyId: { a: 1 } }), 'InvalidResponse'],
    [
      'a digest that was hashed once more',
      (body) => ({
        Signature: base64(
          sign(
            'sha256',
            createHash('sha256')
              .update(Buffer.from(JSON.parse(body).Message, 'base64'))
              .digest(),
            EC.privateKey,
          ),
        ),
      }),
      'SignatureCheckFailed',
    ],
    [
      'a true signature hidden in __proto__',
      (body) => JSON.parse(`{"__proto__":${JSON.stringify(right(body))}}`),
      'InvalidResponse',
    ],
  ])('%s', async (_, given, code) => {
    const signer = signerTo(await serve(KEY_ANSWER, given))
    expect(await failureOf(() => signer.sign(MESSAGE))).toMatchObject({ name: 'SigningError', code })
    await signer.close()
  })
})

describe('what is tolerated of an answer to GetPublicKey', () => {
  const PublicKey = base64(SPKI)

  test.each<[string, Record<string, unknown>]>([
    ['everything', { ...KEY_ANSWER, KeyId: ID }],
    ['nothing but the key', { PublicKey }],
    ['the old name of the key spec', { PublicKey, CustomerMasterKeySpec: 'ECC_NIST_P256' }],
    ['a key spec that nobody knows', { PublicKey, KeySpec: 'ECC_DECAF_448' }],
    ['a bare id', { PublicKey, KeyId: ID }],
    ['an ARN of QKMS', { PublicKey, KeyId: `arn:verenc:111122223333:key/${ID}` }],
    ['the encryption algorithms as null', { PublicKey, EncryptionAlgorithms: null, SigningAlgorithms: null }],
    ['a date as text', { PublicKey, CreationDate: '2026-01-01T00:00:00Z' }],
    ['both coordinates', { PublicKey: base64(point.subarray(1)) }],
    ['both coordinates after 04', { PublicKey: base64(point), KeySpec: 'ECC_NIST_P256' }],
    ['one coordinate', { PublicKey: base64(compressed), KeySpec: null }],
  ])('%s', async (_, given) => {
    const signer = signerTo(await serve(given, right))
    expect((await signer.publicKey()).toPem()).toBe(EC.publicKey.export({ type: 'spki', format: 'pem' }))
    await signer.close()
  })

  test.each<[string, Record<string, unknown>]>([
    ['the key spec of AWS', { KeySpec: 'ECC_NIST_EDWARDS25519' }],
    ['the key spec of QKMS', { CustomerMasterKeySpec: 'ECC_ED25519' }],
    ['no key spec', {}],
  ])('32 bytes of Ed25519 with %s', async (_, members) => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
    const url = await serve({ PublicKey: base64(raw), ...members }, right)
    const provider = createTrentServiceProvider({ endpoint: url, auth: 'none' })
    const answered = await provider.getPublicKey({ keyId: ID }, {})
    expect(base64(answered.publicKey as Uint8Array)).toBe(
      base64(publicKey.export({ type: 'spki', format: 'der' })),
    )
    await provider.close?.()
  })
})

test('a point is read by what the server calls its curve where nobody has named an algorithm', async () => {
  const url = await serve({ PublicKey: base64(point), KeySpec: 'ECC_NIST_P256' }, right)
  const provider = createTrentServiceProvider({ endpoint: url, auth: 'none' })
  const { publicKey } = await provider.getPublicKey({ keyId: ID }, {})
  expect(base64(publicKey as Uint8Array)).toBe(base64(SPKI))
  await provider.close?.()
})

describe('what is refused of an answer to GetPublicKey', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey

  test.each<[string, unknown, string]>([
    ['nothing', {}, 'InvalidResponse'],
    ['a key that is not base64', { PublicKey: '-----BEGIN PUBLIC KEY-----' }, 'InvalidResponse'],
    ['another key', { ...KEY_ANSWER, KeyId: ID.replace('1', '2') }, 'KeyMismatch'],
    [
      'a key of another kind',
      { PublicKey: base64(other.export({ type: 'spki', format: 'der' })) },
      'InvalidKeyUsage',
    ],
    [
      'a point that is not on its curve',
      { PublicKey: base64(Buffer.alloc(64, 7)), KeySpec: 'ECC_NIST_P256' },
      'InvalidResponse',
    ],
  ])('%s', async (_, given, code) => {
    const signer = signerTo(await serve(given, right))
    expect(await failureOf(() => signer.publicKey())).toMatchObject({ name: 'SigningError', code })
    await signer.close()
  })
})

describe('a server with names of its own', () => {
  test('is asked by them, and its echo is compared with them', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
    const asked: unknown[] = []
    const url = await serve({ PublicKey: base64(raw), CustomerMasterKeySpec: 'ECC_ED25519' }, (body) => {
      const { Message, SigningAlgorithm, MessageType } = JSON.parse(body)
      asked.push([SigningAlgorithm, MessageType])
      return { Signature: base64(sign(null, Buffer.from(Message, 'base64'), privateKey)), SigningAlgorithm }
    })
    const own = { algorithmNames: { Ed25519: 'EDDSA_ED25519' } }
    const signer = signerTo(url, { own, algorithm: 'Ed25519', messageType: 'auto' })
    const { bytes } = await signer.sign(MESSAGE)
    expect(verify(null, MESSAGE, publicKey, bytes)).toBe(true)
    expect(asked).toEqual([['EDDSA_ED25519', 'RAW']])
    await signer.close()
  })
})

describe('a probe', () => {
  test.each<[string, Answer]>([
    ['a server that says that it would sign', json(412, { __type: 'DryRunOperationException' })],
    [
      'a server that says so with another status',
      json(400, { __type: 'com.amazonaws.kms#DryRunOperationException', message: 'm' }),
    ],
    ['a server that does not know dry runs', (socket, seen) => json(200, right(seen.body))(socket, seen)],
  ])('succeeds at %s', async (_, given) => {
    const server = await startServer([json(200, KEY_ANSWER), given])
    const signer = signerTo(server.url)
    expect(await signer.probe()).toMatchObject({ permission: 'confirmed' })
    expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({
      KeyId: ID,
      Message: base64(Buffer.alloc(32)),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
      DryRun: true,
    })
    await signer.close()
  })

  test.each<[string, Answer, string]>([
    ['is not permitted', json(400, { __type: 'AccessDeniedException' }), 'AccessDenied'],
    ['meets a disabled key', json(400, { __type: 'DisabledException' }), 'KeyDisabled'],
    ['gets no answer that it knows', json(200, {}), 'InvalidResponse'],
    ['gets a page', answer(502, '<html>'), 'Unavailable'],
  ])('fails when it %s', async (_, given, code) => {
    const server = await startServer([json(200, KEY_ANSWER), given])
    const signer = signerTo(server.url)
    expect(await failureOf(() => signer.probe())).toMatchObject({ name: 'SigningError', code })
    await signer.close()
  })
})
