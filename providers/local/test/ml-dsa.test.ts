import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { createSigner, createVerifier } from '@signport/core'
import { createLocalProvider, type LocalKey } from '../src/index.js'
import { derOf, type MlDsaName, pemOf, seedPem } from './support/keys.js'
import { chunked, MESSAGE } from './support/messages.js'
import { encryptedPem } from './support/pbes2.js'
import { digestOf, readsMlDsa, signsMlDsa, strangerVerifies } from './support/stranger.js'

const NOBLE = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }
const NAMES = Object.keys(NOBLE) as MlDsaName[]
const PASSPHRASE = 'correct horse battery staple'

const testWithReading = readsMlDsa ? test : test.skip
const testWithSigning = signsMlDsa ? test : test.skip

const signerOf = (algorithm: string, key: LocalKey, options: object = {}) => {
  const provider = createLocalProvider({ keys: { k: key }, passphrase: () => PASSPHRASE })
  return createSigner({ provider, keyId: 'k', algorithm, ...options })
}

function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Uint8Array.of(tag, ...head), content])
}

/** The three forms of RFC 9881 section 6. */
const seedForm = (seed: Uint8Array) => element(0x80, seed)
const expandedForm = (expanded: Uint8Array) => element(0x04, expanded)
const bothForm = (seed: Uint8Array, expanded: Uint8Array) =>
  element(0x30, element(0x04, seed), element(0x04, expanded))

/** PKCS#8 with the choice as its key; `more` comes after it. */
function pkcs8(name: MlDsaName, choice: Uint8Array, ...more: readonly Uint8Array[]): string {
  const version = Uint8Array.of(2, 1, more.length > 0 ? 1 : 0)
  const algorithm = derOf(seedPem(name)).subarray(5, 18)
  return pemOf('PRIVATE KEY', element(0x30, version, algorithm, element(0x04, choice), ...more))
}

describe.each(NAMES)('%s', (name) => {
  const noble = NOBLE[name]
  const seed = Buffer.alloc(32, name.slice(-2))
  const { publicKey: raw, secretKey: expanded } = noble.keygen(seed)
  const other = noble.keygen(Buffer.alloc(32, 'other'))
  const pem = seedPem(name, seed)
  const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const jwk = { kty: 'AKP', alg: name, pub: base64url(raw), priv: base64url(seed) }

  describe('keys', () => {
    const forms: [string, LocalKey][] = [
      ['a seed', pem],
      ['an expanded key', pkcs8(name, expandedForm(expanded))],
      ['both', pkcs8(name, bothForm(seed, expanded))],
      [
        'a seed with attributes and public key',
        pkcs8(name, seedForm(seed), element(0xa0), element(0x81, raw)),
      ],
      ['a JWK', jwk],
      ['the JSON of a JWK', JSON.stringify(jwk)],
      ['a JWK without its public key', { kty: 'AKP', alg: name, priv: jwk.priv }],
    ]

    test.each(forms)('%s', async (_, key) => {
      const signer = signerOf(name, key)
      expect(Buffer.from((await signer.publicKey()).toRaw())).toEqual(Buffer.from(raw))
      for (const signature of [
        await signer.sign(MESSAGE),
        await signer.sign(chunked(MESSAGE)),
        await signer.sign(MESSAGE, { messageType: 'digest' }),
      ])
        expect(strangerVerifies(name, pem, MESSAGE, signature.bytes)).toBe(true)
    })

    const encrypted = forms
      .slice(0, 3)
      .map(([form, key]) => [form, encryptedPem(String(key), PASSPHRASE)] as const)

    testWithReading.each(encrypted)('%s, encrypted', async (_, key) => {
      const signature = await signerOf(name, key).sign(MESSAGE)
      expect(strangerVerifies(name, pem, MESSAGE, signature.bytes)).toBe(true)
    })

    const testWithoutReading = readsMlDsa ? test.skip : test
    testWithoutReading.each(encrypted)(
      '%s, encrypted, is refused where node:crypto cannot read it',
      async (_, key) => {
        await expect(signerOf(name, key).sign(MESSAGE)).rejects.toMatchObject({
          code: 'UnsupportedAlgorithm',
          message: `The key k is encrypted and of a kind that Node ${process.version} does not have: ML-DSA needs Node 22 or newer, or a key that is not encrypted.`,
        })
      },
    )

    test.each(encrypted)('%s, encrypted, with a wrong passphrase', async (_, key) => {
      const provider = createLocalProvider({ keys: { k: key }, passphrase: () => 'wrong' })
      const signer = createSigner({ provider, keyId: 'k', algorithm: name })
      await expect(signer.sign(MESSAGE)).rejects.toMatchObject({ code: 'Unauthenticated' })
    })

    testWithSigning('a KeyObject', async () => {
      const signature = await signerOf(name, createPrivateKey(pem)).sign(MESSAGE)
      expect(strangerVerifies(name, pem, MESSAGE, signature.bytes)).toBe(true)
    })

    const bent = (position: number) => {
      const copy = Uint8Array.from(expanded)
      copy[position] = (copy[position] ?? 0) ^ 1
      return copy
    }
    /** Its first number is 7, and no number of s1 and s2 is as large as that. */
    const outOfRange = Uint8Array.from(expanded)
    outOfRange.fill(0xff, 128, 160)
    const length = expanded.length
    const apart = 'the parts of its expanded key do not belong together'
    test.each<[string, Uint8Array, string]>([
      ['no key', new Uint8Array(), 'the bytes end early'],
      ['a key of another tag', element(0x05), 'no element with tag 0x30'],
      ['a seed of 31 bytes', seedForm(seed.subarray(1)), 'its seed has 31 bytes instead of 32'],
      ['a seed of 33 bytes', seedForm(Buffer.alloc(33)), 'its seed has 33 bytes instead of 32'],
      ['a seed and more', Buffer.concat([seedForm(seed), Uint8Array.of(0)]), 'bytes after the last element'],
      [
        'an expanded key that is too short',
        expandedForm(expanded.subarray(1)),
        `its expanded key has ${length - 1} bytes instead of ${length}`,
      ],
      [
        'an expanded key that is too long',
        expandedForm(Buffer.concat([expanded, Uint8Array.of(0)])),
        `its expanded key has ${length + 1} bytes instead of ${length}`,
      ],
      ['another matrix', expandedForm(bent(0)), apart],
      ['another hash of the public key', expandedForm(bent(64)), apart],
      [
        'another t0',
        expandedForm(Buffer.concat([expanded.subarray(0, -416), other.secretKey.subarray(-416)])),
        apart,
      ],
      [
        'numbers out of range',
        expandedForm(outOfRange),
        'its expanded key has numbers that are out of range',
      ],
      [
        'seed and expanded key of two keys',
        bothForm(seed, other.secretKey),
        'its seed and its expanded key do not agree',
      ],
      [
        'both, the seed too short',
        bothForm(seed.subarray(1), expanded),
        'its seed has 31 bytes instead of 32',
      ],
      ['a seed beside nothing', element(0x30, element(0x04, seed)), 'the bytes end early'],
      [
        'both and more',
        element(0x30, element(0x04, seed), element(0x04, expanded), element(0x05)),
        'bytes after the last element',
      ],
    ])('%s is refused', async (_, choice, why) => {
      await expect(signerOf(name, pkcs8(name, choice)).sign(MESSAGE)).rejects.toMatchObject({
        code: 'Configuration',
        message: `The key k is malformed: ${why}.`,
      })
    })

    test.each<[string, object, string]>([
      ['no alg', { ...jwk, alg: undefined }, `is an AKP key whose 'alg' is none of ML-DSA`],
      ['another alg', { ...jwk, alg: 'ML-DSA-45' }, `is an AKP key whose 'alg' is none of ML-DSA`],
      ['no seed', { ...jwk, priv: undefined }, `is an AKP key whose 'priv' is no seed of 32 bytes`],
      ['a short seed', { ...jwk, priv: 'AAAA' }, `is an AKP key whose 'priv' is no seed of 32 bytes`],
      [
        'a padded seed',
        { ...jwk, priv: `${jwk.priv}=` },
        `is an AKP key whose 'priv' is no seed of 32 bytes`,
      ],
      [
        'the expanded key as its seed',
        { ...jwk, priv: base64url(expanded) },
        `is an AKP key whose 'priv' is no seed of 32 bytes`,
      ],
      [
        'the public key of another one',
        { ...jwk, pub: base64url(other.publicKey) },
        'is damaged: its private and its public half do not belong together',
      ],
      [
        'a padded public key',
        { ...jwk, pub: `${jwk.pub}=` },
        'is damaged: its private and its public half do not belong together',
      ],
    ])('a JWK with %s is refused', async (_, key, why) => {
      await expect(signerOf(name, key as LocalKey).sign(MESSAGE)).rejects.toMatchObject({
        code: 'Configuration',
        message: `The key k ${why}.`,
      })
    })
  })

  describe.each<[string, Uint8Array]>([
    ['no context', new Uint8Array()],
    ['a context', Buffer.from('invoices')],
    ['a context of 255 bytes', Buffer.alloc(255, 0xcd)],
  ])('%s', (_, context) => {
    const signer = signerOf(name, pem, { context })
    const mu = digestOf(name, pem, MESSAGE, { context }) ?? new Uint8Array()
    const digestKind = 'ml-dsa-mu'

    test.each<[string, string, () => ReturnType<typeof signer.sign>]>([
      ['bytes', 'raw', () => signer.sign(MESSAGE)],
      ['a stream', 'raw', () => signer.sign(chunked(MESSAGE))],
      ['mu of bytes', 'external-mu', () => signer.sign(MESSAGE, { messageType: 'digest' })],
      ['mu of a stream', 'external-mu', () => signer.sign(chunked(MESSAGE), { messageType: 'digest' })],
      ['mu of the caller', 'external-mu', () => signer.signDigest(mu, { digestKind })],
    ])('signed from %s', async (_, messageType, signing) => {
      const signature = await signing()
      expect(signature.messageType).toBe(messageType)
      if (messageType === 'external-mu') expect(Buffer.from(signature.digest ?? [])).toEqual(mu)
      expect(strangerVerifies(name, pem, MESSAGE, signature.bytes, { context })).toBe(true)
      expect(strangerVerifies(name, pem, MESSAGE, signature.bytes, { context: seed })).toBe(false)
      expect(await signer.verify(MESSAGE, signature)).toBe(true)
      expect(await signer.verify(chunked(MESSAGE), signature)).toBe(true)
      expect(await signer.verifyDigest(mu, signature)).toBe(true)
      const elsewhere = signerOf(name, pem, { context: 'elsewhere' })
      expect(await elsewhere.verify(MESSAGE, signature)).toBe(false)
      expect(await elsewhere.verify(chunked(MESSAGE), signature)).toBe(false)
    })
  })

  test('the context may be text, and has at most 255 bytes', async () => {
    const { bytes } = await signerOf(name, pem, { context: 'Grüße' }).sign(MESSAGE)
    expect(strangerVerifies(name, pem, MESSAGE, bytes, { context: Buffer.from('Grüße') })).toBe(true)
    expect(() => signerOf(name, pem, { context: 'x'.repeat(256) })).toThrow(
      'context has at most 255 bytes, but this one has 256.',
    )
  })

  test('two signatures of one message differ: they are hedged', async () => {
    const signer = signerOf(name, pem)
    for (const messageType of ['auto', 'digest'] as const) {
      const [one, two] = [
        await signer.sign(MESSAGE, { messageType }),
        await signer.sign(MESSAGE, { messageType }),
      ]
      expect(Buffer.from(one.bytes)).not.toEqual(Buffer.from(two.bytes))
    }
  })

  test('a hash of the message is no mu, though it may be as long', async () => {
    await expect(signerOf(name, pem).signDigest(new Uint8Array(64))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: `The digest of ${name} is mu, not a hash of the message: say digestKind: 'ml-dsa-mu' if that is what it is.`,
    })
  })

  testWithReading('signatures of @noble/post-quantum and ours verify in node:crypto', async () => {
    const key = createPublicKey(createPrivateKey(pem))
    expect(verify(undefined, MESSAGE, key, noble.sign(MESSAGE, expanded))).toBe(true)
    for (const input of [() => MESSAGE, () => chunked(MESSAGE)])
      expect(verify(undefined, MESSAGE, key, (await signerOf(name, pem).sign(input())).bytes)).toBe(true)
  })

  testWithSigning('signatures of node:crypto verify here and in @noble/post-quantum', async () => {
    for (const context of [Buffer.alloc(0), Buffer.from('invoices')]) {
      const key = { key: createPrivateKey(pem), context }
      const signature = sign(undefined, MESSAGE, key)
      expect(noble.verify(signature, MESSAGE, raw, { context })).toBe(true)
      const publicKey = { kty: 'AKP', alg: name, pub: jwk.pub }
      const verifier = createVerifier({ publicKey, algorithm: name, context })
      expect(await verifier.verify(MESSAGE, signature)).toBe(true)
      expect(await verifier.verify(chunked(MESSAGE), signature)).toBe(true)
    }
  })
})
