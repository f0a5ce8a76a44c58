import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import {
  type AlgorithmSupport,
  type ProviderDescriptor,
  SigningError,
  type SigningErrorDetails,
} from '@signport/core'
import { loadSigners, openSigner, readConfiguration, readPublicKey } from '../src/index.js'
import { failure } from './support/failure.js'
import { testFolder } from './support/folder.js'
import { recordingProvider } from './support/recording-provider.js'

const folder = testFolder()
const pemOf = (key: ReturnType<typeof generateKeyPairSync>['privateKey']) =>
  key.export({ type: 'pkcs8', format: 'pem' }) as string
const ed25519 = pemOf(generateKeyPairSync('ed25519').privateKey)
const ec = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

/** A provider whose service fails when it is asked for a public key. */
function failing(failure: unknown): ProviderDescriptor {
  const provider = recordingProvider()
  return {
    ...provider,
    create: (options) => ({
      ...provider.create(options),
      getPublicKey: async () => {
        throw failure
      },
    }),
  }
}

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/6f0e2c44-hidden'
const KNOWN = { provider: 'vault', providerCode: 'Denied', requestId: 'r-1', retryAfterMs: 5 }

const opening = (error: unknown, env: Record<string, string> = { KEY: ARN }) =>
  loadSigners({ signers: { a: { provider: 'vault', key: `\${KEY}` } } }, { providers: [failing(error)], env })

describe('an error of opening shows no value of a variable', () => {
  test.each<[string, string, SigningErrorDetails]>([
    ['in its message', `The key ${ARN} may not be used.`, {}],
    ['in the key that it names', 'The key may not be used.', { keyId: ARN }],
    [
      'in an error of ours below it',
      `Not ${ARN}.`,
      { cause: new SigningError('AccessDenied', `Not ${ARN}.`) },
    ],
    [
      'in an error of ours far below',
      'Not it.',
      { cause: new SigningError('Internal', 'No.', { keyId: ARN }) },
    ],
    ['in an error of others', 'Not it.', { cause: new Error(`NotFound: ${ARN}`) }],
    [
      'in what belongs to an error of others',
      'Not it.',
      { cause: Object.assign(new Error('no'), { request: { input: { KeyId: ARN } } }) },
    ],
    ['in a cause of a cause', 'Not it.', { cause: new Error('no', { cause: new Error(ARN) }) }],
  ])('%s', async (_, message, details) => {
    const thrown = new SigningError('AccessDenied', message, { ...KNOWN, ...details })
    const error = await failure(opening(thrown), 'AccessDenied')
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/111122223333|hidden/)
    expect(error.message).toMatch(/^signers\.a: ./)
    expect(error).toMatchObject({ ...KNOWN, retryable: false })
  })

  test('and keeps a cause that tells nothing', async () => {
    const cause = new Error('a socket hung up')
    const error = await failure(
      opening(new SigningError('Unavailable', 'No answer.', { keyId: 'k', cause })),
      'Unavailable',
    )
    expect(error).toMatchObject({ message: 'signers.a: No answer.', keyId: 'k', cause })
  })

  test('also where one signer is opened, and a key read', async () => {
    const entry = { provider: 'vault', key: `\${KEY}` }
    const thrown = new SigningError('Unavailable', 'No answer.', { cause: new Error(`connect ${ARN}`) })
    const options = { providers: [failing(thrown)], env: { KEY: ARN } }
    for (const open of [openSigner, readPublicKey]) {
      const error = await failure(open(entry, options), 'Unavailable')
      expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/111122223333|hidden/)
      expect(error.message).toBe('No answer.')
    }
  })
})

describe('a key that is not there, and no algorithm', () => {
  test('of a service is told as the service tells it', async () => {
    const cause = new Error('400')
    const thrown = new SigningError('KeyNotFound', 'There is no key k.', { ...KNOWN, keyId: 'k', cause })
    const error = await failure(
      openSigner({ provider: 'vault', key: 'k' }, { providers: [failing(thrown)] }),
      'KeyNotFound',
    )
    expect(error).toMatchObject({ ...KNOWN, message: 'There is no key k.', keyId: 'k', cause })
  })

  test('of this process may still be made, which is told once', async () => {
    const host = { baseFolder: folder.path }
    const error = await failure(openSigner({ provider: 'local', key: 'none.pem' }, { host }), 'KeyNotFound')
    expect(error.message).toContain('A key that is still to be generated needs an algorithm: name it.')
    expect(error.cause).toBeUndefined()
  })
})

describe('what is sent to the service, where it takes no such thing, is refused', () => {
  const instance = { provider: 'alibaba-kms', transport: 'openapi', region: 'cn-hangzhou', key: 'k' }

  test.each<[string, object, string]>([
    [
      'the message, by a service that takes digests alone',
      { ...instance, algorithm: 'ES256', messageType: 'raw' },
      'for ES256, alibaba-kms does not take the message itself: use auto',
    ],
    [
      'the message, whatever the algorithm is',
      { ...instance, messageType: 'raw' },
      'for RS256, alibaba-kms does not take the message itself: use auto',
    ],
    [
      'a digest, which the algorithm has not',
      { provider: 'local', key: 'k.pem', algorithm: 'Ed25519', messageType: 'digest' },
      'Ed25519 takes no digest: use auto',
    ],
  ])('when the configuration is read: %s', async (_, entry, why) => {
    const { message } = await failure(loadSigners({ signers: { a: entry } }))
    expect(message).toBe(`signers.a.messageType: ${why}.`)
  })

  test('when the key has told the algorithm', async () => {
    folder.write('ed25519.pem', ed25519)
    const config = { provider: 'local', key: 'ed25519.pem', messageType: 'digest' as const }
    const host = { baseFolder: folder.path }
    const { message } = await failure(openSigner(config, { host }), 'UnsupportedAlgorithm')
    expect(message).toBe('The option messageType: Ed25519 takes no digest: use auto.')
  })

  test('but not as long as one algorithm that may be meant takes it', async () => {
    const provider = recordingProvider()
    const digestAlone = (support: AlgorithmSupport | undefined): AlgorithmSupport | undefined =>
      support && { ...support, inputs: ['digest'] }
    const create: ProviderDescriptor['create'] = (options) => {
      const made = provider.create(options)
      return {
        ...made,
        support: (algorithm, keyId) =>
          algorithm.name === 'ES256'
            ? made.support(algorithm, keyId)
            : digestAlone(made.support(algorithm, keyId)),
      }
    }
    const read = (more: object) =>
      readConfiguration(
        { signers: { a: { provider: 'vault', key: 'k', messageType: 'raw', ...more } } },
        { providers: [{ ...provider, create }] },
      )
    expect((await read({})).entries).toHaveLength(1)
    await failure(read({ algorithm: 'RS256' }))
  })

  test.each<[string, object]>([
    ['a digest', { algorithm: 'ES256', messageType: 'digest' }],
    ['a message', { algorithm: 'ES256', messageType: 'raw' }],
    ['a digest, where the key decides', { messageType: 'digest' }],
    ['whatever is best', { algorithm: 'ES256', messageType: 'auto' }],
  ])('but not %s that it takes', async (_, options) => {
    folder.write('ec.pem', ec)
    const host = { baseFolder: folder.path }
    const signer = await openSigner({ provider: 'local', key: 'ec.pem', ...options }, { host })
    const message = Buffer.from('message')
    expect(await signer.verify(message, await signer.sign(message))).toBe(true)
    await signer.close()
  })
})
