import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import {
  isRotatingSigner,
  type RotatingSigner,
  type SigningErrorCode,
  type SigningProvider,
} from '@signport/core'
import { findDetails } from '../src/entry.js'
import {
  accessPolicies,
  loadSigners,
  openSigner,
  openSigners,
  type RotationConfig,
  readConfiguration,
  readPublicKey,
} from '../src/index.js'
import { openRotation } from '../src/open-rotation.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'
import { recordingProvider } from './support/recording-provider.js'

const folder = testFolder()
const MESSAGE = Buffer.from('a token')

function keyPair(name: string, namedCurve = 'P-256') {
  const pair = generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  folder.write(`${name}.pem`, pair.privateKey)
  folder.write(`${name}.pub.pem`, pair.publicKey)
  return pair
}
const [a, b, c] = [keyPair('a', 'P-384'), keyPair('b'), keyPair('c')]

const at = (time: string) => Date.parse(`2026-${time}:00Z`)

/** Signed with a until the first of November at 10, with b from then on, and with c from the second of December at 9 on. */
const TOKENS: RotationConfig = {
  cacheLifetime: '10m',
  tokenLifetime: '1h',
  active: { provider: 'local', key: 'b.pem', algorithm: 'ES256', published: '2026-11-01T09:00:00Z' },
  next: {
    provider: 'local',
    key: 'c.pem',
    algorithm: 'ES256',
    kid: 'tokens-c',
    published: '2026-12-01T17:00:00+08:00',
    activateAt: '2026-12-02T09:00:00Z',
  },
  retired: [
    {
      provider: 'public-key',
      key: 'a.pub.pem',
      kid: 'tokens-a',
      algorithm: 'ES384',
      retiredAt: '2026-11-01T10:00:00Z',
    },
  ],
}

const YAML = `signers:
  tokens:
    cacheLifetime: \${CACHE}
    tokenLifetime: 1h
    active: { provider: local, key: ./b.pem, algorithm: ES256, published: 2026-11-01T09:00:00Z }
    next: { provider: local, key: ./c.pem, algorithm: ES256, kid: tokens-c, published: "\${YEAR}-12-01T09:00:00Z", activateAt: 2026-12-02T09:00:00.000Z }
    retired:
      - { provider: public-key, key: ./a.pub.pem, kid: tokens-a, algorithm: ES384, retiredAt: 2026-11-01T05:00:00-05:00 }
  other: { provider: local, key: ./b.pem }
`

async function rotating(options: { now: () => number; source?: string | object }): Promise<RotatingSigner> {
  const { source = { signers: { tokens: TOKENS } }, now } = options
  const signer = (
    await loadSigners(source, {
      now,
      ...(typeof source === 'object' && { baseFolder: folder.path }),
      env: { CACHE: '10m', YEAR: '2026' },
    })
  ).get('tokens')
  if (!isRotatingSigner(signer)) throw new Error('Expected a rotation.')
  return signer
}

const publishedBy = (signer: RotatingSigner) =>
  signer.publishedKeys().map(({ role, signer: { keyId, kid, provider } }) => [role, keyId, kid, provider])

describe('a rotation', () => {
  test('is told with its keys, which are no entries of their own', async () => {
    const { entries } = await readConfiguration(folder.write('told.yaml', YAML), {
      env: { CACHE: '10m', YEAR: '2026' },
    })
    expect(entries).toEqual([
      {
        name: 'tokens',
        provider: 'local',
        key: './b.pem',
        algorithm: 'ES256',
        verifiesOnly: false,
        rotation: {
          active: {
            name: 'tokens.active',
            provider: 'local',
            key: './b.pem',
            algorithm: 'ES256',
            verifiesOnly: false,
          },
          next: {
            name: 'tokens.next',
            provider: 'local',
            key: './c.pem',
            algorithm: 'ES256',
            verifiesOnly: false,
          },
          retired: [
            {
              name: 'tokens.retired.0',
              provider: 'public-key',
              key: './a.pub.pem',
              algorithm: 'ES384',
              verifiesOnly: true,
            },
          ],
        },
      },
      { name: 'other', provider: 'local', key: './b.pem', verifiesOnly: false },
    ])
    expect(Object.isFrozen(entries[0]?.rotation?.retired)).toBe(true)
  })

  /** What the time is, who signs then, by which names, and which keys are published. */
  test.each<[string, number, object, typeof b, unknown[]]>([
    [
      'the key before it is still needed',
      at('11-01T10:30'),
      { keyId: 'b.pem', kid: undefined, algorithm: 'ES256' },
      b,
      [
        ['active', 'b.pem', undefined, 'local'],
        ['next', 'c.pem', 'tokens-c', 'local'],
        ['retired', 'a.pub.pem', 'tokens-a', 'public-key'],
      ],
    ],
    [
      'the key before it is needed no longer',
      at('11-01T11:01'),
      { keyId: 'b.pem', kid: undefined, algorithm: 'ES256' },
      b,
      [
        ['active', 'b.pem', undefined, 'local'],
        ['next', 'c.pem', 'tokens-c', 'local'],
      ],
    ],
    [
      'the next key has taken over',
      at('12-02T09:00'),
      { keyId: 'c.pem', kid: 'tokens-c', algorithm: 'ES256' },
      c,
      [
        ['next', 'c.pem', 'tokens-c', 'local'],
        ['retired', 'b.pem', undefined, 'local'],
      ],
    ],
    [
      'no token of the key before it is valid',
      at('12-02T10:01'),
      { keyId: 'c.pem', kid: 'tokens-c', algorithm: 'ES256' },
      c,
      [['next', 'c.pem', 'tokens-c', 'local']],
    ],
  ])('from a file signs with its key when %s', async (_, now, names, { publicKey }, published) => {
    for (const source of [folder.write('signport.yaml', YAML), { signers: { tokens: TOKENS } }]) {
      const signer = await rotating({ now: () => now, source })
      const plain = (text: unknown) => JSON.parse(JSON.stringify(text ?? null).replaceAll('./', ''))
      expect(plain({ keyId: signer.keyId, kid: signer.kid, algorithm: signer.algorithm })).toEqual(
        plain(names),
      )
      const { bytes } = await signer.sign(MESSAGE)
      expect(verify('sha256', MESSAGE, publicKey, bytes)).toBe(true)
      expect(plain(publishedBy(signer))).toEqual(plain(published))
      await signer.close()
    }
  })

  test('does not sign while verifiers may not know its key', async () => {
    let now = at('11-01T09:10')
    const signer = await rotating({ now: () => now })
    expect((await failure(signer.sign(MESSAGE), 'KeyUnavailable')).retryAfterMs).toBe(60_000)
    now += 60_000
    expect((await signer.sign(MESSAGE)).keyId).toBe('b.pem')
    await signer.close()
  })

  test('goes by the clock of the machine where no other one is given', async () => {
    const [hour, now] = [3_600_000, Date.now()]
    const next = {
      ...TOKENS.next,
      published: new Date(now - 4 * hour),
      activateAt: new Date(now - hour / 2),
    }
    const active = { ...TOKENS.active, published: new Date(now - 9 * hour) }
    const { retired, ...rest } = TOKENS
    const entry = { ...rest, active, next } as RotationConfig
    const host = { baseFolder: folder.path }
    const signer = await openSigner(entry, { host })
    expect(isRotatingSigner(signer) && publishedBy(signer).map(([role]) => role)).toEqual(['next', 'retired'])
    expect((await readPublicKey(entry, { host })).toPem()).toBe(c.publicKey)
    await signer.close()
  })

  test('verifies with every key that is published, and no other', async () => {
    const old = await openSigner({ provider: 'local', key: 'a.pem' }, { host: { baseFolder: folder.path } })
    const signature = await old.sign(MESSAGE)
    let now = at('11-01T11:00')
    const configuration = await readConfiguration(
      { signers: { tokens: TOKENS } },
      { baseFolder: folder.path },
    )
    const signers = await openSigners(configuration, { now: () => now })
    const verifier = signers.verifier('tokens')
    const own = await signers.get('tokens').sign(MESSAGE)
    expect(await verifier.verify(MESSAGE, signature.bytes)).toBe(true)
    expect(await verifier.verify(MESSAGE, own)).toBe(true)
    now += 60_000
    expect(await verifier.verify(MESSAGE, signature.bytes)).toBe(false)
    expect(await verifier.verify(MESSAGE, own)).toBe(true)
    await signers.close()
    await old.close()
  })

  test('has clocks that may be apart as it says', async () => {
    const entry = { ...TOKENS, clockTolerance: '5m' }
    const signer = await openSigner(entry, {
      now: () => at('11-01T11:04'),
      host: { baseFolder: folder.path },
    })
    expect(isRotatingSigner(signer) && signer.publishedKeys().map(({ role }) => role)).toContain('retired')
    await signer.close()
  })

  test('has retired keys that are those of files, with what they say of themselves', async () => {
    const signer = await rotating({ now: () => at('11-01T10:30') })
    const [retired] = signer.publishedKeys().filter(({ role }) => role === 'retired')
    expect(retired?.until).toEqual(new Date(at('11-01T11:01')))
    expect(retired?.signer).toMatchObject({ provider: 'public-key', algorithm: 'ES384', kid: 'tokens-a' })
    expect((await retired?.signer.publicKey())?.toPem()).toBe(a.publicKey)
    await signer.close()
  })

  test('gives the public key of the key that signs now', async () => {
    const { entries } = await readConfiguration({ signers: { tokens: TOKENS } }, { baseFolder: folder.path })
    const [tokens] = entries
    if (!tokens?.rotation?.next) throw new Error('There is one.')
    const keyAt = async (time: string) => (await readPublicKey(tokens, { now: () => at(time) })).toPem()
    expect(await keyAt('12-02T08:59')).toBe(b.publicKey)
    expect(await keyAt('12-02T09:00')).toBe(c.publicKey)
    expect((await readPublicKey(tokens.rotation.next)).toPem()).toBe(c.publicKey)
    const [retired] = tokens.rotation.retired
    if (!retired) throw new Error('There is one.')
    expect((await readPublicKey(retired)).toPem()).toBe(a.publicKey)
    expect((await failure(openSigner(retired))).message).toBe(
      'signers.tokens.retired.0 only verifies: it has a public key and no private one.',
    )
    const next = await openSigner(tokens.rotation.next)
    expect(verify('sha256', MESSAGE, c.publicKey, (await next.sign(MESSAGE)).bytes)).toBe(true)
    await next.close()
  })
})

describe('the keys of a rotation', () => {
  const keys = { a: a.privateKey, b: b.privateKey, c: c.privateKey }
  const vault = (key: string, more: object = {}) => ({ provider: 'vault', key, algorithm: 'ES256', ...more })
  const OLD = { provider: 'public-key', key: a.publicKey, algorithm: 'ES384' }
  /** A pin that cannot be read. */
  const GONE = { publicKey: './gone.pem' }
  const rotation = (active: object, next: object, retired: object) => ({
    cacheLifetime: '10m',
    tokenLifetime: '1h',
    active: { published: '2026-11-01T09:00:00Z', ...active },
    next: { published: '2026-12-01T09:00:00Z', ...next },
    retired: [{ retiredAt: '2026-11-01T10:00:00Z', ...retired }],
  })

  test('share connections with each other and with other entries, which are closed with the last', async () => {
    const provider = recordingProvider('vault', keys)
    const tokens = rotation(vault('b', { url: 'x' }), vault('c', { url: 'y' }), vault('a', { url: 'x' }))
    const configuration = await readConfiguration(
      { signers: { tokens, other: vault('c', { url: 'y' }) } },
      { providers: [provider] },
    )
    expect(provider.open()).toBe(0)
    provider.made.length = 0
    const signers = await openSigners(configuration)
    expect(provider.made).toEqual([{ url: 'x' }, { url: 'y' }])
    await signers.get('tokens').close()
    expect(provider.open()).toBe(1)
    await signers.close()
    expect(provider.open()).toBe(0)
  })

  test.each<[string, object, string]>([
    ['active', rotation(vault('b', { ...GONE, url: 'x' }), vault('c'), vault('a')), 'active'],
    ['next', rotation(vault('b'), vault('c', GONE), vault('a', { url: 'x' })), 'next'],
  ])('are all closed where the %s one cannot be opened, which is named', async (_, tokens, role) => {
    const provider = recordingProvider('vault', keys)
    const signers = { other: vault('b', { url: 'z' }), tokens, more: vault('b') }
    const error = await failure(loadSigners({ signers }, { providers: [provider] }), 'KeyNotFound')
    expect(error.message).toMatch(new RegExp(`^signers\\.tokens\\.${role}: `))
    expect(provider.open()).toBe(0)
    const alone = await failure(openSigner(tokens as never, { providers: [provider] }), 'KeyNotFound')
    expect(alone.message).toMatch(new RegExp(`^${role}: `))
    expect(provider.open()).toBe(0)
  })

  test('are opened with the inputs that the program says, and with no other algorithms than their own', async () => {
    const provider = recordingProvider('vault', keys)
    const tokens = rotation(vault('b'), vault('c'), OLD)
    const options = { providers: [provider], now: () => at('11-02T09:00') }
    const signers = await loadSigners({ signers: { tokens } }, { ...options, inputs: 'digest' })
    expect((await signers.get('tokens').signDigest(new Uint8Array(32))).algorithm).toBe('ES256')
    await signers.close()
    const error = await failure(loadSigners({ signers: { tokens } }, { ...options, algorithm: 'ES384' }))
    expect(error.message).toBe(
      'signers.tokens.active: The configuration names ES256, but ES384 is asked for.',
    )
    const closed = await loadSigners({ signers: { tokens } }, options)
    await failure(closed.get('tokens').signDigest(new Uint8Array(32)), 'UnsupportedAlgorithm')
    await closed.close()
  })

  test('are asked for nothing when the configuration is read and when they are opened', async () => {
    const asked: string[] = []
    const provider = recordingProvider('vault', keys)
    const create = (options: object): SigningProvider => {
      const { getPublicKey, ...rest } = provider.create(options)
      return {
        ...rest,
        getPublicKey: (request, context) => {
          asked.push(request.keyId)
          return getPublicKey(request, context)
        },
      }
    }
    const tokens = rotation(vault('b'), vault('c'), vault('a', { algorithm: 'ES384' }))
    const configuration = await readConfiguration(
      { signers: { tokens } },
      { providers: [{ ...provider, create }] },
    )
    expect(asked).toEqual([])
    const signers = await openSigners(configuration)
    expect(asked).toEqual([])
    await signers.close()
  })

  test('are told by their names when they have come to stand for another key', async () => {
    const changing = { ...keys }
    const base = recordingProvider('vault')
    const provider = { ...base, create: () => base.create({}) }
    let current = recordingProvider('vault', changing).create({})
    provider.create = () => ({
      name: 'vault',
      support: (...args) => current.support(...args),
      sign: (...args) => current.sign(...args),
      getPublicKey: (...args) => current.getPublicKey(...args),
    })
    const names: string[] = []
    const tokens = rotation(vault('b'), vault('c'), OLD)
    const signers = await loadSigners(
      { signers: { tokens } },
      {
        providers: [provider],
        now: () => at('11-02T09:00'),
        onKeyChange: (_, name) => void names.push(name),
      },
    )
    await signers.get('tokens').sign(MESSAGE)
    current = recordingProvider('vault', { ...keys, b: c.privateKey }).create({})
    await signers.get('tokens').sign(MESSAGE)
    expect(names).toEqual(['tokens.active'])
    await signers.close()
  })

  test('show no value of a variable where they cannot be opened', async () => {
    const provider = recordingProvider('vault', keys)
    const hidden = 'arn:aws:kms:eu-west-1:111122223333:key/hidden'
    const tokens = rotation(vault('b'), vault(`\${KEY}`, { publicKey: `./\${FILE}.pem` }), OLD)
    const options = { providers: [provider], env: { KEY: hidden, FILE: 'hidden-file' } }
    const error = await failure(loadSigners({ signers: { tokens } }, options), 'KeyNotFound')
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/111122223333|hidden/)
    expect(error.message).toBe(`signers.tokens.next: The public key ./\${FILE}.pem: there is no such file.`)
  })

  test('are allowed what they do, and no more', async () => {
    const asked: object[] = []
    const provider = {
      ...recordingProvider(),
      accessPolicies: (uses: readonly object[]) => {
        asked.push(...uses)
        return []
      },
    }
    const tokens = {
      ...rotation(vault('b', { publicKey: b.publicKey, algorithm: 'ES256' }), vault('c'), vault('a')),
      retired: [
        { ...vault('a'), retiredAt: '2026-11-01T10:00:00Z' },
        { ...vault('d', { publicKey: a.publicKey, algorithm: 'ES384' }), retiredAt: '2026-10-01T10:00:00Z' },
        { ...OLD, retiredAt: '2026-09-01T10:00:00Z' },
      ],
    }
    const configuration = await readConfiguration({ signers: { tokens } }, { providers: [provider] })
    accessPolicies(configuration, ['tokens'])
    expect(asked).toEqual([
      { keyId: 'b', options: {}, operations: ['sign'] },
      { keyId: 'c', options: {}, operations: ['sign', 'getPublicKey'] },
      { keyId: 'a', options: {}, operations: ['getPublicKey'] },
    ])
  })

  test('may be objects of classes, as entries are', async () => {
    class Key {
      readonly [option: string]: unknown
      readonly provider = 'local'
      readonly algorithm = 'ES256'
    }
    const active = Object.assign(new Key(), { key: 'b.pem', published: '2026-11-01T09:00:00Z' })
    const retired = [Object.assign(new Key(), { key: 'a.pem', retiredAt: '2026-11-01T10:00:00Z' })]
    const entry = { cacheLifetime: '10m', tokenLifetime: '1h', active, retired }
    const { entries } = await readConfiguration({ signers: { tokens: entry } })
    expect(entries[0]?.rotation?.retired.map(({ key }) => key)).toEqual(['a.pem'])
    const signer = await openSigner(entry as never, {
      now: () => at('11-03T09:00'),
      host: { baseFolder: folder.path },
    })
    expect(signer.keyId).toBe('b.pem')
    await signer.close()
  })

  test('may be one key for two algorithms', async () => {
    const rsa = { provider: 'local', key: 'rsa.pem' }
    const tokens = rotation(
      { ...rsa, algorithm: 'PS256', kid: 'tokens-pss' },
      { provider: 'local', key: 'c.pem', algorithm: 'ES256' },
      { ...rsa, algorithm: 'RS256' },
    )
    expect((await readConfiguration({ signers: { tokens } })).entries).toHaveLength(1)
  })
})

describe('what is wrong with a key that is needed no longer', () => {
  const open = (retired: object, now: string, more: object = {}) =>
    loadSigners(
      { signers: { tokens: { ...TOKENS, retired: [{ ...retired, retiredAt: '2026-11-01T10:00:00Z' }] } } },
      { now: () => at(now), baseFolder: folder.path, ...more },
    )
  const gone = { provider: 'public-key', key: 'gone.pub.pem', algorithm: 'ES384' }

  test.each<[string, object]>([
    ['a public key whose file is gone', gone],
    ['a key of this machine whose file is gone', { provider: 'local', key: 'gone.pem', algorithm: 'ES384' }],
    [
      'a key that is pinned by a file which is gone',
      { provider: 'local', key: 'k', publicKey: 'gone.pub.pem', algorithm: 'ES384' },
    ],
    [
      'a key of a service that nobody answers for',
      { provider: 'aws-kms', key: 'alias/gone', endpoint: 'http://127.0.0.1:1', algorithm: 'ES384' },
    ],
    ['a key that is not the pinned one', { ...gone, key: 'a.pub.pem', thumbprint: 'A'.repeat(43) }],
  ])('stops nobody: %s', async (_, retired) => {
    const signers = await open(retired, '11-20T09:00')
    const signature = await signers.get('tokens').sign(MESSAGE)
    expect(await signers.verifier('tokens').verify(MESSAGE, signature)).toBe(true)
    expect(await signers.verifier('tokens').verify(MESSAGE, new Uint8Array(70))).toBe(false)
    await signers.close()
  })

  test.each<[string, object, SigningErrorCode, RegExp]>([
    ['that is gone', gone, 'KeyNotFound', /^signers\.tokens\.retired\.0: The public key gone\.pub\.pem: /],
    [
      'with another key than the pinned one',
      { ...gone, key: 'a.pub.pem', thumbprint: 'A'.repeat(43) },
      'KeyMismatch',
      /^signers\.tokens\.retired\.0: The key a\.pub\.pem is not the pinned one/,
    ],
    [
      'with a key of another algorithm',
      { ...gone, key: 'b.pub.pem' },
      'InvalidKeyUsage',
      /^signers\.tokens\.retired\.0: /,
    ],
  ])('is told when the key is needed: a file %s', async (_, retired, code, message) => {
    const signers = await open(retired, '11-01T10:30')
    const signer = signers.get('tokens')
    const own = await signer.sign(MESSAGE)
    expect(await signer.verify(MESSAGE, own)).toBe(true)
    expect((await failure(signer.verify(MESSAGE, new Uint8Array(70)), code)).message).toMatch(message)
    const key = isRotatingSigner(signer) && signer.publishedKeys().find(({ role }) => role === 'retired')
    if (!key) throw new Error('It is published.')
    expect((await failure(key.signer.publicKey(), code)).message).toMatch(message)
    await signers.close()
  })

  test('is over once its file is there, which is read once', async () => {
    const late = { ...gone, key: 'late.pub.pem' }
    const signers = await open(late, '11-01T10:30')
    const old = await openSigner({ provider: 'local', key: 'a.pem' }, { host: { baseFolder: folder.path } })
    const signature = await old.sign(MESSAGE)
    const digest = createHash('sha384').update(MESSAGE).digest()
    const verifier = signers.verifier('tokens')
    await failure(verifier.verify(MESSAGE, signature.bytes), 'KeyNotFound')
    folder.write('late.pub.pem', a.publicKey)
    expect(await verifier.verify(MESSAGE, signature.bytes)).toBe(true)
    folder.write('late.pub.pem', 'nothing')
    expect(await verifier.verifyDigest(digest, signature.bytes)).toBe(true)
    await signers.close()
    await old.close()
  })

  test('is told at once where the program asks for another algorithm', async () => {
    const error = await failure(open(gone, '11-20T09:00', { algorithm: 'ES256' }))
    expect(error.message).toBe(
      'signers.tokens.retired.0: The configuration names ES384, but ES256 is asked for.',
    )
  })
})

test('what core alone refuses of a rotation is a mistake of the configuration', async () => {
  const { entries } = await readConfiguration({ signers: { tokens: TOKENS } }, { baseFolder: folder.path })
  const rotation = findDetails(entries[0] ?? {})?.rotation
  if (!rotation) throw new Error('There is one.')
  const signer = await openSigner({ provider: 'local', key: 'b.pem' }, { host: { baseFolder: folder.path } })
  const one = { signer: async () => signer, holder: async () => signer }
  expect((await failure(openRotation(rotation, 'signers.tokens', one))).message).toMatch(
    /^signers\.tokens: next\.signer is active\.signer as well/,
  )
  expect((await failure(openRotation(rotation, '', one))).message).toMatch(/^next\.signer is active/)
  await signer.close()
})

describe('a clock', () => {
  const host = { baseFolder: folder.path }
  const clock = (now: unknown) => ({ now: now as () => number, host })

  test.each<[string, (options: object) => Promise<unknown>]>([
    ['openSigner', (options) => openSigner(TOKENS, options)],
    ['readPublicKey', (options) => readPublicKey(TOKENS, options)],
    ['loadSigners', (options) => loadSigners({ signers: { tokens: TOKENS } }, options)],
    ['openSigner of one key', (options) => openSigner({ provider: 'local', key: 'b.pem' }, options)],
  ])('that is none is refused by %s', async (_, open) => {
    for (const now of [Date.now(), new Date(), null, 'now'])
      await expect(open(clock(now))).rejects.toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/^now must be a function, not /),
      })
  })

  test('that gives no time is refused where a public key is read', async () => {
    for (const time of [Number.NaN, undefined, new Date(), '2026'])
      await expect(
        readPublicKey(
          TOKENS,
          clock(() => time),
        ),
      ).rejects.toMatchObject({
        name: 'TypeError',
        message: expect.stringMatching(/^now\(\) must give the milliseconds since 1970, not /),
      })
  })
})

test('a provider of your own may have options that are called as those of rotations', async () => {
  const provider = recordingProvider()
  const entry = { provider: 'vault', key: 'k', next: 'x', retired: 3, published: true }
  await readConfiguration({ signers: { a: entry } }, { providers: [provider] })
  expect(provider.made).toEqual([{ next: 'x', retired: 3, published: true }])
})

test('the configurations of the README are right', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml)
  const names: string[][] = []
  for (const yaml of blocks) {
    const { entries } = await readConfiguration(folder.write('readme.yaml', yaml), {
      env: { KMS_HOST: 'kms.example' },
    })
    names.push(entries.map(({ name }) => name))
  }
  expect(names).toEqual([['invoices', 'receipts', 'releases', 'dev', 'partner'], ['tokens']])
})

describe('the option kid', () => {
  test('names the key of a signer', async () => {
    const entry = { provider: 'local', key: 'b.pem', kid: '2026-11' }
    const signer = await openSigner(entry, { host: { baseFolder: folder.path } })
    expect(signer.kid).toBe('2026-11')
    await signer.close()
  })

  test.each<[string, object, string]>([
    ['is not text', { kid: 7 }, 'must be text, not 7: put it between quotes.'],
    ['is empty', { kid: '' }, 'must not be empty.'],
    [
      'has a line break',
      { kid: 'a\nb' },
      'must be a text of 1 to 200 printable ASCII characters, not a\\u{a}b.',
    ],
    [
      'has a letter that is none of ASCII',
      { kid: 'é' },
      'must be a text of 1 to 200 printable ASCII characters, not é.',
    ],
    [
      'is a variable with one',
      { kid: `\${KID}` },
      `must be a text of 1 to 200 printable ASCII characters, not \${KID}.`,
    ],
  ])('is refused where it %s', async (_, options, why) => {
    for (const provider of ['local', 'public-key']) {
      const entry = { provider, key: 'b.pem', ...options }
      const error = await failure(
        readConfiguration({ signers: { a: entry } }, { env: { KID: 'hidden\tkid' } }),
      )
      expect(error.message).toBe(`signers.a.kid: ${why}`)
    }
  })
})
