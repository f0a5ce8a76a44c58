import { spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from '@jest/globals'
import { type AlgorithmName, algorithms, createSigner, type SignInput } from '@signport/core'
import { createLocalProvider, type GeneratedKey, type LocalKey, type LocalOptions } from '../src/index.js'
import { testFolder } from './support/folder.js'
import { KEYS, PEMS, pssKey } from './support/keys.js'
import { chunked, MESSAGE } from './support/messages.js'
import { digestOf, strangerVerifies } from './support/stranger.js'

const folder = testFolder()

/** One algorithm for each kind of key and way of signing: keys are made for these, and RSA takes its time. */
const oneEach = algorithms.filter(
  ({ key, scheme, digest }) => key !== 'RSA' || (scheme === 'rsassa-pss' && digest.hash === 'sha256'),
)

const signerOf = (algorithm: string, key: LocalKey, options: object = {}) =>
  createSigner({ provider: createLocalProvider({ keys: { k: key } }), keyId: 'k', algorithm, ...options })

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))(
  '%s',
  (name, { digest }) => {
    const key = PEMS[name]
    const digested = digest?.kind === 'ml-dsa-mu' ? 'external-mu' : 'digest'
    // node:crypto has no Ed25519ph: what is signed is the digest.
    const messageType = name.startsWith('Ed25519ph') ? 'digest' : 'raw'
    const inputs: [string, () => SignInput, Uint8Array][] = [
      ['bytes', () => MESSAGE, MESSAGE],
      ['no bytes', () => new Uint8Array(), new Uint8Array()],
      ['a stream', () => chunked(MESSAGE), MESSAGE],
      ['an empty stream', () => chunked(new Uint8Array()), new Uint8Array()],
      ['a web stream', () => new Blob([MESSAGE]).stream(), MESSAGE],
    ]

    test.each(inputs)('%s, verified by a stranger', async (_, input, message) => {
      const signature = await signerOf(name, key).sign(input())
      expect(signature).toMatchObject({ algorithm: name, provider: 'local', keyId: 'k', messageType })
      expect(strangerVerifies(name, key, message, signature.bytes)).toBe(true)
      expect(strangerVerifies(name, key, Buffer.from(`${message} `), signature.bytes)).toBe(false)
    })

    if (digest)
      test('a digest, made here or by the caller', async () => {
        const signer = signerOf(name, key)
        const value = digestOf(name, key, MESSAGE) ?? new Uint8Array()
        const digestKind = digest.kind ? { digestKind: digest.kind } : {}
        for (const signature of [
          await signer.signDigest(value, digestKind),
          await signer.sign(MESSAGE, { messageType: 'digest' }),
          await signer.sign(chunked(MESSAGE), { messageType: 'digest' }),
        ]) {
          expect(signature).toMatchObject({ messageType: digested, digest: Uint8Array.from(value) })
          expect(strangerVerifies(name, key, MESSAGE, signature.bytes)).toBe(true)
          expect(await signer.verify(MESSAGE, signature)).toBe(true)
          expect(await signer.verify(chunked(MESSAGE), signature)).toBe(true)
          expect(await signer.verifyDigest(value, signature)).toBe(true)
        }
      })

    if (digest)
      test('a digest of another kind or length is refused', async () => {
        const signer = signerOf(name, key)
        const kinds = [undefined, 'sm2-za-message', 'ml-dsa-mu'] as const
        for (const digestKind of kinds.filter((kind) => kind !== digest.kind))
          await expect(
            signer.signDigest(new Uint8Array(digest.bytes), digestKind && { digestKind }),
          ).rejects.toMatchObject({ code: 'InvalidArgument' })
        for (const length of [0, digest.bytes - 1, digest.bytes + 1])
          await expect(
            signer.signDigest(new Uint8Array(length), digest.kind && { digestKind: digest.kind }),
          ).rejects.toMatchObject({ code: 'DigestLengthMismatch' })
      })
    else
      test('a digest is refused, with the reason', async () => {
        const refused = {
          code: 'UnsupportedAlgorithm',
          message: expect.stringContaining('it reads the message twice (RFC 8032 section 5.1.6)'),
        }
        const signer = signerOf(name, key)
        await expect(signer.signDigest(new Uint8Array(64))).rejects.toMatchObject(refused)
        await expect(signer.sign(MESSAGE, { messageType: 'digest' })).rejects.toMatchObject(refused)
      })
  },
)

describe('a key in the wrong place', () => {
  const cases = algorithms.flatMap((algorithm) =>
    algorithms
      .filter((other) => other.key !== algorithm.key)
      .map((other) => [algorithm.name, other.name] as [AlgorithmName, AlgorithmName]),
  )
  test.each(cases)('%s with a key for %s', async (algorithm, other) => {
    await expect(signerOf(algorithm, PEMS[other]).sign(MESSAGE)).rejects.toMatchObject({
      code: 'InvalidKeyUsage',
    })
  })
})

describe('keys bound to PSS', () => {
  test.each<[string, KeyObject]>([
    ['with SHA-256', pssKey('sha256')],
    ['without parameters', pssKey()],
  ])('%s sign PS256 as message, stream and digest', async (_, key) => {
    const signer = signerOf('PS256', key)
    for (const input of [() => MESSAGE, () => chunked(MESSAGE)])
      expect(strangerVerifies('PS256', key, MESSAGE, (await signer.sign(input())).bytes)).toBe(true)
    const { bytes } = await signer.sign(MESSAGE, { messageType: 'digest' })
    expect(strangerVerifies('PS256', key, MESSAGE, bytes)).toBe(true)
    expect(await signer.verify(MESSAGE, bytes)).toBe(true)
    expect(await signer.verify(chunked(MESSAGE), bytes)).toBe(true)
  })

  test.each<[AlgorithmName, KeyObject, string]>([
    ['RS256', pssKey(), 'k is an RSA key bound to PSS. It can be used for PS256, PS384 or PS512.'],
    ['PS512', pssKey('sha256'), 'PSS with sha256 and a salt of at least 32 bytes. It can be used for PS256.'],
    ['PS512', pssKey('sha512', 65), 'PSS with sha512 and a salt of at least 65 bytes.'],
  ])('%s is refused where the key does not permit it', async (algorithm, key, message) => {
    await expect(signerOf(algorithm, key).sign(MESSAGE)).rejects.toMatchObject({
      code: 'InvalidKeyUsage',
      message: expect.stringMatching(new RegExp(`${message}$`)),
    })
  })
})

describe('keys in files', () => {
  function keyFile(name: string, algorithm: AlgorithmName): string {
    writeFileSync(folder.path(name), PEMS[algorithm], { mode: 0o600 })
    return folder.path(name)
  }

  test('a path relative to the base folder, which the signature names as it is configured', async () => {
    keyFile('relative.pem', 'ES256')
    const provider = createLocalProvider({ baseFolder: folder.path('.') })
    const signer = createSigner({ provider, keyId: './relative.pem', algorithm: 'ES256' })
    const signature = await signer.sign(MESSAGE)
    expect(signature.keyId).toBe('./relative.pem')
    expect(strangerVerifies('ES256', KEYS.ES256, MESSAGE, signature.bytes)).toBe(true)
  })

  test('a key is read once, and a failure is not kept', async () => {
    const path = folder.path('later.pem')
    const signer = createSigner({ provider: createLocalProvider(), keyId: path, algorithm: 'ES256' })
    await expect(signer.sign(MESSAGE)).rejects.toMatchObject({ code: 'KeyNotFound' })
    keyFile('later.pem', 'ES256')
    chmodSync(path, 0o644)
    await expect(signer.probe()).rejects.toMatchObject({ code: 'Configuration' })
    chmodSync(path, 0o600)
    await signer.sign(MESSAGE)
    writeFileSync(path, 'gone')
    expect(await signer.verify(MESSAGE, await signer.sign(MESSAGE))).toBe(true)
    expect(await signer.probe()).toMatchObject({ permission: 'confirmed' })
  })

  test.each(['', 'a\0b'])('%j is no path', async (keyId) => {
    const signer = createSigner({ provider: createLocalProvider(), keyId, algorithm: 'ES256' })
    await expect(signer.sign(MESSAGE)).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  test('with keys in memory no file is read, and names of Object are no keys', async () => {
    const provider = createLocalProvider({ keys: { one: KEYS.ES256, two: KEYS.RS256 } })
    for (const keyId of ['three', '__proto__', 'constructor', keyFile('on disk.pem', 'ES256')]) {
      const signer = createSigner({ provider, keyId, algorithm: 'ES256' })
      await expect(signer.sign(MESSAGE)).rejects.toMatchObject({
        code: 'KeyNotFound',
        message: expect.stringMatching(/in memory: this provider has one or two\.$/),
      })
    }
  })
})

describe('generating', () => {
  const environment = process.env.NODE_ENV
  afterEach(() => {
    process.env.NODE_ENV = environment
  })

  let count = 0
  function setUp(options: LocalOptions, signerOptions: object = {}) {
    const path = folder.path(`generated ${++count}.pem`)
    const generated: GeneratedKey[] = []
    const provider = createLocalProvider({ onGenerate: (key) => generated.push(key), ...options })
    const signer = createSigner({ provider, keyId: path, algorithm: 'ES256', ...signerOptions })
    return { path, generated, signer }
  }

  test('happens when signing, is told with path and thumbprint, and happens once', async () => {
    const { path, generated, signer } = setUp({ generate: true })
    const signatures = await Promise.all(Array.from({ length: 10 }, () => signer.sign(MESSAGE)))
    const { thumbprint } = await signer.publicKey()
    expect(generated).toEqual([{ path, algorithm: 'ES256', thumbprint }])
    for (const signature of signatures) expect(await signer.verify(MESSAGE, signature)).toBe(true)
  })

  test('without a listener the process is warned', () => {
    const path = folder.path('warned.pem')
    const program = `
      import { createSigner } from '@signport/core'
      import { createLocalProvider } from '@signport/local'
      const provider = createLocalProvider({ generate: true })
      await createSigner({ provider, keyId: process.argv[1], algorithm: 'ES256' }).sign(new Uint8Array())`
    const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/SignportKeyGenerated: Generated a key for ES256 at .*warned\.pem/),
    ])
  })

  test('never happens when reading or verifying', async () => {
    const { path, signer } = setUp({ generate: true })
    await expect(signer.publicKey()).rejects.toMatchObject({ code: 'KeyNotFound' })
    await expect(signer.verify(MESSAGE, new Uint8Array(70))).rejects.toMatchObject({ code: 'KeyNotFound' })
    await expect(signer.probe()).rejects.toMatchObject({ code: 'KeyNotFound' })
    expect(existsSync(path)).toBe(false)
  })

  test.each<[string, LocalOptions, object, string, string]>([
    ['unless it is asked for', {}, {}, 'test', 'check the path, or set generate to make one'],
    [
      'when a thumbprint is pinned',
      { generate: true },
      { thumbprint: 'A'.repeat(43) },
      'test',
      'none is generated because a certain key is pinned',
    ],
    [
      'in production',
      { generate: true },
      {},
      'production',
      `none is generated because NODE_ENV is production (generate: 'always' permits it)`,
    ],
  ])('never happens %s', async (_, options, signerOptions, nodeEnv, why) => {
    process.env.NODE_ENV = nodeEnv
    const { path, signer } = setUp(options, signerOptions)
    await expect(signer.sign(MESSAGE)).rejects.toMatchObject({
      code: 'KeyNotFound',
      message: expect.stringContaining(why),
    })
    expect(existsSync(path)).toBe(false)
  })

  test.each<[string, NonNullable<LocalOptions['generate']>, string, string]>([
    ['is not asked for', false, 'test', 'check the path, or set generate to make one'],
    ['is to come', true, 'test', 'it is made by the first signature, so sign once'],
    [
      'does not happen in production',
      true,
      'production',
      `check the path; none is generated because NODE_ENV is production (generate: 'always' permits it)`,
    ],
    ['is to come in production', 'always', 'production', 'it is made by the first signature, so sign once'],
  ])(
    'who reads a key that is missing is told what to do where it %s',
    async (_, generate, nodeEnv, advice) => {
      process.env.NODE_ENV = nodeEnv
      const { path, signer } = setUp({ generate })
      const message = `There is no key file ${path}: ${advice}.`
      await expect(signer.publicKey()).rejects.toMatchObject({ code: 'KeyNotFound', message })
      await expect(signer.probe()).rejects.toMatchObject({ code: 'KeyNotFound', message })
    },
  )

  test('happens in production when it says always', async () => {
    process.env.NODE_ENV = 'production'
    const { path, signer } = setUp({ generate: 'always' })
    await signer.sign(MESSAGE)
    expect(readFileSync(path, 'utf8')).toContain('PRIVATE KEY')
  })

  test.each(oneEach.map(({ name }) => name))('for %s, from any input, checked or not', async (algorithm) => {
    for (const check of ['always', 'never'])
      for (const input of [() => MESSAGE, () => chunked(MESSAGE)]) {
        const { signer } = setUp({ generate: true }, { check, algorithm })
        expect(await signer.verify(MESSAGE, await signer.sign(input()))).toBe(true)
      }
  })
})

describe('pinned keys', () => {
  test.each(algorithms.map(({ name }) => name))('the wrong key for %s is not used', async (name) => {
    const pinned = signerOf(name, PEMS[name], { thumbprint: 'A'.repeat(43) })
    await expect(pinned.sign(MESSAGE)).rejects.toMatchObject({ code: 'KeyMismatch' })
    await expect(pinned.sign(chunked(MESSAGE))).rejects.toMatchObject({ code: 'KeyMismatch' })
  })

  test.each(algorithms.map(({ name }) => name))('the right one for %s is', async (name) => {
    const { thumbprint, fingerprint } = await signerOf(name, PEMS[name]).publicKey()
    for (const pin of [thumbprint, fingerprint]) {
      const signer = signerOf(name, PEMS[name], { thumbprint: pin })
      expect(await signer.verify(MESSAGE, await signer.sign(chunked(MESSAGE)))).toBe(true)
    }
  })
})

test('pure Ed25519 takes 64 MiB and not one byte more', async () => {
  const signer = signerOf('Ed25519', KEYS.Ed25519)
  const largest = new Uint8Array(64 * 1024 * 1024)
  expect(strangerVerifies('Ed25519', KEYS.Ed25519, largest, (await signer.sign(largest)).bytes)).toBe(true)
  const larger = {
    code: 'MessageTooLarge',
    message: expect.stringContaining('67108864 bytes that local takes'),
  }
  await expect(signer.sign(new Uint8Array(largest.length + 1))).rejects.toMatchObject(larger)
  await expect(signer.sign(new Blob([largest, 'x']).stream())).rejects.toMatchObject(larger)
})

test('messages are copied before the first wait', async () => {
  const message = Uint8Array.from(MESSAGE)
  const signing = signerOf('ES256', KEYS.ES256).sign(message)
  message.fill(0)
  expect(strangerVerifies('ES256', KEYS.ES256, MESSAGE, (await signing).bytes)).toBe(true)
})
