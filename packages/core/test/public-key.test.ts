import { createHash, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey, type PublicKeyInput } from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair, pssKeyPair, rsaJwk } from './support/keys.js'
import { openssl, testWithOpenssl } from './support/openssl.js'
import { ecdsaNames } from './support/oracle.js'
import { publicForms } from './support/public-forms.js'

/** The key of RFC 7638 section 3.1, whose thumbprint stands there. */
const RFC7638 = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
}

/** The key of RFC 8037 appendix A.2, whose thumbprint stands in A.3. */
const RFC8037 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }

const KINDS: [string, string, KeyObject][] = [
  ...['ES256', 'ES384', 'ES512', 'ES256K', 'Ed25519'].map((name): [string, string, KeyObject] => {
    const kind = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521', ES256K: 'secp256k1' }[name] ?? name
    return [name, kind, keyPair(name as 'ES256').publicKey]
  }),
  ['RSA', 'RSA', keyPair('RS256').publicKey],
  ['RSA-PSS', 'RSA', pssKeyPair().publicKey],
  ['RSA-PSS with SHA-256', 'RSA', pssKeyPair('sha256', 32).publicKey],
]

describe.each(KINDS)('%s', (_, kind, node) => {
  const spki = node.export({ type: 'spki', format: 'der' })

  test.each(publicForms(node))('is the same key from %s', (_, form) => {
    const key = PublicKey.from(form)
    expect(key.kind).toBe(kind)
    expect(key.modulusBits).toBe(kind === 'RSA' ? 2048 : undefined)
    expect(Buffer.from(key.toSpki())).toEqual(spki)
    expect(key.toPem()).toBe(node.export({ type: 'spki', format: 'pem' }))
    expect(key.toKeyObject().equals(node)).toBe(true)
    expect(key.equals(PublicKey.from(node))).toBe(true)
  })

  test('its JWK leads back to it, with the thumbprint as kid', () => {
    const key = PublicKey.from(node)
    const jwk = key.toJwk()
    expect(jwk.kid).toBe(key.thumbprint)
    expect(PublicKey.from(jwk).thumbprint).toBe(key.thumbprint)
    expect('d' in jwk).toBe(false)
  })

  test('its thumbprint and fingerprint are those of the standards', () => {
    const key = PublicKey.from(node)
    const { crv, e, kty, n, x, y } = key.toJwk()
    const required = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
    const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content)
    expect(key.thumbprint).toBe(sha256(JSON.stringify(required)).digest('base64url'))
    expect(key.fingerprint).toBe(`sha256:${sha256(spki).digest('hex')}`)
  })

  testWithOpenssl('openssl reads its PEM and writes the bytes that were fingerprinted', () => {
    const key = PublicKey.from(node)
    const der = openssl(['pkey', '-pubin', '-outform', 'DER'], Buffer.from(key.toPem()))
    expect(`sha256:${createHash('sha256').update(der).digest('hex')}`).toBe(key.fingerprint)
  })

  test('what it gives away is a copy', () => {
    const key = PublicKey.from(node)
    const { thumbprint, fingerprint } = key
    key.toSpki().fill(0)
    Object.assign(key.toJwk(), { x: 'AA', n: 'AA' })
    expect(key).toMatchObject({ thumbprint, fingerprint })
    expect(Buffer.from(key.toSpki())).toEqual(spki)
    expect(key.toSpki().constructor).toBe(Uint8Array)
  })
})

describe('published examples', () => {
  test('RFC 7638 section 3.1', () => {
    const key = PublicKey.from(RFC7638)
    expect(key.thumbprint).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
    expect(key.toJwk()).toEqual({ kty: 'RSA', n: RFC7638.n, e: 'AQAB', kid: key.thumbprint })
  })

  test('RFC 8037 appendix A.3', () => {
    expect(PublicKey.from(RFC8037).thumbprint).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })
})

describe('a private key is refused', () => {
  const rsa = keyPair('RS256').privateKey
  const ec = keyPair('ES256').privateKey
  const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
    key.export({ type, format: 'pem' }).toString()
  const encrypted = ec
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()

  test.each<[string, PublicKeyInput]>([
    ['in a KeyObject', ec],
    ['in a secret KeyObject', createSecretKey(Buffer.alloc(32))],
    ['in PEM', pem(rsa, 'pkcs8')],
    ['in PEM of PKCS #1', pem(rsa, 'pkcs1')],
    ['in PEM of SEC 1', pem(ec, 'sec1')],
    ['in encrypted PEM', encrypted],
    ['in PEM as bytes', Buffer.from(pem(ec, 'pkcs8'))],
    ['in a JWK', ec.export({ format: 'jwk' })],
    ['in a JWK of RSA', rsa.export({ format: 'jwk' })],
    ['in a JWK of Ed25519', keyPair('Ed25519').privateKey.export({ format: 'jwk' })],
    ['in a symmetric JWK', { kty: 'oct', k: 'c2VjcmV0' } as PublicKeyInput],
    ['in the JSON of a JWK', JSON.stringify(ec.export({ format: 'jwk' }))],
    ['that is part of it', { ...rsa.export({ format: 'jwk' }), d: undefined } as PublicKeyInput],
  ])('%s', async (_, form) => {
    const error = await failure(() => PublicKey.from(form), 'InvalidArgument')
    expect(error.message).toContain('Expected a public key')
    expect(error.message).toMatch(/private|secret/)
  })

  test('and nothing of it is in the error', async () => {
    const { d = '' } = ec.export({ format: 'jwk' })
    const error = await failure(() => PublicKey.from(ec.export({ format: 'jwk' })))
    expect(JSON.stringify([error, error.message, error.stack, String(error.cause)])).not.toContain(d)
  })

  test('in DER', async () => {
    await failure(() => PublicKey.from(ec.export({ type: 'pkcs8', format: 'der' })), 'InvalidArgument')
    await failure(() => PublicKey.from(rsa.export({ type: 'pkcs1', format: 'der' })), 'InvalidArgument')
  })
})

describe('what is no key at all', () => {
  test.each([[undefined], [null], [1], [true], [() => 1], [Symbol('key')]])('%p is a TypeError', (value) => {
    expect(() => PublicKey.from(value as never)).toThrow(TypeError)
  })

  test('shared memory is a TypeError', () => {
    expect(() => PublicKey.from(new Uint8Array(new SharedArrayBuffer(100)))).toThrow(TypeError)
  })

  test.each<[string, unknown]>([
    ['an empty text', ''],
    ['a text', 'my key'],
    ['a path', './keys/dev.pem'],
    ['no bytes', new Uint8Array()],
    ['JSON that is none', '{"kty":'],
    ['JSON of an empty object', '{}'],
    ['an array', []],
    ['an object', { public: 'key' }],
    ['a Map', new Map()],
    ['the key pair', keyPair('ES256')],
  ])('%s is refused', async (_, value) => {
    await failure(() => PublicKey.from(value as PublicKeyInput), 'InvalidArgument')
  })

  test('neither bytes nor text of any content is more than refused', () => {
    const code = (work: () => unknown) => {
      try {
        work()
        return undefined
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.string(), fc.json(), (bytes, text, json) => {
        expect(code(() => PublicKey.from(bytes))).toBe('InvalidArgument')
        expect(code(() => PublicKey.from(text))).toBe('InvalidArgument')
        expect(code(() => PublicKey.from(`{"kty":"EC","crv":"P-256","x":${json}}`))).toBe('InvalidArgument')
      }),
    )
  })
})

describe('equals', () => {
  test('is about the key, not about what it is for', () => {
    const { n, e } = PublicKey.from(pssKeyPair('sha256', 32).publicKey).toJwk()
    const plain = PublicKey.from({ kty: 'RSA', n, e } as PublicKeyInput)
    expect(plain.equals(PublicKey.from(pssKeyPair('sha256', 32).publicKey))).toBe(true)
    expect(plain.fingerprint).not.toBe(PublicKey.from(pssKeyPair('sha256', 32).publicKey).fingerprint)
  })

  test.each([...ecdsaNames, 'RS256', 'Ed25519'] as const)('tells two keys for %s apart', (name) => {
    const [one, other] = [keyPair(name), otherKeyPair(name)].map(({ publicKey }) => PublicKey.from(publicKey))
    expect(one?.equals(other as PublicKey)).toBe(false)
    expect(one?.fingerprint).not.toBe(other?.fingerprint)
  })
})

test('from gives back a PublicKey as it is', () => {
  const key = PublicKey.from(RFC7638)
  expect(PublicKey.from(key)).toBe(key)
})

test('the size of an RSA key that is no multiple of eight is exact', () => {
  expect(PublicKey.from(rsaJwk(2049)).modulusBits).toBe(2049)
  expect(PublicKey.from(rsaJwk(3071)).modulusBits).toBe(3071)
  expect(PublicKey.from(generateKeyPairSync('rsa', { modulusLength: 2056 }).publicKey).modulusBits).toBe(2056)
})
