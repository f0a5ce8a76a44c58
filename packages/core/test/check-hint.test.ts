import { constants, createHash, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ed25519ph } from '@noble/curves/ed25519.js'
import {
  type AlgorithmName,
  createSigner,
  type InputKind,
  type ProviderSignature,
  type ProviderSignRequest,
  type SignerOptions,
} from '../src/index.js'
import { failure } from './support/failure.js'
import { keyPair, otherKeyPair } from './support/keys.js'
import { NodeProvider, type NodeProviderOptions } from './support/node-provider.js'
import {
  digestNames,
  hashOf,
  kindOfDigest,
  names,
  seedOf,
  strangerDigest,
  strangerSign,
} from './support/oracle.js'
import { reusing } from './support/streams.js'

const message = Buffer.from('a message')

/** What the error says, and nothing more where there is no hint. */
const failureOf = (algorithm: AlgorithmName) =>
  `The signature from node is not one of the key k with ${algorithm} over this message; it was not released.`

/** A service that signs in its own way. */
type Way = (algorithm: AlgorithmName, request: ProviderSignRequest) => Uint8Array

async function hintOf(
  algorithm: AlgorithmName,
  way: Way,
  options: NodeProviderOptions & Partial<Pick<SignerOptions, 'userId' | 'messageType'>> = {},
  input: () => Parameters<ReturnType<typeof createSigner>['sign']>[0] = () => message,
): Promise<string> {
  const { userId, messageType, ...service } = options
  const answer = (_: ProviderSignature, request: ProviderSignRequest) => ({ bytes: way(algorithm, request) })
  const provider = new NodeProvider(keyPair(algorithm), { ...service, answer })
  const more = { ...(userId !== undefined && { userId }), ...(messageType && { messageType }) }
  const signer = createSigner({ provider, keyId: 'k', algorithm, ...more })
  const { message: text } = await failure(() => signer.sign(input()), 'SignatureCheckFailed')
  expect(text.startsWith(failureOf(algorithm))).toBe(true)
  return text.slice(failureOf(algorithm).length)
}

const { privateKey } = keyPair('RS256')

function digestIn({ input }: ProviderSignRequest): Uint8Array {
  if (!('digest' in input)) throw new Error(`a digest was expected, not ${input.kind}`)
  return input.digest
}

/** The message type passed over: what came is hashed as any message is. */
const twice: Way = (algorithm, request) =>
  strangerSign(algorithm, keyPair(algorithm).privateKey, digestIn(request))

/** Those that a second hash makes into no other algorithm. */
const hashedTwice = digestNames.filter((name) => name !== 'Ed25519ph')

describe('a digest that was hashed again', () => {
  test.each(hashedTwice)('%s: the remedy is to send the message, with its limit', async (algorithm) => {
    const hint = ` node took the digest that it was sent for the message, and hashed it again: sign messages with messageType 'raw', which sends them as they are, up to 4096 bytes.`
    for (const input of [() => message, () => reusing(message, 2)])
      expect(await hintOf(algorithm, twice, {}, input)).toBe(hint)
  })

  test.each(hashedTwice)('%s: the remedy works', async (algorithm) => {
    // With the digest it is wrong, and with the message it is right.
    const answer = (_: ProviderSignature, { input }: ProviderSignRequest) => ({
      bytes: strangerSign(
        algorithm,
        keyPair(algorithm).privateKey,
        'digest' in input ? input.digest : (input as { message: Uint8Array }).message,
      ),
    })
    const provider = new NodeProvider(keyPair(algorithm), { answer })
    const signer = createSigner({ provider, keyId: 'k', algorithm })
    await failure(() => signer.sign(message), 'SignatureCheckFailed')
    const signature = await signer.sign(message, { messageType: 'raw' })
    expect(await signer.verify(message, signature)).toBe(true)
  })

  test.each(hashedTwice)('%s: a digest of the caller has it, too', async (algorithm) => {
    const answer = (_: ProviderSignature, request: ProviderSignRequest) => ({
      bytes: twice(algorithm, request),
    })
    const signer = createSigner({
      provider: new NodeProvider(keyPair(algorithm), { answer }),
      keyId: 'k',
      algorithm,
    })
    const digest = strangerDigest(algorithm, keyPair(algorithm).publicKey, message)
    const work = () => signer.signDigest(digest, kindOfDigest(algorithm))
    expect((await failure(work, 'SignatureCheckFailed')).message).toContain('hashed it again')
  })

  const HELPLESS =
    ' node took the digest that it was sent for the message, and hashed it again; it takes nothing but digests, so that this cannot be helped here.'

  test.each<[string, AlgorithmName, Parameters<typeof hintOf>[2] & object, string]>([
    ['a service of digests alone', 'ES256', { inputs: ['digest'] }, HELPLESS],
    [
      'one that takes streams, of any length',
      'ES256',
      { inputs: ['digest', 'stream'] },
      ` node took the digest that it was sent for the message, and hashed it again: sign messages with messageType 'raw', which sends them as they are.`,
    ],
    [
      'one with another limit',
      'RS512',
      { raw: { minBytes: 1, maxBytes: 77 } },
      ` node took the digest that it was sent for the message, and hashed it again: sign messages with messageType 'raw', which sends them as they are, up to 77 bytes.`,
    ],
  ])('%s', async (_, algorithm, options, hint) => {
    expect(await hintOf(algorithm, twice, options)).toBe(hint)
  })

  test.each([
    ['PS256', 32],
    ['PS384', 48],
    ['PS512', 64],
  ] as const)('%s: with the longest salt besides, both are said', async (algorithm, bytes) => {
    const way: Way = (_, request) =>
      pss(hashOf(algorithm) ?? '', constants.RSA_PSS_SALTLEN_MAX_SIGN, digestIn(request))(algorithm, request)
    const again = `node took the digest that it was sent for the message, and hashed it again: sign messages with messageType 'raw', which sends them as they are, up to 4096 bytes.`
    const salt = `Its salt is not ${bytes} bytes long, as that of ${algorithm} is: saltLength 'any' accepts it.`
    expect(await hintOf(algorithm, way)).toBe(` ${again} ${salt}`)
  })

  test('SM2 with an id of its own is sent as a digest alone: there is no other way', async () => {
    const userId = 'somebody@example.org'
    const parameters = { userId: Buffer.from(userId) }
    const way: Way = (algorithm, request) =>
      strangerSign(algorithm, keyPair(algorithm).privateKey, digestIn(request), 'der', parameters)
    expect(await hintOf('SM2', way, { userId })).toBe(HELPLESS)
  })
})

const pkcs1 =
  (hash: string): Way =>
  () =>
    sign(hash, message, privateKey)
const pss =
  (hash: string, saltLength: number, signed: Uint8Array = message): Way =>
  () =>
    sign(hash, signed, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
const sha512 = (bytes: Uint8Array) => createHash('sha512').update(bytes).digest()
const seed = () => {
  const key = keyPair('Ed25519ph').privateKey
  if (key instanceof Uint8Array) throw new Error('not a key of node:crypto')
  return seedOf(key)
}
const ph =
  (prepare: (bytes: Uint8Array) => Uint8Array): Way =>
  () =>
    ed25519ph.sign(prepare(message), seed())
const pure: Way = () => strangerSign('Ed25519', keyPair('Ed25519').privateKey, message)

describe('a signature with another algorithm of the key', () => {
  const MAX_SALT = constants.RSA_PSS_SALTLEN_MAX_SIGN

  // With a stream, the digest of the algorithm is all that is left.
  test.each<[AlgorithmName, AlgorithmName, string, Way]>([
    ['PS256', 'RS256', 'and of a stream', pkcs1('sha256')],
    ['RS256', 'PS256', 'and of a stream', pss('sha256', 32)],
    ['RS256', 'PS256', 'and of a stream', pss('sha256', MAX_SALT)],
    ['RS512', 'PS512', 'and of a stream', pss('sha512', 64)],
    ['RS256', 'RS512', 'but not of a stream', pkcs1('sha512')],
    ['PS512', 'PS256', 'but not of a stream', pss('sha256', 32)],
    ['PS384', 'RS256', 'but not of a stream', pkcs1('sha256')],
    ['Ed25519ph', 'Ed25519ph-SHA512', 'and of a stream', ph(sha512)],
    ['Ed25519ph-SHA512', 'Ed25519ph', 'and of a stream', ph((bytes) => bytes)],
    ['Ed25519ph', 'Ed25519', 'but not of a stream', pure],
  ])('%s that is %s is called that in memory, %s', async (asked, made, ofStream, way) => {
    const hint = ` It is one with ${made} instead: configure that algorithm if it is the one that is meant.`
    expect(await hintOf(asked, way)).toBe(hint)
    const streamed = await hintOf(asked, way, {}, () => reusing(message, 2))
    expect(streamed).toBe(ofStream === 'and of a stream' ? hint : '')
  })

  test('Ed25519 of the message, whose service made Ed25519ph of it', async () => {
    const hint = ' It is one with Ed25519ph instead: configure that algorithm if it is the one that is meant.'
    expect(
      await hintOf(
        'Ed25519',
        ph((bytes) => bytes),
      ),
    ).toBe(hint)
  })
})

describe('there is no hint', () => {
  const WRONG: [string, (algorithm: AlgorithmName) => Uint8Array][] = [
    ['of another key', (algorithm) => strangerSign(algorithm, otherKeyPair(algorithm).privateKey, message)],
    ['over another message', (name) => strangerSign(name, keyPair(name).privateKey, Buffer.from('another'))],
  ]
  const INPUTS: InputKind[][] = [['digest', 'raw'], ['raw']]

  test.each(names)('%s: for a signature of another key or over another message', async (algorithm) => {
    for (const [, way] of WRONG)
      for (const inputs of INPUTS) expect(await hintOf(algorithm, way, { inputs })).toBe('')
  })

  test('for a message that was sent whole and hashed twice: nothing else can be asked for', async () => {
    const way: Way = (algorithm) =>
      strangerSign(
        algorithm,
        keyPair(algorithm).privateKey,
        createHash(hashOf(algorithm) ?? '')
          .update(message)
          .digest(),
      )
    expect(await hintOf('ES256', way, { inputs: ['raw'] })).toBe('')
  })
})

test('the hint is one of the key as it is now, where an alias was moved at the same time', async () => {
  const answer = (_: ProviderSignature, request: ProviderSignRequest) => ({
    bytes: strangerSign('ES256', otherKeyPair('ES256').privateKey, digestIn(request)),
  })
  const provider = new NodeProvider(keyPair('ES256'), { answer })
  const signer = createSigner({ provider, keyId: 'k', algorithm: 'ES256' })
  await signer.publicKey()
  provider.moveTo(otherKeyPair('ES256'))
  const { message: text } = await failure(() => signer.sign(message), 'SignatureCheckFailed')
  expect(text).toContain('hashed it again')
  expect(text).not.toContain('a message')
})
