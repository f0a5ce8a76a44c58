import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import {
  accessPolicies,
  loadSigners,
  openSigner,
  openSigners,
  readConfiguration,
  readPublicKey,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'
import { recordingProvider } from './support/recording-provider.js'

const folder = testFolder()

const pairOf = (type: 'ec' | 'rsa') => {
  const { privateKey, publicKey } =
    type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  }
}
const [ec, other, rsa] = [pairOf('ec'), pairOf('ec'), pairOf('rsa')]
folder.write('ec.pem', ec.private)
folder.write('ec.pub.pem', ec.public)
folder.write('other.pub.pem', other.public)
folder.write('rsa.pem', rsa.private)
folder.write('ec.pub.der', createPublicKey(ec.public).export({ type: 'spki', format: 'der' }))
folder.write('ec.pub.jwk', JSON.stringify(createPublicKey(ec.public).export({ format: 'jwk' })))

const MESSAGE = Buffer.from('message')
const local = (more: object = {}) => ({ provider: 'local', key: 'ec.pem', ...more })
const options = { baseFolder: folder.path }
const load = (signers: object, more: object = {}) => loadSigners({ signers }, { ...options, ...more })

describe('the signers of a configuration', () => {
  test('sign, each with its key and its options, from a file beside the keys', async () => {
    const file = folder.write(
      'signport.yaml',
      `signers:
  dev: { provider: local, key: ./ec.pem, encoding: ieee-p1363 }
  rsa: { provider: local, key: rsa.pem, algorithm: PS256, inputs: both }
  partner: { provider: public-key, key: ec.pub.pem }
`,
    )
    const signers = await loadSigners(file)
    expect(signers.names).toEqual(['dev', 'rsa', 'partner'])
    expect(signers.signerNames).toEqual(['dev', 'rsa'])
    const { bytes, encoding, algorithm } = await signers.get('dev').sign(MESSAGE)
    expect({ encoding, algorithm }).toEqual({ encoding: 'ieee-p1363', algorithm: 'ES256' })
    expect(verify('sha256', MESSAGE, { key: ec.public, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true)
    expect((await signers.get('rsa').signDigest(new Uint8Array(32))).algorithm).toBe('PS256')
    await failure(signers.get('dev').signDigest(new Uint8Array(32)), 'UnsupportedAlgorithm')
    await signers.close()
    await failure(signers.get('dev').sign(MESSAGE), 'Closed')
    await signers[Symbol.asyncDispose]()
  })

  test('show nothing of their options', async () => {
    const provider = recordingProvider('vault', { k: ec.private })
    const entry = { provider: 'vault', key: 'k', secret: 'the-secret-of-the-test' }
    const signers = await load({ a: entry }, { providers: [provider] })
    const shown = [inspect(signers, { depth: 20, showHidden: true }), JSON.stringify(signers)]
    shown.push(inspect(signers.get('a'), { depth: 20, showHidden: true }))
    for (const text of shown) expect(text).not.toContain('the-secret')
    await signers.close()
  })

  test('are those that are asked for', async () => {
    const configuration = await readConfiguration(
      { signers: { a: local(), b: local(), none: local({ key: 'no.pem' }) } },
      options,
    )
    const signers = await openSigners(configuration, { only: ['b', 'a', 'b'] })
    expect(signers.names).toEqual(['a', 'b'])
    await signers.close()
    const { message } = await failure(openSigners(configuration, { only: ['nome'] }))
    expect(message).toBe('There is no signer nome; did you mean none?')
  })

  test.each<[string, string]>([
    ['invoice', 'There is no signer invoice; did you mean invoices?'],
    ['x', 'There is no signer x; use invoices or receipts.'],
    ['__proto__', 'There is no signer __proto__; use invoices or receipts.'],
    ['\u001b[2J', 'There is no signer \\u{1b}[2J; use invoices or receipts.'],
  ])('are not found by another name: %j', async (name, message) => {
    const signers = await load({ invoices: local(), receipts: local() })
    for (const find of [() => signers.get(name), () => signers.verifier(name)])
      expect(find).toThrow(expect.objectContaining({ code: 'Configuration', message }))
    await signers.close()
  })

  test('take what the program around lends them', async () => {
    const told: string[] = []
    const host = { baseFolder: folder.path, notify: (line: string) => void told.push(line) }
    const signers = await loadSigners(
      { signers: { a: local({ key: 'made.pem', algorithm: 'ES256', generate: true }) } },
      { host },
    )
    await signers.get('a').sign(MESSAGE)
    expect(told).toEqual([expect.stringContaining(join(folder.path, 'made.pem'))])
    await signers.close()
  })

  test('take the algorithm and the inputs that the program says', async () => {
    const signers = await load({ rsa: local({ key: 'rsa.pem' }) }, { algorithm: 'RS256', inputs: 'digest' })
    expect((await signers.get('rsa').signDigest(new Uint8Array(32))).algorithm).toBe('RS256')
    await signers.close()
  })
})

test('paths in a file start from the file, whatever folder the program lends', async () => {
  const file = folder.write(
    'paths.yaml',
    'signers: { a: { provider: local, key: ec.pem, publicKey: ec.pub.pem } }',
  )
  const signers = await loadSigners(file, { host: { baseFolder: '/nowhere' } })
  expect((await signers.get('a').sign(MESSAGE)).algorithm).toBe('ES256')
  await signers.close()
  const configuration = await readConfiguration({ signers: { a: local({ publicKey: 'ec.pub.pem' }) } })
  const lent = await openSigners(configuration, { host: { baseFolder: folder.path } })
  expect((await lent.get('a').sign(MESSAGE)).algorithm).toBe('ES256')
  await lent.close()
})

test('a file that a variable names is told by the variable', async () => {
  const signers = { a: local({ publicKey: `\${SIGNPORT_FILE}.pem` }) }
  const { message } = await failure(load(signers, { env: { SIGNPORT_FILE: 'no-such-file' } }), 'KeyNotFound')
  expect(message).toBe(`signers.a: The public key \${SIGNPORT_FILE}.pem: there is no such file.`)
})

describe('connections', () => {
  const keys = { k: ec.private, l: ec.private }
  const entry = (key: string, more: object = {}) => ({ provider: 'vault', key, algorithm: 'ES256', ...more })

  test('are shared by entries with the same settings, and closed with the last of them', async () => {
    const provider = recordingProvider('vault', keys)
    const same = { url: 'a', credentials: { id: 'x' } }
    const configuration = await readConfiguration(
      {
        signers: {
          one: entry('k', same),
          two: entry('l', { credentials: { id: 'x' }, url: 'a', encoding: 'ieee-p1363' }),
          three: entry('k', { ...same, credentials: { id: 'y' } }),
        },
      },
      { providers: [provider] },
    )
    provider.made.length = 0
    const signers = await openSigners(configuration)
    expect(provider.made).toEqual([same, { ...same, credentials: { id: 'y' } }])
    expect(provider.open()).toBe(2)
    await signers.get('one').close()
    expect(provider.open()).toBe(2)
    await signers.get('two').sign(MESSAGE)
    await signers.get('two').close()
    expect(provider.open()).toBe(1)
    await signers.close()
    expect(provider.open()).toBe(0)
  })

  test('of two openings are two', async () => {
    const provider = recordingProvider('vault', keys)
    const configuration = await readConfiguration({ signers: { a: entry('k') } }, { providers: [provider] })
    const [one, two] = [await openSigners(configuration), await openSigners(configuration)]
    await one.close()
    await two.get('a').sign(MESSAGE)
    await two.close()
    expect(provider.open()).toBe(0)
  })

  test('are all closed when one signer cannot be opened, which is named', async () => {
    const provider = recordingProvider('vault', keys)
    const signers = {
      a: entry('k'),
      b: entry('l', { url: 'b' }),
      broken: { provider: 'vault', key: 'none', url: 'c' },
    }
    const error = await failure(load(signers, { providers: [provider] }), 'KeyNotFound')
    expect(error.message).toMatch(/^signers\.broken: /)
    expect(provider.open()).toBe(0)
    await failure(readPublicKey(signers.broken as never, { providers: [provider] }), 'KeyNotFound')
    await failure(openSigner(signers.broken as never, { providers: [provider] }), 'KeyNotFound')
    expect(provider.open()).toBe(0)
  })
})

describe('a public key', () => {
  test.each<[string, string]>([
    ['as PEM', 'ec.pub.pem'],
    ['as DER', 'ec.pub.der'],
    ['as a JWK', 'ec.pub.jwk'],
    ['in the configuration', ec.public],
  ])('%s verifies, and signs nothing', async (_, key) => {
    const signers = await load({ mine: local(), partner: { provider: 'public-key', key } })
    expect(signers.signerNames).toEqual(['mine'])
    const signature = await signers.get('mine').sign(MESSAGE)
    for (const name of signers.names) {
      const verifier = signers.verifier(name)
      expect(verifier.algorithm).toBe('ES256')
      expect(await verifier.verify(MESSAGE, signature)).toBe(true)
      expect(await verifier.verify(Buffer.from('another'), signature)).toBe(false)
    }
    expect(() => signers.get('partner')).toThrow(
      expect.objectContaining({
        code: 'Configuration',
        message: `partner only verifies, because it has a public key alone: use verifier('partner').`,
      }),
    )
    await signers.close()
  })

  test('verifies with what its entry says', async () => {
    const common = { algorithm: 'ES256', encoding: 'ieee-p1363' }
    const thumbprint = (await readPublicKey('local:ec.pem', { host: { baseFolder: folder.path } })).thumbprint
    const signers = await load({
      mine: local(common),
      partner: { provider: 'public-key', key: 'ec.pub.pem', thumbprint, ...common },
    })
    const { bytes } = await signers.get('mine').sign(MESSAGE)
    expect(await signers.verifier('partner').verify(MESSAGE, bytes)).toBe(true)
    await signers.close()
  })

  test.each<[string, object, string, string]>([
    [
      'that is not there',
      { key: 'none.pem' },
      'KeyNotFound',
      'The public key none.pem: there is no such file.',
    ],
    [
      'that is private',
      { key: 'ec.pem' },
      'InvalidArgument',
      'The file ec.pem holds no public key that can be used.',
    ],
    [
      'that is not the pinned one',
      { key: 'ec.pub.pem', thumbprint: 'A'.repeat(43) },
      'KeyMismatch',
      'is not the pinned one',
    ],
    ['that allows several algorithms', { key: rsa.public }, 'Configuration', 'name the algorithm'],
    [
      'of another kind',
      { key: rsa.public, algorithm: 'ES256' },
      'InvalidKeyUsage',
      'ES256 needs a key of the kind P-256',
    ],
  ])('%s is refused', async (_, entry, code, message) => {
    const error = await failure(load({ a: { provider: 'public-key', ...entry } }), code as never)
    expect(error.message).toMatch(/^signers\.a: /)
    expect(error.message).toContain(message)
  })
})

describe('a pin', () => {
  test.each<[string, object]>([
    ['by a file', { publicKey: './ec.pub.pem' }],
    ['by PEM', { publicKey: ec.public }],
  ])('%s is used, and the key not fetched', async (_, pin) => {
    const signers = await load({ a: local({ key: 'not-there-yet.pem', ...pin }) })
    expect((await signers.get('a').publicKey()).toPem()).toBe(ec.public)
    await signers.close()
  })

  test.each<[string, object]>([
    ['a public key', { publicKey: 'other.pub.pem' }],
    ['a thumbprint', { thumbprint: 'A'.repeat(43) }],
  ])('of another key by %s makes signing fail', async (_, pin) => {
    const signers = await load({ a: local(pin) })
    const error = await signers
      .get('a')
      .sign(MESSAGE)
      .catch((error: unknown) => error)
    expect(error).toMatchObject({ code: expect.stringMatching(/^(KeyMismatch|SignatureCheckFailed)$/) })
    await signers.close()
  })

  test('that is missing is named', async () => {
    const { message } = await failure(load({ a: local({ publicKey: 'none.pem' }) }), 'KeyNotFound')
    expect(message).toBe('signers.a: The public key none.pem: there is no such file.')
  })
})

describe('an entry of a configuration that was read', () => {
  test('is opened by itself, and gives its public key', async () => {
    const { entries } = await readConfiguration(
      {
        signers: {
          a: local({ encoding: 'ieee-p1363' }),
          p: { provider: 'public-key', key: 'other.pub.pem' },
        },
      },
      options,
    )
    const [a, p] = entries
    if (!a || !p) throw new Error('There are two.')
    const signer = await openSigner(a)
    expect((await signer.sign(MESSAGE)).encoding).toBe('ieee-p1363')
    await signer.close()
    expect((await readPublicKey(a)).toPem()).toBe(ec.public)
    expect((await readPublicKey(p)).toPem()).toBe(other.public)
    expect((await failure(openSigner(p))).message).toBe(
      'signers.p only verifies: it has a public key and no private one.',
    )
  })

  test('does not read another key than the pinned one', async () => {
    const entry = local({ thumbprint: 'A'.repeat(43) })
    await failure(readPublicKey(entry as never, { host: { baseFolder: folder.path } }), 'KeyMismatch')
    const pinned = local({ publicKey: 'other.pub.pem' })
    const key = await readPublicKey(pinned as never, { host: { baseFolder: folder.path } })
    expect(key.toPem()).toBe(other.public)
  })
})

test.each([
  'awskm://user:hunter2@host/k.json',
  'https://user:hunter2@host/signport.yaml',
  'aws_kms://user:hunter2@host/k.yml',
])('a URI that is mistyped is no path, and not repeated: %s', async (source) => {
  const error = await failure(loadSigners(source))
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hunter2')
  expect(error.message).toMatch(
    /^The URI is not valid: (its scheme (awskm|https): is unknown|it begins with no scheme); use local:, awskms:/,
  )
})

test.each<[string, string[], string]>([
  ['two of one name', ['vault', 'vault'], 'Two of the providers have the same name: give each its own.'],
  [
    'one with the name of what only verifies',
    ['vault', 'public-key'],
    'A provider is called public-key, which is what only verifies: give it another name.',
  ],
])('of providers, %s cannot be told apart', async (_, names, message) => {
  const providers = names.map((name) => recordingProvider(name))
  expect((await failure(load({ a: local() }, { providers }), 'InvalidArgument')).message).toBe(message)
})

test('a configuration of somebody else is refused', async () => {
  const entries = [{ name: 'a', provider: 'local', key: 'k', verifiesOnly: false }]
  await expect(openSigners({ entries })).rejects.toThrow(TypeError)
})

test('policies are asked of the providers for what their signers do', async () => {
  const asked: object[] = []
  const provider = {
    ...recordingProvider(),
    accessPolicies: (uses: readonly object[]) => {
      asked.push(...uses)
      return [{ kind: 'test', document: {}, notes: [] }]
    },
  }
  const signers = {
    a: { provider: 'vault', key: 'k', url: 'u' },
    b: { provider: 'vault', key: 'l', publicKey: ec.public, algorithm: 'ES256' },
    c: { provider: 'public-key', key: 'x' },
  }
  const configuration = await readConfiguration({ signers }, { providers: [provider] })
  expect(accessPolicies(configuration)).toEqual([{ kind: 'test', document: {}, notes: [] }])
  expect(asked).toEqual([
    { keyId: 'k', options: { url: 'u' }, operations: ['sign', 'getPublicKey'] },
    { keyId: 'l', options: {}, operations: ['sign'] },
  ])
  expect(accessPolicies(configuration, ['c'])).toEqual([])
  expect(() => accessPolicies(configuration, ['e'])).toThrow('There is no signer e')
})
