import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AlgorithmParameters,
  createVerifier,
  type Signature,
  toDer,
  toP1363,
  type VerifierOptions,
} from '../src/index.js'
import { hex } from './support/asn1.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair, pssKeyPair, spkiOf } from './support/keys.js'
import { openssl, testWithOpenssl, withFiles } from './support/openssl.js'
import {
  digestNames,
  ecdsaNames,
  hashOf,
  isEcdsa,
  names,
  strangerDigest,
  strangerSign,
} from './support/oracle.js'
import { publicForms } from './support/public-forms.js'
import { reusing, streamOf, stuckAfter } from './support/streams.js'

const message = Buffer.from('a message')
const verifierOf = (name: (typeof names)[number], options: Partial<VerifierOptions> = {}) =>
  createVerifier({ publicKey: keyPair(name).publicKey, algorithm: name, ...options })
const signed = (
  name: (typeof names)[number],
  layout: 'der' | 'ieee-p1363' = 'der',
  of: Uint8Array = message,
) => strangerSign(name, keyPair(name).privateKey, of, layout)
const digestOf = (name: (typeof names)[number], of: Uint8Array = message) =>
  strangerDigest(name, keyPair(name).publicKey, of)
const flip = (bytes: Uint8Array, index: number) => {
  const changed = Uint8Array.from(bytes)
  changed[index] = (changed[index] ?? 0) ^ 1
  return changed
}

describe.each(names)('%s', (name) => {
  const verifier = verifierOf(name)
  const signature = signed(name)

  test('says what it is', () => {
    expect(verifier.algorithm).toBe(name)
    const { publicKey } = keyPair(name)
    expect(Buffer.from(verifier.publicKey.toSpki())).toEqual(spkiOf(publicKey))
    if (!(publicKey instanceof Uint8Array))
      expect(verifier.publicKey.toKeyObject().equals(publicKey)).toBe(true)
  })

  test('what strangers sign is valid: bytes, a stream of any chunks, and a ReadableStream', async () => {
    expect(await verifier.verify(message, signature)).toBe(true)
    for (const chunkBytes of [1, 4, 100])
      expect(await verifier.verify(reusing(message, chunkBytes), signature)).toBe(true)
    expect(await verifier.verify(new Blob([message]).stream(), signature)).toBe(true)
    const empty = signed(name, 'der', new Uint8Array())
    expect(await verifier.verify(new Uint8Array(), empty)).toBe(true)
    expect(await verifier.verify(streamOf(), empty)).toBe(true)
  })

  test.each<[string, Uint8Array, Uint8Array]>([
    ['another message', Buffer.from('another'), signature],
    ['a message with a changed bit', flip(message, 0), signature],
    ['a message that was cut', message.subarray(1), signature],
    ['a message with more after it', Buffer.concat([message, Uint8Array.of(0)]), signature],
    ['no message', new Uint8Array(), signature],
    ['a signature with a changed bit', message, flip(signature, signature.length - 1)],
    ['a signature with another changed bit', message, flip(signature, signature.length >> 1)],
    ['a signature that was cut', message, signature.subarray(0, -1)],
    ['a signature without its beginning', message, signature.subarray(1)],
    ['a signature with a byte after it', message, Buffer.concat([signature, Uint8Array.of(0)])],
    ['a signature with a zero before it', message, Buffer.concat([Uint8Array.of(0), signature])],
    ['a signature twice', message, Buffer.concat([signature, signature])],
    ['no signature', message, new Uint8Array()],
    ['a signature of zeros', message, new Uint8Array(signature.length)],
  ])('false, not an error: %s', async (_, of, bytes) => {
    expect(await verifier.verify(of, bytes)).toBe(false)
    expect(await verifier.verify(reusing(of, 4), bytes)).toBe(false)
    if (verifier.algorithm === 'Ed25519') return
    expect(await verifier.verifyDigest(digestOf(name, of), bytes)).toBe(false)
  })

  test('false for the wrong key, in both directions', async () => {
    const other = verifierOf(name, { publicKey: otherKeyPair(name).publicKey })
    expect(await other.verify(message, signature)).toBe(false)
    expect(await verifier.verify(message, strangerSign(name, otherKeyPair(name).privateKey, message))).toBe(
      false,
    )
  })

  test('false for the signature of every other algorithm', async () => {
    for (const other of names.filter((each) => each !== name))
      expect(await verifier.verify(message, signed(other))).toBe(false)
  })

  test('any bytes at all are false', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await verifier.verify(message, bytes)).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  test('bytes may be used again when the call has returned', async () => {
    const given = { message: Buffer.from(message), signature: Buffer.from(signature) }
    const answer = verifier.verify(given.message, given.signature)
    given.message.fill(0)
    given.signature.fill(0)
    expect(await answer).toBe(true)
  })
})

describe.each(digestNames)('%s, with the digest', (name) => {
  const verifier = verifierOf(name)
  const digest = digestOf(name)

  test('what strangers sign is valid', async () => {
    expect(await verifier.verifyDigest(digest, signed(name))).toBe(true)
    expect(await verifier.verifyDigest(flip(digest, 3), signed(name))).toBe(false)
  })

  test('of a wrong length is an error, since no signature could be right', async () => {
    for (const length of [0, digest.length - 1, digest.length + 1, 100])
      await failure(() => verifier.verifyDigest(new Uint8Array(length), signed(name)), 'DigestLengthMismatch')
  })

  test('bytes may be used again when the call has returned', async () => {
    const given = { digest: Buffer.from(digest), signature: Buffer.from(signed(name)) }
    const answer = verifier.verifyDigest(given.digest, given.signature)
    given.digest.fill(0)
    given.signature.fill(0)
    expect(await answer).toBe(true)
  })
})

test('Ed25519 has no digest to verify', async () => {
  const work = () => verifierOf('Ed25519').verifyDigest(new Uint8Array(64), signed('Ed25519'))
  await failure(work, 'UnsupportedAlgorithm')
})

describe('the encoding', () => {
  test.each(ecdsaNames)(
    '%s is read in the one asked for, by option or by call, and never guessed',
    async (name) => {
      const der = signed(name)
      const flat = signed(name, 'ieee-p1363')
      const byDefault = verifierOf(name)
      const p1363 = verifierOf(name, { encoding: 'ieee-p1363' })
      expect(await byDefault.verify(message, der)).toBe(true)
      expect(await byDefault.verify(message, flat)).toBe(false)
      expect(await byDefault.verify(message, flat, { encoding: 'ieee-p1363' })).toBe(true)
      expect(await byDefault.verify(message, der, { encoding: 'ieee-p1363' })).toBe(false)
      expect(await p1363.verify(message, flat)).toBe(true)
      expect(await p1363.verify(message, der)).toBe(false)
      expect(await p1363.verify(message, der, { encoding: 'der' })).toBe(true)
    },
  )

  test('DER that is as long as r ‖ s is not taken for it', async () => {
    // Needs r and s of 29 bytes each, which by chance never come: the numbers are chosen, the signature is invalid.
    const der = toDer(
      Buffer.concat([Buffer.alloc(3), Buffer.alloc(29, 5), Buffer.alloc(3), Buffer.alloc(29, 5)]),
      32,
    )
    expect(der).toHaveLength(64)
    expect(await verifierOf('ES256', { encoding: 'ieee-p1363' }).verify(message, der)).toBe(false)
  })

  test.each(names.filter((name) => !isEcdsa(name)))('it means nothing to %s', async (name) => {
    for (const encoding of ['der', 'ieee-p1363'] as const) {
      expect(await verifierOf(name).verify(message, signed(name), { encoding })).toBe(true)
      expect(await verifierOf(name, { encoding }).verify(message, signed(name))).toBe(true)
    }
  })

  test.each(['DER', 'p1363', 'raw', '', 5])('%p is none', async (encoding) => {
    const options = { encoding: encoding as 'der' }
    await failure(() => verifierOf('ES256', options), 'InvalidArgument')
    await failure(() => verifierOf('ES256').verify(message, signed('ES256'), options), 'InvalidArgument')
  })
})

describe('a Signature', () => {
  const signature: Signature = {
    bytes: signed('ES256'),
    encoding: 'der',
    algorithm: 'ES256',
    provider: 'x',
    keyId: 'y',
    messageType: 'raw',
  }

  test('says how it is encoded, whatever was asked for', async () => {
    const flat: Signature = { ...signature, bytes: signed('ES256', 'ieee-p1363'), encoding: 'ieee-p1363' }
    for (const encoding of ['der', 'ieee-p1363'] as const) {
      expect(await verifierOf('ES256').verify(message, signature, { encoding })).toBe(true)
      expect(await verifierOf('ES256', { encoding }).verify(message, flat)).toBe(true)
    }
  })

  test.each<[string, Partial<Signature>]>([
    ['of another algorithm', { algorithm: 'ES384' }],
    ['of an algorithm that there is not', { algorithm: 'none' as 'ES256' }],
    ['in another encoding', { encoding: 'ieee-p1363' }],
    ['in the encoding of other algorithms', { encoding: 'raw' }],
    ['in an encoding that there is not', { encoding: 'guess' as 'der' }],
  ])('%s is false', async (_, change) => {
    expect(await verifierOf('ES256').verify(message, { ...signature, ...change })).toBe(false)
  })

  test('with PSS is not one with PKCS #1 by its name', async () => {
    const pss = { ...signature, bytes: signed('PS256'), encoding: 'raw', algorithm: 'PS256' } as const
    expect(await verifierOf('PS256').verify(message, pss)).toBe(true)
    expect(await verifierOf('RS256').verify(message, pss)).toBe(false)
    expect(await verifierOf('PS256').verify(message, { ...pss, encoding: 'der' })).toBe(false)
  })
})

describe('what may be asked of a signature besides', () => {
  const verified = (name: (typeof names)[number], options: Partial<VerifierOptions>, bytes: Uint8Array) => {
    const verifier = verifierOf(name, options)
    const ways = [verifier.verify(message, bytes), verifier.verify(streamOf(message), bytes)]
    return Promise.all([...ways, verifier.verifyDigest(digestOf(name), bytes)])
  }
  const [all, none] = [
    [true, true, true],
    [false, false, false],
  ]

  test.each(['PS256', 'PS384', 'PS512'] as const)('%s: a salt of any length', async (name) => {
    const key = { key: keyPair(name).privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }
    const bytes = sign(hashOf(name), message, { ...key, saltLength: constants.RSA_PSS_SALTLEN_MAX_SIGN })
    expect(await verified(name, {}, bytes)).toEqual(none)
    expect(await verified(name, { saltLength: 'digest' }, bytes)).toEqual(none)
    expect(await verified(name, { saltLength: 'any' }, bytes)).toEqual(all)
    expect(await verified(name, { saltLength: 'any' }, signed(name))).toEqual(all)
    expect(await verified(name, { saltLength: 'any' }, flip(bytes, 100))).toEqual(none)
  })

  test('ES256K: a low s', async () => {
    const seen = { low: 0, high: 0 }
    for (let count = 0; count < 64; count++) {
      const bytes = signed('ES256K')
      // Half of the order begins with 7f, and 128 bits of ones.
      const isLow = (toP1363(bytes, 32)[32] ?? 0) < 0x80
      seen[isLow ? 'low' : 'high']++
      expect(await verified('ES256K', {}, bytes)).toEqual(all)
      expect(await verified('ES256K', { lowS: true }, bytes)).toEqual(isLow ? all : none)
    }
    expect(Math.min(seen.low, seen.high)).toBeGreaterThan(0)
  })

  test.each<[(typeof names)[number], AlgorithmParameters, Partial<VerifierOptions>]>([
    ['SM2', { userId: Buffer.from('alice') }, { userId: 'alice' }],
    ['SM2', { userId: Buffer.from('') }, { userId: new Uint8Array() }],
    ['ML-DSA-44', { context: Buffer.from('c') }, { context: 'c' }],
    ['ML-DSA-65', { context: Buffer.alloc(255, 1) }, { context: Buffer.alloc(255, 1) }],
    ['ML-DSA-87', { context: Buffer.of(0) }, { context: Buffer.of(0) }],
  ])('%s: the parameters %p', async (name, parameters, options) => {
    const { publicKey, privateKey } = keyPair(name)
    const bytes = strangerSign(name, privateKey, message, 'der', parameters)
    for (const [asked, valid] of [
      [options, true],
      [{}, false],
    ] as const) {
      const verifier = verifierOf(name, asked)
      expect(await verifier.verify(message, bytes)).toBe(valid)
      expect(await verifier.verify(streamOf(message), bytes)).toBe(valid)
      // What is in the digest already needs not to be said again.
      const digest = strangerDigest(name, publicKey, message, parameters)
      expect(await verifier.verifyDigest(digest, bytes)).toBe(true)
    }
  })

  test.each<[string, object]>([
    ['a context for ES256', { context: 'c' }],
    ['an id for ES256', { userId: 'u' }],
    ['a salt for ES256', { saltLength: 'any' }],
    ['a low s for ES256', { lowS: true }],
  ])('%s is refused when the verifier is made', async (_, options) => {
    await failure(() => verifierOf('ES256', options), 'InvalidArgument')
  })
})

describe('arguments', () => {
  test.each([['text'], [null], [undefined], [5], [[1]], [new ArrayBuffer(4)]])(
    'a message of %p is a TypeError',
    async (value) => {
      await expect(verifierOf('ES256').verify(value as never, signed('ES256'))).rejects.toThrow(TypeError)
      await expect(verifierOf('ES256').verifyDigest(value as never, signed('ES256'))).rejects.toThrow(
        TypeError,
      )
    },
  )

  test.each([['text'], [null], [undefined], [5], [[1]], [{}], [{ bytes: 'text' }], [{ bytes: undefined }]])(
    'a signature of %p is a TypeError',
    async (value) => {
      await expect(verifierOf('ES256').verify(message, value as never)).rejects.toThrow(TypeError)
      await expect(verifierOf('ES256').verifyDigest(new Uint8Array(32), value as never)).rejects.toThrow(
        TypeError,
      )
    },
  )

  test('shared memory is a TypeError', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(64))
    await expect(verifierOf('ES256').verify(shared, signed('ES256'))).rejects.toThrow(TypeError)
    await expect(verifierOf('ES256').verify(message, shared)).rejects.toThrow(TypeError)
    await expect(verifierOf('ES256').verify(streamOf(shared), signed('ES256'))).rejects.toThrow(TypeError)
  })

  test.each<[string, object, string]>([
    ['an unknown algorithm', { algorithm: 'HS256' }, 'UnknownAlgorithm'],
    ['a key of another kind', { publicKey: keyPair('ES384').publicKey }, 'InvalidKeyUsage'],
    ['a private key', { publicKey: keyPair('ES256').privateKey }, 'InvalidArgument'],
    [
      'a restricted key',
      { publicKey: pssKeyPair('sha256', 32).publicKey, algorithm: 'PS512' },
      'InvalidKeyUsage',
    ],
  ])('%s is refused when the verifier is made', async (_, options, code) => {
    expect((await failure(() => verifierOf('ES256', options))).code).toBe(code)
  })

  test.each(publicForms(keyPair('ES256').publicKey))('the key may be given as %s', async (_, publicKey) => {
    expect(await verifierOf('ES256', { publicKey }).verify(message, signed('ES256'))).toBe(true)
  })
})

describe('an abort', () => {
  test('before the call ends it, in memory, too', async () => {
    const options = { signal: AbortSignal.abort(new Error('enough')) }
    const verifier = verifierOf('ES256')
    const digest = createHash('sha256').update(message).digest()
    for (const work of [
      () => verifier.verify(message, signed('ES256'), options),
      () => verifier.verify(streamOf(message), signed('ES256'), options),
      () => verifier.verifyDigest(digest, signed('ES256'), options),
    ])
      expect((await failure(work, 'Aborted')).cause).toMatchObject({ message: 'enough' })
  })

  test('ends the wait for a stream that is stuck, and stops it', async () => {
    const controller = new AbortController()
    const source = stuckAfter(message)
    const answer = verifierOf('ES256').verify(source, signed('ES256'), { signal: controller.signal })
    await new Promise(setImmediate)
    controller.abort()
    await failure(() => answer, 'Aborted')
    expect(source.returned).toBe(1)
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  test('options that are wrong are refused', async () => {
    const verify = (options: object) => () => verifierOf('ES256').verify(message, signed('ES256'), options)
    await failure(verify({ timeoutMs: 0 }), 'InvalidArgument')
    await expect(verify({ signal: {} })()).rejects.toThrow(TypeError)
  })
})

describe('RFC 8032 section 7.1', () => {
  test.each([
    [
      'TEST 1',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      'TEST 2',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'TEST 3',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
    [
      'TEST SHA(abc)',
      'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
      createHash('sha512').update('abc').digest('hex'),
      'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
    ],
  ])('%s', async (_, x, text, signature) => {
    const publicKey = { kty: 'OKP', crv: 'Ed25519', x: hex(x).toString('base64url') }
    const verifier = createVerifier({ publicKey, algorithm: 'Ed25519' })
    expect(await verifier.verify(hex(text), hex(signature))).toBe(true)
    expect(await verifier.verify(hex(`${text}00`), hex(signature))).toBe(false)
  })
})

describe('RFC 7515 appendix A', () => {
  const signingInput = (header: string, payload: string) => Buffer.from(`${header}.${payload}`)
  const payload =
    'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

  test('A.3, ES256', async () => {
    const publicKey = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    }
    const signature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'
    const verifier = createVerifier({ publicKey, algorithm: 'ES256', encoding: 'ieee-p1363' })
    const bytes = Buffer.from(signature, 'base64url')
    expect(await verifier.verify(signingInput('eyJhbGciOiJFUzI1NiJ9', payload), bytes)).toBe(true)
    expect(await verifier.verify(signingInput('eyJhbGciOiJFUzI1NiJ8', payload), bytes)).toBe(false)
  })
})

describe('openssl', () => {
  const pss = (saltBytes: number) => [
    '-sigopt',
    'rsa_padding_mode:pss',
    '-sigopt',
    `rsa_pss_saltlen:${saltBytes}`,
  ]
  const commands = {
    RS256: [],
    RS384: [],
    RS512: [],
    PS256: pss(32),
    PS384: pss(48),
    PS512: pss(64),
    ES256: [],
    ES384: [],
    ES512: [],
    ES256K: [],
    SM2: ['-sigopt', 'distid:1234567812345678'],
  }

  testWithOpenssl.each(Object.entries(commands) as [keyof typeof commands, string[]][])(
    'signs, and %s is valid',
    async (name, options) => {
      const pem = keyPair(name).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const signature = withFiles([pem], (key) =>
        openssl(['dgst', `-${hashOf(name) ?? 'sm3'}`, '-sign', key, ...options], message),
      )
      expect(await verifierOf(name).verify(message, signature)).toBe(true)
      expect(await verifierOf(name).verify(Buffer.from('another'), signature)).toBe(false)
    },
  )

  testWithOpenssl('signs with Ed25519', async () => {
    const pem = keyPair('Ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const signature = withFiles([pem, message], (key, file) =>
      openssl(['pkeyutl', '-sign', '-inkey', key, '-rawin', '-in', file]),
    )
    expect(await verifierOf('Ed25519').verify(message, signature)).toBe(true)
  })
})

test('messages around the size from which they are hashed here are all the same', async () => {
  const MIB = 1024 * 1024
  for (const length of [MIB - 1, MIB, MIB + 1, 3 * MIB]) {
    const large = Buffer.alloc(length, 7)
    for (const name of names) {
      const signature = signed(name, 'der', large)
      expect(await verifierOf(name).verify(large, signature)).toBe(true)
      expect(await verifierOf(name).verify(large.subarray(1), signature)).toBe(false)
    }
  }
})

test('a key with exponent three verifies like any other', async () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
  const verifier = createVerifier({ publicKey: pair.publicKey, algorithm: 'RS256' })
  expect(await verifier.verify(message, strangerSign('RS256', pair.privateKey, message))).toBe(true)
  const digest = createHash('sha256').update(message).digest()
  expect(await verifier.verifyDigest(digest, strangerSign('RS256', pair.privateKey, message))).toBe(true)
  // Bleichenbacher's forgery of 2006: with exponent three, a cube root whose cube begins as the encoding does.
  expect(await verifier.verifyDigest(digest, forgedCube(digest))).toBe(false)
  expect(await verifier.verify(message, forgedCube(digest))).toBe(false)
})

/** A signature whose cube begins with a short padding, the digest, and then anything. */
function forgedCube(digest: Uint8Array): Buffer {
  const head = Buffer.concat([
    hex('0001ffffffffffffffff00'),
    hex('3031300d060960864801650304020105000420'),
    digest,
  ])
  const target = BigInt(`0x${Buffer.concat([head, Buffer.alloc(256 - head.length, 0xff)]).toString('hex')}`)
  const cube = (number: bigint) => number * number * number
  let root = 0n
  for (let bit = 700n; bit >= 0n; bit--) if (cube(root | (1n << bit)) <= target) root |= 1n << bit
  const signature = hex(root.toString(16).padStart(512, '0'))
  const cubed = hex(cube(root).toString(16).padStart(512, '0'))
  if (!cubed.subarray(0, head.length).equals(head)) throw new Error('The forgery does not begin as it should')
  return signature
}
