import {
  createHash,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PublicKey, type PublicKeyInput } from '../src/index.js'
import { pem } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair, type MlDsaName, otherKeyPair, pssKeyPair, rsaJwk, spkiOf } from './support/keys.js'
import { openssl, testWithOpenssl } from './support/openssl.js'
import { names } from './support/oracle.js'
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

/** RFC 9964. The SPKI of ML-DSA begins with 22 bytes that are not the key. */
const akpOf = (alg: MlDsaName) => {
  const pub = spkiOf(keyPair(alg).publicKey).subarray(22).toString('base64url')
  return { kty: 'AKP', alg, pub }
}

/** Names, kinds and keys; and how long the key inside the SPKI is, but for RSA. */
const KINDS: [string, string, KeyObject | Uint8Array, number?][] = [
  ['ES256', 'P-256', keyPair('ES256').publicKey, 65],
  ['ES384', 'P-384', keyPair('ES384').publicKey, 97],
  ['ES512', 'P-521', keyPair('ES512').publicKey, 133],
  ['ES256K', 'secp256k1', keyPair('ES256K').publicKey, 65],
  ['Ed25519', 'Ed25519', keyPair('Ed25519').publicKey, 32],
  ['SM2', 'SM2', keyPair('SM2').publicKey, 65],
  ['ML-DSA-44', 'ML-DSA-44', keyPair('ML-DSA-44').publicKey, 1312],
  ['ML-DSA-65', 'ML-DSA-65', keyPair('ML-DSA-65').publicKey, 1952],
  ['ML-DSA-87', 'ML-DSA-87', keyPair('ML-DSA-87').publicKey, 2592],
  ['RSA', 'RSA', keyPair('RS256').publicKey],
  ['RSA-PSS', 'RSA', pssKeyPair().publicKey],
  ['RSA-PSS with SHA-256', 'RSA', pssKeyPair('sha256', 32).publicKey],
]

const isMlDsa = (kind: string): kind is MlDsaName => kind.startsWith('ML-DSA')
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content)

describe.each(KINDS)('%s', (_, kind, node, rawBytes) => {
  const spki = spkiOf(node)
  const forms = isMlDsa(kind) ? publicForms(node, akpOf(kind)) : publicForms(node)

  test.each(forms)('is the same key from %s', (_, form) => {
    const key = PublicKey.from(form)
    expect(key.kind).toBe(kind)
    expect(key.modulusBits).toBe(kind === 'RSA' ? 2048 : undefined)
    expect(Buffer.from(key.toSpki())).toEqual(spki)
    expect(key.toPem()).toBe(pem('PUBLIC KEY', spki))
    expect(key.equals(PublicKey.from(node))).toBe(true)
    if (node instanceof Uint8Array) return
    expect(key.toPem()).toBe(node.export({ type: 'spki', format: 'pem' }))
    expect(key.toKeyObject().equals(node)).toBe(true)
  })

  test('is a key of node:crypto, where that knows its kind', async () => {
    const key = PublicKey.from(node)
    // ML-DSA comes with Node 22.
    const known = !isMlDsa(kind) || !process.version.startsWith('v20.')
    expect(key.isNative).toBe(known)
    if (known) expect(spkiOf(key.toKeyObject())).toEqual(spki)
    else await failure(() => key.toKeyObject(), 'UnsupportedAlgorithm')
  })

  test('its raw bytes are what its SPKI holds', () => {
    const raw = Buffer.from(PublicKey.from(node).toRaw())
    expect(spki.subarray(-raw.length)).toEqual(raw)
    // Of the bit string there is left how many bits of it are unused: none.
    expect(spki.at(-raw.length - 1)).toBe(0)
    if (rawBytes) expect(raw).toHaveLength(rawBytes)
    else expect(createPublicKey({ key: raw, format: 'der', type: 'pkcs1' }).asymmetricKeyType).toBe('rsa')
  })

  if (kind === 'SM2')
    test('has no JWK, and is named by the SHA-256 of its SPKI', async () => {
      const key = PublicKey.from(node)
      await failure(() => key.toJwk(), 'UnsupportedAlgorithm')
      expect(key.thumbprint).toBe(sha256(spki).digest('base64url'))
      expect(key.fingerprint).toBe(`sha256:${sha256(spki).digest('hex')}`)
    })
  else {
    test('its JWK leads back to it, with the thumbprint as kid', () => {
      const key = PublicKey.from(node)
      const jwk = key.toJwk()
      expect(jwk.kid).toBe(key.thumbprint)
      expect(PublicKey.from(jwk).thumbprint).toBe(key.thumbprint)
      expect('d' in jwk).toBe(false)
    })

    test('its thumbprint and fingerprint are those of the standards', () => {
      const key = PublicKey.from(node)
      const { alg, crv, e, kty, n, pub, x, y } = key.toJwk()
      // RFC 7638 section 3.2, RFC 8037 section 2, RFC 9964 section 4.
      const required = { RSA: { e, kty, n }, EC: { crv, kty, x, y }, AKP: { alg, kty, pub } }[kty]
      expect(key.thumbprint).toBe(sha256(JSON.stringify(required ?? { crv, kty, x })).digest('base64url'))
      expect(key.fingerprint).toBe(`sha256:${sha256(spki).digest('hex')}`)
    })
  }

  // The command knows ML-DSA from 3.5 on, which is not everywhere yet.
  if (!isMlDsa(kind))
    testWithOpenssl('openssl reads its PEM and writes the bytes that were fingerprinted', () => {
      const key = PublicKey.from(node)
      const der = openssl(['pkey', '-pubin', '-outform', 'DER'], Buffer.from(key.toPem()))
      expect(`sha256:${sha256(der).digest('hex')}`).toBe(key.fingerprint)
    })

  test('what it gives away is a copy', () => {
    const key = PublicKey.from(node)
    const { thumbprint, fingerprint } = key
    const raw = Buffer.from(key.toRaw())
    key.toSpki().fill(0)
    key.toRaw().fill(0)
    if (kind !== 'SM2') Object.assign(key.toJwk(), { x: 'AA', n: 'AA', pub: 'AA' })
    expect(key).toMatchObject({ thumbprint, fingerprint })
    expect(Buffer.from(key.toSpki())).toEqual(spki)
    expect(Buffer.from(key.toRaw())).toEqual(raw)
    expect(key.toSpki().constructor).toBe(Uint8Array)
    expect(key.toRaw().constructor).toBe(Uint8Array)
  })

  test('keeps what it was made of, whatever becomes of those bytes', () => {
    const der = Buffer.from(spki)
    const key = PublicKey.from(der)
    der.fill(0)
    expect(Buffer.from(key.toSpki())).toEqual(spki)
    expect(key.fingerprint).toBe(`sha256:${sha256(spki).digest('hex')}`)
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
  const pemOf = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
    key.export({ type, format: 'pem' }).toString()
  const encrypted = ec
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString()

  test.each<[string, PublicKeyInput]>([
    ['in a KeyObject', ec],
    ['in a secret KeyObject', createSecretKey(Buffer.alloc(32))],
    ['in PEM', pemOf(rsa, 'pkcs8')],
    ['in PEM of PKCS #1', pemOf(rsa, 'pkcs1')],
    ['in PEM of SEC 1', pemOf(ec, 'sec1')],
    ['in encrypted PEM', encrypted],
    ['in PEM as bytes', Buffer.from(pemOf(ec, 'pkcs8'))],
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

  test.each(names)('tells two keys for %s apart', (name) => {
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
