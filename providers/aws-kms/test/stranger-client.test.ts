import { AlreadyExistsException, KMSServiceException, NotFoundException } from '@aws-sdk/client-kms'
import { describe, expect, test } from '@jest/globals'
import { createAwsKmsProvider } from '../src/index.js'
import { everythingOf, failure } from './support/failure.js'
import { KEY_ARN, KEY_ID, signRequest } from './support/requests.js'

/*
 * Clients that send commands in ways of their own, without the middleware by which the exchange is watched elsewhere.
 */

const MESSAGE = Buffer.from('what nobody else may read')
const SECRET = 'a-secret-of-the-test'
const $metadata = { httpStatusCode: 400, requestId: 'request-1' }

const providerWith = (send: () => Promise<unknown>, more = {}) =>
  createAwsKmsProvider({ client: { send } as never, ...more })

const failing = (error: unknown) =>
  failure(() => providerWith(() => Promise.reject(error)).sign(signRequest(MESSAGE), {}))

const named = (name: string, more: object = {}) => Object.assign(new Error(SECRET), { name, ...more })

describe('what the service refused is told from what a client throws', () => {
  test.each<[string, unknown, object]>([
    [
      'an exception of the SDK',
      new NotFoundException({ message: 'Unknown.', $metadata }),
      { code: 'KeyNotFound', providerCode: 'NotFoundException', requestId: 'request-1', retryable: false },
    ],
    [
      'one that may pass',
      new KMSServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata }),
      { code: 'Throttled', providerCode: 'ThrottlingException', requestId: 'request-1', retryable: true },
    ],
    [
      'one of another operation',
      new AlreadyExistsException({ message: 'Taken.', $metadata }),
      { code: 'InvalidArgument', retryable: false },
    ],
    [
      'one that came over a wire, as an object',
      { name: 'DisabledException', message: 'Off.', $fault: 'client', $metadata: {} },
      { code: 'KeyDisabled', providerCode: 'DisabledException' },
    ],
    [
      'one that nobody knows, by its status',
      { name: 'NewException', $fault: 'server', $metadata: { httpStatusCode: 503 } },
      { code: 'Unavailable', retryable: true },
    ],
    [
      'one with metadata that are none',
      { name: 'NewException', $fault: 'client', $metadata: { httpStatusCode: '503', requestId: 5 } },
      { code: 'Internal', retryable: false },
    ],
    [
      'credentials that ran out, of which nobody knows whether the client will have others',
      { name: 'ExpiredTokenException', $fault: 'client', $metadata },
      { code: 'Unauthenticated', retryable: false },
    ],
    [
      'a connection that broke',
      named('Error', { code: 'ECONNRESET' }),
      { code: 'Unavailable', retryable: true },
    ],
    ['an answer that did not come', named('TimeoutError'), { code: 'Unavailable', retryable: true }],
    ['a certificate', named('Error', { code: 'CERT_HAS_EXPIRED' }), { code: 'Configuration' }],
    ['credentials that are missing', named('VaultTokenError'), { code: 'Unauthenticated' }],
    ['anything else', named('Error'), { code: 'Configuration' }],
  ])('%s', async (_, error, expected) => {
    const failed = await failing(error)
    expect(failed).toMatchObject({ provider: 'aws-kms', ...expected })
    expect(everythingOf(failed)).not.toContain(SECRET)
  })

  test('without what was sent, where the service repeats it', async () => {
    const said = `${MESSAGE.toString('base64')} ${SECRET}`
    const error = await failure(() =>
      providerWith(
        () =>
          Promise.reject({
            name: 'ValidationException',
            message: said,
            $fault: 'client',
            $metadata: { requestId: said },
          }),
        { grantTokens: [SECRET] },
      ).sign(signRequest(MESSAGE), {}),
    )
    expect(error).toMatchObject({ code: 'InvalidArgument', requestId: '[removed]' })
    for (const secret of said.split(' ')) expect(everythingOf(error)).not.toContain(secret)
  })
})

describe('what a client gives back', () => {
  const Signature = Uint8Array.of(1)

  test('needs no metadata', async () => {
    const provider = providerWith(async () => ({ KeyId: KEY_ARN, Signature, PublicKey: Signature }))
    expect(await provider.sign(signRequest(MESSAGE), {})).toEqual({ bytes: Signature, keyId: KEY_ARN })
    expect(await provider.getPublicKey({ keyId: KEY_ID }, {})).toEqual({
      publicKey: Signature,
      keyId: KEY_ARN,
    })
  })

  test.each([undefined, null, 'text', 5])('must not be %s', async (output) => {
    const error = await failure(() => providerWith(async () => output).sign(signRequest(MESSAGE), {}))
    expect(error.code).toBe('InvalidResponse')
  })
})

test('the clock runs for all that such a client does', async () => {
  const moves: string[] = []
  const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
  const provider = providerWith(async () => {
    moves.push('send')
    return { Signature: Uint8Array.of(1) }
  })
  await provider.sign(signRequest(MESSAGE), { clock })
  expect(moves).toEqual(['pause', 'restart', 'send'])
})
