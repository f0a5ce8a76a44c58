import { constants, createHash, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  createSigner,
  createVerifier,
  type InputKind,
  type SignerOptions,
  type SigningProvider,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { type NodeKeyPair, pssKeyPair, rsaKeyPairOf } from './support/keys.js'
import { collected, reusing, streamOf } from './support/streams.js'

const message = Buffer.from('a message')
/** Above what is kept in memory to be verified: its digest is evidence then. */
const large = Buffer.alloc(1024 * 1024 + 1, 'l')

const MAX = constants.RSA_PSS_SALTLEN_MAX_SIGN
const saltBytes = (name: string) => Number(name.slice(2)) / 8
const hashOf = (name: string) => `sha${name.slice(2)}`
const digestOf = (name: string, signed: Uint8Array) => createHash(hashOf(name)).update(signed).digest()

function signature(name: string, key: KeyObject, saltLength: number, signed: Uint8Array = message): Buffer {
  return sign(hashOf(name), signed, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

type Options = Partial<Pick<SignerOptions, 'algorithm' | 'check' | 'saltLength'>> & { kinds?: InputKind[] }

/** A signer of a service whose salts are of some other length, as those of several emulators are. */
function signerOf({ publicKey }: NodeKeyPair, bytes: Uint8Array, options: Options) {
  const { kinds = ['digest', 'raw'], ...rest } = options
  const provider: SigningProvider = {
    name: 'kms',
    support: () => ({ wireName: 'X', inputs: kinds, raw: { minBytes: 0, maxBytes: large.length } }),
    async sign({ input }) {
      if (input.kind === 'stream') await collected(input.chunks)
      return { bytes }
    },
    getPublicKey: async () => ({ publicKey }),
  }
  return createSigner({ provider, keyId: 'k', algorithm: 'PS256', ...rest })
}

const HINT = (name: string) =>
  `Its salt is not ${saltBytes(name)} bytes long, as that of ${name} is: saltLength 'any' accepts it.`

describe.each(['PS256', 'PS384', 'PS512'])('%s', (algorithm) => {
  const pair = rsaKeyPairOf(2048)
  const { privateKey, publicKey } = pair

  describe.each([
    ['the longest salt', MAX],
    ['no salt', 0],
    ['a salt that is a byte short', saltBytes(algorithm) - 1],
    ['a salt that is a byte long', saltBytes(algorithm) + 1],
  ])('%s', (_, length) => {
    const bytes = signature(algorithm, privateKey, length)

    test.each([[['digest']], [['raw']], [['stream']]] as InputKind[][][])('signed as %s', async (kinds) => {
      const { message: text } = await failure(
        () => signerOf(pair, bytes, { algorithm, kinds }).sign(message),
        'SignatureCheckFailed',
      )
      expect(text).toContain('it was not released')
      expect(text).toContain(HINT(algorithm))
      for (const check of ['always', 'first'] as const) {
        const signer = signerOf(pair, bytes, { algorithm, kinds, check, saltLength: 'any' })
        expect(Buffer.from((await signer.sign(message)).bytes)).toEqual(bytes)
        expect(await signer.verify(message, bytes)).toBe(true)
      }
    })

    test('as a digest of the caller, and a stream', async () => {
      const digest = digestOf(algorithm, message)
      const strict = signerOf(pair, bytes, { algorithm })
      for (const work of [() => strict.signDigest(digest), () => strict.sign(streamOf(message))])
        expect((await failure(work, 'SignatureCheckFailed')).message).toContain(HINT(algorithm))
      const lenient = signerOf(pair, bytes, { algorithm, saltLength: 'any' })
      expect(Buffer.from((await lenient.signDigest(digest)).bytes)).toEqual(bytes)
      expect(Buffer.from((await lenient.sign(streamOf(message))).bytes)).toEqual(bytes)
    })

    test.each([
      ['digest', false],
      ['any', true],
      [undefined, false],
    ] as const)('verified with saltLength %s: %s', async (saltLength, valid) => {
      const options = saltLength ? { saltLength } : {}
      const verifier = createVerifier({ publicKey, algorithm, ...options })
      expect(await verifier.verify(message, bytes)).toBe(valid)
      expect(await verifier.verify(streamOf(message), bytes)).toBe(valid)
      expect(await verifier.verifyDigest(digestOf(algorithm, message), bytes)).toBe(valid)
      expect(await verifier.verify(Buffer.from('another'), bytes)).toBe(false)
    })
  })

  test('the usual salt is valid with any', async () => {
    const bytes = signature(algorithm, privateKey, saltBytes(algorithm))
    for (const saltLength of ['digest', 'any'] as const) {
      const signer = signerOf(pair, bytes, { algorithm, saltLength })
      expect(Buffer.from((await signer.sign(message)).bytes)).toEqual(bytes)
    }
  })

  test('a signature that is wrong is wrong with any, and nothing is said of salts', async () => {
    const bytes = signature(algorithm, privateKey, MAX, Buffer.from('another'))
    for (const saltLength of ['digest', 'any'] as const)
      for (const kinds of [['digest'], ['raw']] as InputKind[][]) {
        const work = () => signerOf(pair, bytes, { algorithm, kinds, saltLength }).sign(message)
        expect((await failure(work, 'SignatureCheckFailed')).message).not.toContain('salt')
      }
  })

  test('what is not checked is released', async () => {
    const bytes = signature(algorithm, privateKey, MAX)
    const signer = signerOf(pair, bytes, { algorithm, check: 'never' })
    expect(Buffer.from((await signer.sign(message)).bytes)).toEqual(bytes)
    expect(await signer.verify(message, bytes)).toBe(false)
  })
})

test('the longest salt of a modulus that no number of bytes fills', async () => {
  for (const bits of [2049, 2050]) {
    const pair = rsaKeyPairOf(bits)
    const bytes = signature('PS256', pair.privateKey, MAX)
    expect(
      verify('sha256', message, { key: pair.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }, bytes),
    ).toBe(true)
    const work = () => signerOf(pair, bytes, {}).signDigest(digestOf('PS256', message))
    expect((await failure(work, 'SignatureCheckFailed')).message).toContain(HINT('PS256'))
    const signer = signerOf(pair, bytes, { saltLength: 'any' })
    expect(Buffer.from((await signer.signDigest(digestOf('PS256', message))).bytes)).toEqual(bytes)
  }
})

test('a key that is bound to PSS, and messages of which only the digest is kept', async () => {
  // As a number: newer OpenSSLs do not take their own name of it for a key that asks for a shortest salt.
  const longest = 2048 / 8 - 32 - 2
  for (const pair of [pssKeyPair('sha256', 32), pssKeyPair(), rsaKeyPairOf(2048)]) {
    const bytes = signature('PS256', pair.privateKey, longest, large)
    for (const kinds of [['digest'], ['raw'], ['stream']] as InputKind[][]) {
      const work = () => signerOf(pair, bytes, { kinds }).sign(large)
      expect((await failure(work, 'SignatureCheckFailed')).message).toContain(HINT('PS256'))
      const signer = signerOf(pair, bytes, { kinds, saltLength: 'any' })
      expect(Buffer.from((await signer.sign(large)).bytes)).toEqual(bytes)
      expect(await signer.verify(reusing(large, 65_536), bytes)).toBe(true)
    }
  }
})
