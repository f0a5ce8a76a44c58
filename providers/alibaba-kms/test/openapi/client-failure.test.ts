import kms from '@alicloud/kms20160120'
import { describe, expect, test } from '@jest/globals'
import type { SigningErrorCode } from '@signport/core'
import { clientFailure } from '../../src/openapi/client-failure.js'
import { everythingOf } from '../support/failure.js'
import { CREDENTIALS, TEMPORARY } from '../support/openapi-service.js'
import { startServer } from '../support/server.js'

const CALL = {
  keyId: 'key-a',
  url: new URL('https://kms.example.com'),
  secrets: [],
  watch: { head: undefined, ended: undefined },
  timeoutMs: 30_000,
}

/** What the client of the vendor itself throws when a server does not answer in time. */
async function timeoutOf(stalled: string, limitMs = 50): Promise<unknown> {
  const limits = { readTimeout: limitMs, connectTimeout: limitMs }
  const options = { endpoint: stalled, protocol: 'http', ...limits, ...TEMPORARY }
  const client = new kms.default(options as never)
  const request = new kms.AsymmetricSignRequest({ keyId: 'k', digest: 'ZGlnZXN0' })
  return client.asymmetricSign(request).catch((error: unknown) => error)
}

test('a service that does not answer is a Timeout, without the URL that the client tells', async () => {
  const server = await startServer(() => undefined)
  const thrown = await timeoutOf(server.host)
  expect(String(thrown)).toContain('SecurityToken=')
  const error = clientFailure(thrown, CALL)
  expect(error).toMatchObject({ code: 'Timeout', retryable: true, keyId: 'key-a', provider: 'alibaba-kms' })
  expect(error.message).toBe('kms.example.com did not answer for the key key-a within 30000 ms.')
  for (const secret of [...Object.values(TEMPORARY), encodeURIComponent(TEMPORARY.securityToken), 'ZGlnZXN0'])
    expect(everythingOf(error)).not.toContain(secret)
})

test('a service that stops in the middle of its answer is Unavailable: the client closes the connection', async () => {
  const server = await startServer(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{')
    return undefined
  })
  // Long enough for the beginning of the answer to come, on a busy machine, too.
  expect(clientFailure(await timeoutOf(server.host, 2_000), CALL)).toMatchObject({
    code: 'Unavailable',
    retryable: true,
  })
})

describe('whatever is thrown is understood', () => {
  const withCode = (code: string) =>
    Object.assign(new Error(`POST https://h/?AccessKeyId=${CREDENTIALS.accessKeyId}`), { code })
  test.each<[string, unknown, SigningErrorCode]>([
    ['nothing there', withCode('ECONNREFUSED'), 'Unavailable'],
    ['no such name', withCode('ENOTFOUND'), 'Unavailable'],
    ['a name that could not be looked up', withCode('EAI_AGAIN'), 'Unavailable'],
    ['a connection that broke', withCode('ECONNRESET'), 'Unavailable'],
    ['a certificate that ran out', withCode('CERT_HAS_EXPIRED'), 'Configuration'],
    ['an unknown authority', withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'Configuration'],
    ['another name', withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'Configuration'],
    ['no TLS', withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'Configuration'],
    ['a socket that was closed', withCode('ERR_SOCKET_CLOSED'), 'Unavailable'],
    ['a stream that ended early', withCode('ERR_STREAM_PREMATURE_CLOSE'), 'Unavailable'],
    ['more than a string can hold', withCode('ERR_STRING_TOO_LONG'), 'InvalidResponse'],
    ['more than a buffer can hold', withCode('ERR_BUFFER_TOO_LARGE'), 'InvalidResponse'],
    ['compression that is broken', withCode('Z_DATA_ERROR'), 'InvalidResponse'],
    ['HTTP that is broken', withCode('HPE_INVALID_CONSTANT'), 'InvalidResponse'],
    ['no HTTP', withCode('HPE_INVALID_CONSTANT'), 'InvalidResponse'],
    ['what the client lacks', withCode('ParameterMissing'), 'Configuration'],
    ['an error without anything', new Error('type of value is mismatch'), 'InvalidResponse'],
    ['a code that is none', withCode('what is this'), 'InvalidResponse'],
    ['nothing', undefined, 'InvalidResponse'],
    ['text', `AccessKeyId=${CREDENTIALS.accessKeyId}`, 'InvalidResponse'],
    ['data without anything', { data: {} }, 'InvalidResponse'],
    ['data that is no object', { data: 'text', code: 'ECONNRESET' }, 'Unavailable'],
    [
      'a status in the text alone',
      {
        data: {},
        code: 'undefinedError',
        message: 'undefinedError: code: 503, undefined requestid: undefined',
      },
      'Unavailable',
    ],
    ['a status in the data alone', { data: { HttpStatus: 429 } }, 'Throttled'],
    ['a status that is none', { data: { HttpStatus: 'x' } }, 'InvalidResponse'],
  ])('%s', (_, thrown, code) => {
    const error = clientFailure(thrown, CALL)
    expect(error).toMatchObject({ code, provider: 'alibaba-kms' })
    expect(error.cause).toBeUndefined()
    expect(everythingOf(error)).not.toContain(CREDENTIALS.accessKeyId)
  })
})

test('the code of the service is taken as it is, whatever the client makes of it', () => {
  const thrown = { code: 'InternalError', data: { Code: 'InternalError', HttpStatus: 500 } }
  expect(clientFailure(thrown, CALL)).toMatchObject({ code: 'Internal', providerCode: 'InternalError' })
})
