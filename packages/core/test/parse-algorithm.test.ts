import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AlgorithmInput,
  type AlgorithmName,
  algorithms,
  candidateAlgorithms,
  createSigner,
  createVerifier,
  parseAlgorithm,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, pssKeyPair, rsaJwk } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'
import { names } from './support/oracle.js'
import { AMBIGUOUS, NAMES } from './table/facts.js'

const PSS_KEYS: Partial<Record<AlgorithmName, KeyObject>> = {
  PS256: pssKeyPair('sha256', 32).publicKey,
  PS384: pssKeyPair('sha384', 48).publicKey,
  PS512: pssKeyPair('sha512', 64).publicKey,
}

/** The key that decides for a row where a name leaves it open. */
const keyFor = (name: AlgorithmName) => PSS_KEYS[name] ?? keyPair(name).publicKey

const ROUND_TRIPS = names.flatMap((row) => {
  const { webcrypto: _, ...texts } = NAMES[row]
  return [row, ...Object.values(texts).flat()].map((text) => [row, text] as const)
})

/** As it is written, in either case, and with each separator. */
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
  (name) => name.replace(/[-_]/g, '-'),
  (name) => name.replace(/[-_]/g, '_'),
  (name) => name.replace(/[-_]/g, ''),
]

describe('a name', () => {
  test.each(ROUND_TRIPS)('of %s: %s, in every spelling', (row, name) => {
    for (const spelled of SPELLINGS.map((spell) => spell(name))) {
      const options = name in AMBIGUOUS ? { publicKey: keyFor(row) } : {}
      expect(parseAlgorithm(spelled, options).name).toBe(row)
    }
  })

  test('comes in any case, and with separators anywhere', () => {
    const separator = fc.constantFrom('', '', '', '-', '_')
    const unambiguous = ROUND_TRIPS.filter(([, name]) => !(name in AMBIGUOUS))
    const spelling = fc.constantFrom(...unambiguous).chain(([row, name]) => {
      const letters = [...name].map((letter) => fc.tuple(fc.mixedCase(fc.constant(letter)), separator))
      return fc.tuple(fc.constant(row), fc.tuple(...letters))
    })
    fc.assert(
      fc.property(spelling, ([row, letters]) => {
        expect(parseAlgorithm(letters.flat().join('')).name).toBe(row)
      }),
    )
  })

  test.each(names)('of %s gives one and the same row', (name) => {
    expect(parseAlgorithm(name)).toBe(algorithms.find((row) => row.name === name))
  })
})

describe.each(Object.entries(AMBIGUOUS))('%s', (name, candidates) => {
  test('by itself is refused, with what it may mean', async () => {
    const { message } = await failure(() => parseAlgorithm(name), 'UnknownAlgorithm')
    const listed = candidates.join(', ').replace(/, ([^,]+)$/, ' or $1')
    expect(message).toBe(`'${name}' may mean ${listed}: name one of them, or give the public key.`)
  })

  test.each(names)('with the key of %s', async (row) => {
    const work = () => parseAlgorithm(name, { publicKey: keyFor(row) })
    if (candidates.includes(row)) return expect(work().name).toBe(row)
    // Keys of RSA permit every hash, unless they are bound to one.
    if (name === 'RSASSA-PSS' && /^RS/.test(row)) {
      const { message } = await failure(work, 'UnknownAlgorithm')
      return expect(message).toBe(`'${name}' may mean PS256, PS384 or PS512: name one of them.`)
    }
    const { message } = await failure(work, 'InvalidKeyUsage')
    return expect(message).toMatch(
      new RegExp(`^'${name}' may mean .*, but the public key can be used for .*${row}`),
    )
  })

  test('with a key that fits nothing', async () => {
    const { publicKey } = pssKeyPair('sha1', 20)
    const { message } = await failure(() => parseAlgorithm(name, { publicKey }), 'InvalidKeyUsage')
    expect(message).toMatch(/can be used for no algorithm there is\.$/)
  })
})

describe('candidateAlgorithms', () => {
  test.each(ROUND_TRIPS)('of %s: %s', (row, name) => {
    const expected = AMBIGUOUS[name] ?? [row]
    expect(candidateAlgorithms(name).map((each) => each.name)).toEqual(expected)
  })

  test('of what is no name', async () => {
    await failure(() => candidateAlgorithms('constructor'), 'UnknownAlgorithm')
    await failure(() => candidateAlgorithms({ name: 'constructor' }), 'UnknownAlgorithm')
    expect(() => candidateAlgorithms(null as never)).toThrow(TypeError)
  })
})

describe('a key', () => {
  test('that does not fit the one row there is', async () => {
    const work = () => parseAlgorithm('ECDSA_SHA_384', { publicKey: keyPair('ES256').publicKey })
    expect((await failure(work, 'InvalidKeyUsage')).message).toBe(
      'ES384 needs a key of the kind P-384, but the public key is one of the kind P-256. It can be used for ES256.',
    )
  })

  test('comes in any form', () => {
    const { publicKey } = keyPair('ES256K')
    for (const form of [
      publicKey,
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      publicKey.export({ format: 'jwk' }),
    ])
      expect(parseAlgorithm('ECDSA_SHA_256', { publicKey: form }).name).toBe('ES256K')
  })

  test('that is none is not passed over', async () => {
    await failure(() => parseAlgorithm('ES256', { publicKey: '' }), 'InvalidArgument')
    expect(() => parseAlgorithm('ES256', { publicKey: 1 as never })).toThrow(TypeError)
  })

  test('and a name of a size: they must agree', async () => {
    for (const named of [2048, 3072, 4096])
      for (const actual of [2048, 3072, 4096]) {
        const name = `RSA_SIGN_PSS_${named}_SHA256`
        const work = () => parseAlgorithm(name, { publicKey: rsaJwk(actual) })
        if (named === actual) expect(work().name).toBe('PS256')
        else
          expect((await failure(work, 'InvalidKeyUsage')).message).toBe(
            `'${name}' is for RSA keys of ${named} bits, but the public key has ${actual}.`,
          )
      }
    expect(parseAlgorithm('RSA_SIGN_PKCS1_4096_SHA512').name).toBe('RS512')
    const curve = () => parseAlgorithm('RSA_SIGN_PSS_2048_SHA256', { publicKey: keyPair('ES256').publicKey })
    expect((await failure(curve, 'InvalidKeyUsage')).message).toContain('of the kind P-256')
  })
})

describe('what is no name', () => {
  test.each([
    '',
    ' ',
    '-',
    'ES256 ',
    'ES 256',
    'ES256\n',
    'ES256\0',
    'ES256\u212a',
    'E\u017f256',
    'ＥＳ256',
    'HS256',
    'none',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    // Of their vendors, but no signatures, or none that the table has.
    'RSAES_OAEP_SHA_256',
    'RSA_SIGN_RAW_PKCS1_2048',
    'RSA_SIGN_PSS_2048_SHA512',
    'EC_SIGN_P521_SHA512',
    'RSNULL',
    'SHA1withRSA',
    'SHA256withSM2',
    'hmac-sha256',
    // Of others, or of nobody.
    'EDDSA_ED25519',
    'ECDSA',
    'RSA-PSS',
    'RSASSA-PKCS1-v1_5',
    'SHA-256',
    'Ed448',
  ])('%j', async (name) => {
    const { message } = await failure(() => parseAlgorithm(name), 'UnknownAlgorithm')
    for (const known of names) expect(message).toContain(known)
  })

  test('is cut and escaped in the message', async () => {
    const { message } = await failure(() => parseAlgorithm(`\u001b[2J${'x'.repeat(5000)}`))
    expect(message).toMatch(/^Unknown algorithm '\\u\{1b\}\[2Jx+…'/)
    expect(message.length).toBeLessThan(500)
  })

  test('whatever the text, there is a row or UnknownAlgorithm', async () => {
    const pieces = [
      'SHA',
      'RSA',
      'ES',
      'PS',
      'with',
      '256',
      '512',
      '_',
      '-',
      'ML',
      'DSA',
      '44',
      'k',
      '/',
      'é',
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
    )
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        try {
          expect(names).toContain(parseAlgorithm(name).name)
        } catch (error) {
          await failure(() => {
            throw error
          }, 'UnknownAlgorithm')
        }
      }),
      { numRuns: 1000 },
    )
  })

  test.each([[undefined], [null], [256], [true], [Symbol('ES256')], [() => 'ES256'], [1n]])(
    '%p is a TypeError',
    (name) => {
      expect(() => parseAlgorithm(name as never)).toThrow(TypeError)
    },
  )
})

/** Every row of WebCrypto with its object. */
const OBJECTS = names.flatMap((row) => (NAMES[row].webcrypto ?? []).map((object) => [row, object] as const))

describe('an object of WebCrypto', () => {
  test.each(OBJECTS)('of %s', (row, object) => {
    expect(parseAlgorithm(object).name).toBe(row)
    const { hash } = object
    if (hash !== undefined) expect(parseAlgorithm({ ...object, hash: { name: hash } }).name).toBe(row)
    for (const spell of SPELLINGS) {
      const spelled = Object.entries(object).map(([member, value]) => [
        member,
        typeof value === 'string' ? spell(value) : value,
      ])
      expect(parseAlgorithm(Object.fromEntries(spelled)).name).toBe(row)
    }
  })

  test.each([
    ['RS384', { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384', modulusLength: 2048 }],
    ['PS512', { name: 'RSA-PSS', hash: 'SHA-512', modulusLength: 3072 }],
    ['ES384', { name: 'ECDSA', namedCurve: 'P-384' }],
    ['Ed25519', { name: 'Ed25519' }],
  ] as const)('%s, as a CryptoKey has it', async (row, algorithm) => {
    const rsa = { publicExponent: Uint8Array.of(1, 0, 1) }
    const pair = await webcrypto.subtle.generateKey({ ...rsa, ...algorithm } as never, true, [
      'sign',
      'verify',
    ])
    const { publicKey } = pair as webcrypto.CryptoKeyPair
    expect(parseAlgorithm(publicKey.algorithm as AlgorithmInput).name).toBe(row)
  })

  test('leaves open what its key would say', async () => {
    const candidates = async (object: AlgorithmInput) =>
      (await failure(() => parseAlgorithm(object), 'UnknownAlgorithm')).message
    expect(await candidates({ name: 'RSA-PSS' })).toContain('PS256, PS384 or PS512')
    expect(await candidates({ name: 'RSASSA-PKCS1-v1_5' })).toContain('RS256, RS384 or RS512')
    expect(await candidates({ name: 'ECDSA' })).toContain('ES256, ES384 or ES512')
    const { publicKey } = keyPair('ES512')
    expect(parseAlgorithm({ name: 'ECDSA' }, { publicKey }).name).toBe('ES512')
    expect(parseAlgorithm({ name: 'RSA-PSS' }, { publicKey: keyFor('PS384') }).name).toBe('PS384')
    expect(parseAlgorithm({ name: 'RSA-PSS', saltLength: 64 }).name).toBe('PS512')
  })

  test.each<[AlgorithmInput, string]>([
    [{ name: 'ES256' }, '{"name":"ES256"}'],
    [{ name: 'constructor' }, '{"name":"constructor"}'],
    [{ name: '' }, '{"name":""}'],
    [{ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-384' }, '"namedCurve":"P-256"'],
    [{ name: 'ECDSA', namedCurve: 'K-256' }, '"namedCurve":"K-256"'],
    [{ name: 'RSA-PSS', hash: 'SHA-256', saltLength: 20 }, '"saltLength":20'],
    [{ name: 'RSA-PSS', hash: 'SHA-256', saltLength: Number.NaN }, '"saltLength":null'],
    [{ name: 'RSA-PSS', hash: 'SHA-1' }, '"hash":"SHA-1"'],
    [{ name: 'Ed25519', hash: 'SHA-512' }, '"hash":"SHA-512"'],
    [{ name: 'Ed25519', namedCurve: 'Ed25519' }, '"namedCurve":"Ed25519"'],
    [{ name: 'EdDSA' }, '{"name":"EdDSA"}'],
    [{ name: 'RSA-OAEP', hash: 'SHA-256' }, 'RSA-OAEP'],
    [{ name: 'x\u202e', hash: { name: 'y'.repeat(1000) } }, 'x\\u{202e}'],
  ])('%j is no algorithm', async (object, words) => {
    const { message } = await failure(() => parseAlgorithm(object), 'UnknownAlgorithm')
    expect(message).toContain(words)
    expect(message.length).toBeLessThan(500)
  })

  test('and a key of another size than it says', async () => {
    const object = { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 3072 }
    expect(parseAlgorithm(object, { publicKey: rsaJwk(3072) }).name).toBe('PS256')
    const work = () => parseAlgorithm(object, { publicKey: rsaJwk(2048) })
    expect((await failure(work, 'InvalidKeyUsage')).message).toContain(
      'of 3072 bits, but the public key has 2048',
    )
  })

  test('with a context is refused, since the context would be lost', async () => {
    const object = { name: 'ML-DSA-44', context: Uint8Array.of(1) }
    await failure(() => parseAlgorithm(object), 'InvalidArgument')
  })

  test.each<[string, object]>([
    ['no name', {}],
    ['an array', ['ES256']],
    ['a String', new String('ES256')],
    ['a name that is no text', { name: 5 }],
    ['a name that is an object', { name: { toString: () => 'Ed25519' } }],
    ['a name under __proto__ alone', JSON.parse('{"__proto__": {"name": "Ed25519"}}')],
    ['a hash that is a number', { name: 'ECDSA', hash: 256 }],
    ['a hash that is null', { name: 'ECDSA', hash: null }],
    ['a hash without a name', { name: 'ECDSA', hash: {} }],
    ['a hash in a hash', { name: 'ECDSA', hash: { name: { name: 'SHA-256' } } }],
    ['a curve that is a list', { name: 'ECDSA', namedCurve: ['P-256'] }],
    ['a salt in a text', { name: 'RSA-PSS', hash: 'SHA-256', saltLength: '32' }],
    ['a salt that is null', { name: 'RSA-PSS', hash: 'SHA-256', saltLength: null }],
    ['a size in a text', { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: '2048' }],
    ['nothing behind it', Object.create(null)],
    ['a Map', new Map([['name', 'Ed25519']])],
  ])('%s is a TypeError', (_, object) => {
    expect(() => parseAlgorithm(object as AlgorithmInput)).toThrow(TypeError)
  })

  test('is read once: what was looked at is what counts', () => {
    const read: string[] = []
    const shifty = new Proxy(
      { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
      {
        get(target, member) {
          read.push(String(member))
          return read.filter((each) => each === member).length > 1 ? 'SHA-1' : Reflect.get(target, member)
        },
      },
    )
    expect(parseAlgorithm(shifty).name).toBe('ES256')
    expect(new Set(read).size).toBe(read.length)
  })

  test('may have its members from its class, or no class at all', () => {
    class Named {
      get name() {
        return 'Ed25519'
      }
    }
    expect(parseAlgorithm(new Named()).name).toBe('Ed25519')
    expect(parseAlgorithm(Object.assign(Object.create(null), { name: 'ML-DSA-87' })).name).toBe('ML-DSA-87')
    expect(parseAlgorithm(Object.freeze({ name: 'Ed25519', __proto__: null })).name).toBe('Ed25519')
  })

  test('an error of a getter is the caller’s own', () => {
    const object = {
      get name(): string {
        throw new RangeError('mine')
      },
    }
    expect(() => parseAlgorithm(object)).toThrow(new RangeError('mine'))
  })

  test('whatever it is, there is a row, a TypeError or UnknownAlgorithm', () => {
    const member = fc.oneof(
      fc.anything(),
      fc.constantFrom('ECDSA', 'RSA-PSS', 'SHA-256', 'P-256', 32, undefined),
    )
    const object = fc.record({ name: member, hash: member, namedCurve: member, saltLength: member })
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(object, (each) => {
        try {
          outcomes.add(parseAlgorithm(each as AlgorithmInput).name)
        } catch (error) {
          const { code, name } = error as { code?: string; name: string }
          if (name !== 'TypeError') expect(code).toBe('UnknownAlgorithm')
          outcomes.add(name)
        }
      }),
      { numRuns: 2000 },
    )
    expect(outcomes).toContain('TypeError')
    expect(outcomes).toContain('SigningError')
  })
})

describe('signers and verifiers take every name', () => {
  test('and the key decides where it leaves something open', () => {
    const { publicKey } = keyPair('ES256K')
    expect(createVerifier({ publicKey, algorithm: 'ECDSA_SHA_256' }).algorithm).toBe('ES256K')
    const provider = new NodeProvider(keyPair('ES256K'))
    const signer = createSigner({ provider, keyId: 'k', algorithm: { name: 'ECDSA' }, publicKey: otherCurve })
    expect(signer.algorithm).toBe('ES384')
  })

  test('but without the key it must be named', async () => {
    const provider = new NodeProvider(keyPair('ES256K'))
    const work = () => createSigner({ provider, keyId: 'k', algorithm: 'ECDSA_SHA_256' })
    expect((await failure(work, 'UnknownAlgorithm')).message).toContain('ES256 or ES256K')
  })

  test('and say whose key does not fit', async () => {
    const provider = new NodeProvider(keyPair('ES256'))
    for (const algorithm of ['ES256', 'ECDSA_SHA_256']) {
      const work = () => createSigner({ provider, keyId: 'k', algorithm, publicKey: otherCurve })
      expect((await failure(work, 'InvalidKeyUsage')).message).toMatch(/but the pinned key (is|can)/)
    }
  })
})

const otherCurve = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
