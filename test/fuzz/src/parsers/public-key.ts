import { createPublicKey } from 'node:crypto'
import { PublicKey, type PublicKeyInput } from '@signport/core'
import fc from 'fast-check'
import { mutatedBytes, randomBytes } from '../byte-mutation.js'
import { mutatedDer } from '../der-mutation.js'
import { mutatedJson, mutatedValue } from '../json-mutation.js'
import { type Parser, parser, promise } from '../parser.js'
import { PUBLIC_JWKS, PUBLIC_PEMS, SHORT_SPKIS, SPKIS } from '../seeds/public-keys.js'
import { mutatedText, randomText } from '../text-mutation.js'

const PEM_TOKENS = [
  '-----BEGIN PUBLIC KEY-----\n',
  '-----END PUBLIC KEY-----',
  '-----BEGIN RSA PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN PRIVATE KEY-----',
  '-----',
  '=',
  '==',
  'MFkwEwYH',
  'Proc-Type: 4,ENCRYPTED\n',
]

const JWK_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'k', 'alg', 'pub', 'priv', 'kid', 'use', 'oth']
const JWK_VALUES = [
  'EC',
  'RSA',
  'OKP',
  'AKP',
  'oct',
  'P-256',
  'P-521',
  'Ed25519',
  'X25519',
  'AQAB',
  'AAEAAQ',
  'AQ',
  'AA',
]

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** A key that was accepted is one key in all of its forms, and by OpenSSL's reading as well. */
function assertOneKey(key: PublicKey): void {
  const spki = key.toSpki()
  const again = PublicKey.from(spki)
  promise(same(again.toSpki(), spki), 'its SPKI is read as another key')
  promise(again.thumbprint === key.thumbprint && again.kind === key.kind, 'its SPKI has another name')
  promise(PublicKey.from(key.toPem()).equals(key), 'its PEM is read as another key')
  if (key.kind !== 'SM2') promise(PublicKey.from(key.toJwk()).equals(key), 'its JWK is read as another key')
  if (!key.isNative) return
  const native = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  promise(same(native.export({ type: 'spki', format: 'der' }), spki), 'OpenSSL writes it in another way')
}

/**
 * RSA's parameters alone may be missing or be NULL, and those of PSS have defaults that may be written or not: the key is
 * written anew then, so that it has one name.
 */
function assertSpki(bytes: Uint8Array): void {
  const key = PublicKey.from(bytes)
  assertOneKey(key)
  if (bytes[0] !== 0x30 || same(key.toSpki(), bytes)) return
  promise(key.kind === 'RSA', `it took an SPKI of ${key.kind} that is not written in the one way`)
  const end = Buffer.from(bytes).subarray(-key.toRaw().length)
  promise(same(end, key.toRaw()), 'it took an RSA key that is not written in the one way')
}

function assertText(text: string): void {
  const key = PublicKey.from(text)
  assertOneKey(key)
  const [, body] = /-----BEGIN PUBLIC KEY-----([^-]*)-----END/.exec(text) ?? []
  if (body === undefined) return
  const bare = (pem: string) => pem.replace(/-----[^-]*-----/g, '').replace(/\s/g, '')
  promise(
    key.kind === 'RSA' || bare(body) === bare(key.toPem()),
    'it took PEM whose base64 is not written in the one way',
  )
}

const NAMING = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const

function assertJwk(jwk: unknown): void {
  const key = PublicKey.from(jwk as PublicKeyInput)
  assertOneKey(key)
  const given = (typeof jwk === 'string' ? JSON.parse(jwk) : jwk) as Record<string, unknown>
  const canonical = key.toJwk() as unknown as Record<string, unknown>
  const names = key.kind.startsWith('ML-DSA') ? ['kty', 'alg', 'pub'] : NAMING
  for (const name of names)
    promise(canonical[name] === given[name], `it took a JWK whose ${name} is not written in the one way`)
}

/** Public keys in all of their forms. */
export const PUBLIC_KEY_PARSERS: readonly Parser[] = [
  parser<Uint8Array>({
    name: 'spki',
    inputs: fc.oneof(
      mutatedBytes(SHORT_SPKIS),
      mutatedDer(SPKIS),
      mutatedDer(SHORT_SPKIS),
      mutatedBytes(SPKIS),
      randomBytes(SPKIS),
    ),
    read: assertSpki,
  }),
  parser<string>({
    name: 'public-key-text',
    inputs: fc.oneof(
      { weight: 6, arbitrary: mutatedText(PUBLIC_PEMS, PEM_TOKENS) },
      { weight: 1, arbitrary: randomText(PEM_TOKENS) },
    ),
    read: assertText,
  }),
  parser<unknown>({
    name: 'jwk',
    inputs: fc.oneof(
      mutatedValue(PUBLIC_JWKS, JWK_MEMBERS, JWK_VALUES).filter((value) => typeof value === 'object'),
      mutatedJson(PUBLIC_JWKS, JWK_MEMBERS, JWK_VALUES).filter((text) => text.startsWith('{')),
      mutatedText(PUBLIC_JWKS.map((jwk) => JSON.stringify(jwk))).filter((text) =>
        text.trimStart().startsWith('{'),
      ),
    ),
    read: assertJwk,
  }),
]
