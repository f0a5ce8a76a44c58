import { afterEach, describe, expect, test } from '@jest/globals'
import { createTrentServiceClient } from '../src/index.js'
import { authorityAndServer } from './support/certificate.js'
import { failureOf } from './support/failure.js'
import { json, startServer } from './support/server.js'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const { ca, tls } = authorityAndServer()

afterEach(() => {
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
})

test('a private authority is trusted when it is named', async () => {
  const server = await startServer(json(200, { KeyMetadata: {} }), tls)
  const client = createTrentServiceClient({ endpoint: server.url, ca, credentials: CREDENTIALS })
  expect(await client.send('DescribeKey', { KeyId: 'k' })).toEqual({ KeyMetadata: {} })
  await client.send('DescribeKey', { KeyId: 'k' })
  expect(server.connections().all).toBe(1)
  await client.close()
})

describe('a server is not trusted', () => {
  test.each<[string, typeof tls, string | undefined, string]>([
    ['whose authority nobody named', tls, undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['of another authority', authorityAndServer().tls, ca, 'CERT_SIGNATURE_FAILURE|UNABLE_TO'],
    ...(() => {
      const expired = authorityAndServer({ notAfter: new Date('2021-01-01') })
      const elsewhere = authorityAndServer({ addresses: [[10, 0, 0, 1]] })
      return [
        [
          'whose certificate has expired',
          expired.tls,
          expired.ca,
          'CERT_HAS_EXPIRED \\(its certificate has expired\\)',
        ],
        [
          'whose certificate is for another address',
          elsewhere.tls,
          elsewhere.ca,
          'ERR_TLS_CERT_ALTNAME_INVALID',
        ],
      ] as [string, typeof tls, string, string][]
    })(),
  ])('%s', async (_, given, authority, code) => {
    const server = await startServer(json(200, {}), given)
    const client = createTrentServiceClient({ endpoint: server.url, ca: authority, credentials: CREDENTIALS })
    const error = await failureOf(() => client.send('DescribeKey', { KeyId: 'k' }))
    expect(error).toMatchObject({ code: 'Configuration', retryable: false, provider: 'trent-service' })
    expect(error.message).toMatch(
      new RegExp(`^The server 127\\.0\\.0\\.1:\\d+ cannot be trusted, or speaks no TLS: (${code})`),
    )
    expect(server.requests).toEqual([])
  })

  test('that speaks no TLS', async () => {
    const server = await startServer(json(200, {}))
    const endpoint = server.url.replace('http:', 'https:')
    const client = createTrentServiceClient({ endpoint, credentials: CREDENTIALS })
    const error = await failureOf(() => client.send('DescribeKey', { KeyId: 'k' }))
    expect(error).toMatchObject({ code: 'Configuration', retryable: false })
  })
})

test('an environment that switches verification off is an error', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  const error = await failureOf(() => createTrentServiceClient({ region: 'eu-west-1' }))
  expect(error).toMatchObject({ code: 'Configuration' })
  expect(error.message).toContain('unset it, and use the option ca')
})

test('an environment that switches verification off means nothing to a server without TLS', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  const server = await startServer(json(200, {}))
  const client = createTrentServiceClient({ endpoint: server.url, credentials: CREDENTIALS })
  expect(await client.send('ListKeys', {})).toEqual({})
  await client.close()
})
