import { createHash, createPrivateKey, createSign, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createSigner, createVerifier, type Signer } from '@signport/core'
import { sm2 as smCrypto } from 'sm-crypto-v2'
import { createLocalProvider, type LocalKey } from '../src/index.js'
import { testFolder } from './support/folder.js'
import { derOf, KEYS, PEMS, pemOf } from './support/keys.js'
import { chunked, MESSAGE } from './support/messages.js'
import { openssl, testWithOpenssl } from './support/openssl.js'
import { digestOf, rawPublicKey, strangerVerifies } from './support/stranger.js'

const folder = testFolder()
const PEM = PEMS.SM2
const USUAL_ID = '1234567812345678'

/** The example of GB/T 32918.5-2017 appendix A, and its key. */
const EXAMPLE = {
  message: Buffer.from('message digest'),
  digest: Buffer.from('f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640', 'hex'),
  signature: Buffer.from(
    `3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3
     022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa`.replace(/\s/g, ''),
    'hex',
  ),
  // SEC1 (RFC 5915): the number and the curve, without the public key.
  sec1: Buffer.from(
    '303102010104203945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8a00a06082a811ccf5501822d',
    'hex',
  ),
}

const signerOf = (key: LocalKey, options: object = {}) =>
  createSigner({
    provider: createLocalProvider({ keys: { k: key } }),
    keyId: 'k',
    algorithm: 'SM2',
    ...options,
  })

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(folder.path(name), content, { mode: 0o600 })
  return folder.path(name)
}

test('the example of GB/T 32918.5-2017', async () => {
  const signer = signerOf(pemOf('EC PRIVATE KEY', EXAMPLE.sec1))
  expect(await signer.verify(EXAMPLE.message, EXAMPLE.signature)).toBe(true)
  const { digest, bytes } = await signer.sign(EXAMPLE.message, { messageType: 'digest' })
  expect(Buffer.from(digest ?? [])).toEqual(EXAMPLE.digest)
  expect(await signer.verifyDigest(EXAMPLE.digest, bytes)).toBe(true)
})

describe('keys', () => {
  // Of the key as it was made: node:crypto ends the process when it is asked for this form of an imported one.
  const sec1 = KEYS.SM2.export({ type: 'sec1', format: 'pem' }).toString()

  test.each<[string, LocalKey]>([
    ['PKCS#8', PEM],
    ['SEC1', sec1],
    ['SEC1 as openssl 3 labels it', sec1.replaceAll('EC PRIVATE', 'SM2 PRIVATE')],
    [
      'SEC1 after its parameters',
      `-----BEGIN SM2 PARAMETERS-----\nBggqgRzPVQGCLQ==\n-----END SM2 PARAMETERS-----\n${sec1}`,
    ],
    [
      'encrypted',
      createPrivateKey(PEM)
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'correct horse' })
        .toString(),
    ],
    ['a KeyObject that was imported', createPrivateKey(PEM)],
    ['a KeyObject that node:crypto made', KEYS.SM2],
  ])('%s', async (_, key) => {
    const provider = createLocalProvider({ keys: { k: key }, passphrase: () => 'correct horse' })
    const signer = createSigner({ provider, keyId: 'k', algorithm: 'SM2' })
    for (const input of [() => MESSAGE, () => chunked(MESSAGE)])
      expect(strangerVerifies('SM2', PEM, MESSAGE, (await signer.sign(input())).bytes)).toBe(true)
    const { bytes } = await signer.sign(MESSAGE, { messageType: 'digest' })
    expect(strangerVerifies('SM2', PEM, MESSAGE, bytes)).toBe(true)
  })

  test('a KeyObject that node:crypto made signs ECDSA there, and SM2 here', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' })
    const prefix = smCrypto.getZ(Buffer.from(rawPublicKey(pemOfKey(privateKey))).toString('hex'))
    const ecdsa = createSign('sm3').update(prefix).update(MESSAGE).sign(privateKey)
    const signer = signerOf(privateKey)
    expect(strangerVerifies('SM2', privateKey, MESSAGE, ecdsa)).toBe(false)
    expect(await signer.verify(MESSAGE, ecdsa)).toBe(false)
    expect(strangerVerifies('SM2', privateKey, MESSAGE, (await signer.sign(MESSAGE)).bytes)).toBe(true)
  })

  testWithOpenssl('made by openssl, in both of its forms', async () => {
    const pkcs8 = openssl(['genpkey', '-algorithm', 'SM2'])
    const sec1 = openssl(['ec'], pkcs8)
    for (const key of [pkcs8, sec1])
      expect(
        strangerVerifies('SM2', pkcs8.toString(), MESSAGE, (await signerOf(key).sign(MESSAGE)).bytes),
      ).toBe(true)
    expect((await signerOf(sec1).publicKey()).toPem()).toBe(openssl(['pkey', '-pubout'], pkcs8).toString())
  })

  const N = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'
  const withNumber = (number: string) =>
    pemOf('EC PRIVATE KEY', Buffer.from(EXAMPLE.sec1.toString('hex').replace(/3945208f.{56}/, number), 'hex'))
  test.each<[string, string]>([
    ['zero', '00'.repeat(32)],
    ['n - 1, with which OpenSSL never ends', `${N.slice(0, -1)}2`],
    ['n', N],
    ['more than n', 'ff'.repeat(32)],
  ])('%s is no private key', async (_, number) => {
    await expect(signerOf(withNumber(number)).sign(MESSAGE)).rejects.toMatchObject({ name: 'SigningError' })
  })

  test('have their SHA-256 as their name, and no JWK', async () => {
    const key = await signerOf(PEM).publicKey()
    const sha256 = createHash('sha256').update(key.toSpki()).digest('base64url')
    expect(key.thumbprint).toBe(sha256)
    expect(() => key.toJwk()).toThrow('SM2 keys have no JWK')
  })
})

const pemOfKey = (key: typeof KEYS.SM2) => key.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('ids', () => {
  const ids: [string, string | Uint8Array | undefined, string][] = [
    ['none', undefined, `distid:${USUAL_ID}`],
    ['the usual one', USUAL_ID, `distid:${USUAL_ID}`],
    ['a text', '签名者@example.org', 'distid:签名者@example.org'],
    ['bytes', Uint8Array.of(0, 255, 0, 1), 'hexdistid:00FF0001'],
    ['an empty one', '', 'distid:'],
    ['a long one', 'x'.repeat(8190), `distid:${'x'.repeat(8190)}`],
  ]

  /** A signature in each way that it can be made. */
  async function signatures(signer: Signer) {
    return [
      await signer.sign(MESSAGE),
      await signer.sign(chunked(MESSAGE)),
      await signer.sign(MESSAGE, { messageType: 'raw' }),
      await signer.sign(MESSAGE, { messageType: 'digest' }),
      await signer.sign(chunked(MESSAGE), { messageType: 'digest' }),
    ]
  }

  testWithOpenssl.each(ids)('%s: openssl verifies', async (name, userId, option) => {
    const signer = signerOf(PEM, userId === undefined ? {} : { userId })
    const publicKey = file(`${name}.pub`, (await signer.publicKey()).toPem())
    const made = await signatures(signer)
    expect(made.map(({ messageType }) => messageType)).toEqual(['raw', 'raw', 'raw', 'digest', 'digest'])
    for (const { bytes, encoding } of made) {
      expect(encoding).toBe('der')
      const path = file(`${name}.sig`, bytes)
      const command = ['dgst', '-sm3', '-verify', publicKey, '-sigopt', option, '-signature', path]
      expect(openssl(command, MESSAGE).toString()).toBe('Verified OK\n')
      expect(await signer.verify(MESSAGE, bytes)).toBe(true)
      expect(await signer.verify(chunked(MESSAGE), bytes)).toBe(true)
    }
  })

  testWithOpenssl.each(ids)('%s: openssl signs', async (name, userId, option) => {
    const path = file(`${name}.pem`, PEM)
    const signature = openssl(['dgst', '-sm3', '-sign', path, '-sigopt', option], MESSAGE)
    const signer = signerOf(PEM, userId === undefined ? {} : { userId })
    expect(await signer.verify(MESSAGE, signature)).toBe(true)
    expect(await signer.verify(chunked(MESSAGE), signature)).toBe(true)
    expect(await signerOf(PEM, { userId: 'somebody else' }).verify(MESSAGE, signature)).toBe(false)
  })

  test('of 8191 bytes, which openssl does not take, and not one byte more', async () => {
    const userId = 'x'.repeat(8191)
    const options = { hash: true, der: true, userId }
    const point = Buffer.from(rawPublicKey(PEM)).toString('hex')
    for (const { bytes } of await signatures(signerOf(PEM, { userId })))
      expect(smCrypto.doVerifySignature(MESSAGE, Buffer.from(bytes).toString('hex'), point, options)).toBe(
        true,
      )
    expect(() => signerOf(PEM, { userId: `${userId}x` })).toThrow('userId has at most 8191 bytes')
  })

  test('decide: a signature under one is none under another', async () => {
    const publicKey = await signerOf(PEM).publicKey()
    const made = await signatures(signerOf(PEM, { userId: 'alice' }))
    for (const { bytes } of made)
      for (const [options, expected] of [
        [{ userId: 'alice' }, true],
        [{ userId: 'Alice' }, false],
        [{ userId: '' }, false],
        [{}, false],
      ] as const) {
        const verifier = createVerifier({ publicKey, algorithm: 'SM2', ...options })
        expect(await verifier.verify(MESSAGE, bytes)).toBe(expected)
        expect(await verifier.verify(chunked(MESSAGE), bytes)).toBe(expected)
      }
  })
})

describe('sm-crypto-v2', () => {
  const scalar = derOf(PEM).subarray(36, 68)

  test('verifies what is signed here', async () => {
    const { bytes } = await signerOf(PEM).sign(MESSAGE)
    const point = Buffer.from(rawPublicKey(PEM)).toString('hex')
    const options = { hash: true, der: true }
    expect(smCrypto.doVerifySignature(MESSAGE, Buffer.from(bytes).toString('hex'), point, options)).toBe(true)
  })

  test('signs what is verified here', async () => {
    const options = { hash: true, der: true }
    const signature = smCrypto.doSignature(MESSAGE, Buffer.from(scalar).toString('hex'), options)
    expect(await signerOf(PEM).verify(MESSAGE, Buffer.from(signature, 'hex'))).toBe(true)
  })
})

describe('digests', () => {
  const digest = digestOf('SM2', PEM, MESSAGE) ?? new Uint8Array()
  const digestKind = 'sm2-za-message'

  test('SM3(Z ‖ M) that says what it is, is signed', async () => {
    const { bytes } = await signerOf(PEM).signDigest(digest, { digestKind })
    expect(strangerVerifies('SM2', PEM, MESSAGE, bytes)).toBe(true)
  })

  test('SM3(M) is refused: its length is the same', async () => {
    const plain = createHash('sm3').update(MESSAGE).digest()
    await expect(signerOf(PEM).signDigest(plain)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message:
        "The digest of SM2 is SM3(Z ‖ M), not SM3(M): say digestKind: 'sm2-za-message' if that is what it is.",
    })
    const { bytes } = await signerOf(PEM).sign(MESSAGE)
    expect(await signerOf(PEM).verifyDigest(plain, bytes)).toBe(false)
  })
})
