import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { assertDestination, assertEndpoint } from '../src/endpoint.js'
import { type AwsKmsOptions, createAwsKmsProvider } from '../src/index.js'
import { configFile, emptyEnvironment, removeConfigFiles } from './support/environment.js'
import { everythingOf, failure } from './support/failure.js'
import { json, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, signRequest } from './support/requests.js'
import { startTlsServer } from './support/tls-server.js'

emptyEnvironment()

let server: RawServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
  removeConfigFiles()
})

const answering = () =>
  startRawServer(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' }))

const ours = { credentials: CREDENTIALS }

describe('an endpoint may be', () => {
  test.each([
    ['KMS of a region', 'https://kms.eu-west-1.amazonaws.com'],
    ['its FIPS endpoint', 'https://kms-fips.us-gov-west-1.amazonaws.com/'],
    ['its endpoint with IPv6', 'https://kms.eu-west-1.api.aws'],
    ['KMS in China', 'https://kms.cn-north-1.amazonaws.com.cn'],
    ['KMS in the European Sovereign Cloud', 'https://kms.eusc-de-east-1.amazonaws.eu'],
    ['an endpoint of a VPC', 'https://vpce-0123-abc.kms.eu-west-1.vpce.amazonaws.com'],
    ['the zonal one of a VPC', 'https://vpce-0123-abc-eu-west-1a.kms.eu-west-1.vpce.amazonaws.com'],
    ['this machine by its address', 'http://127.0.0.1:4566'],
    ['this machine by another one', 'http://127.1.2.3:4566'],
    ['this machine by its address in IPv6', 'http://[::1]:4566/prefix'],
    ['this machine by its name', 'http://localhost:4566'],
  ])('%s, with the credentials that are found', (_, endpoint) => {
    expect(() => assertEndpoint(endpoint, {})).not.toThrow()
  })

  test('any other one over TLS, with credentials that were given', () => {
    expect(() => assertEndpoint('https://kms.example.com', ours)).not.toThrow()
  })

  test('one over plain http where that is permitted', () => {
    const rules = { ...ours, allowInsecureHttp: true }
    expect(() => assertEndpoint('http://kms.example.com', rules)).not.toThrow()
  })
})

describe('an endpoint must not be', () => {
  test.each<[string, unknown, object, string]>([
    ['no text', 5, ours, 'must be an https URL'],
    ['empty', '', ours, 'must be an https URL'],
    ['a host without a scheme', 'kms.eu-west-1.amazonaws.com', ours, 'must be an https URL'],
    ['of another scheme', 'ftp://kms.eu-west-1.amazonaws.com', ours, 'must be an https URL'],
    ['with a user', 'https://user@kms.example.com', ours, 'neither a user name'],
    ['with a password', 'https://:hunter2@kms.example.com', ours, 'neither a user name'],
    ['with a query', 'https://kms.example.com/?token=hunter2', ours, 'neither a user name'],
    ['with a fragment', 'https://kms.example.com/#hunter2', ours, 'neither a user name'],
    ['plain http to another machine', 'http://kms.example.com', ours, 'plain http'],
    ['plain http to AWS', 'http://kms.eu-west-1.amazonaws.com', {}, 'plain http'],
    ['somebody else for credentials that are found', 'https://kms.example.com', {}, 'is not KMS of AWS'],
    [
      'the same with http permitted',
      'http://kms.example.com',
      { allowInsecureHttp: true },
      'is not KMS of AWS',
    ],
    ['a bucket', 'https://kms.s3.amazonaws.com', {}, 'is not KMS of AWS'],
    ['a load balancer', 'https://kms-1.eu-west-1.elb.amazonaws.com', {}, 'is not KMS of AWS'],
    ['a function', 'https://abc.lambda-url.eu-west-1.on.aws', {}, 'is not KMS of AWS'],
    ['a name that ends like one', 'https://kms.eu-west-1.notamazonaws.com', {}, 'is not KMS of AWS'],
    [
      'a name that begins like one',
      'https://kms.eu-west-1.amazonaws.com.example.com',
      {},
      'is not KMS of AWS',
    ],
    ['a name that begins like this machine', 'https://127.0.0.1.example.com', {}, 'is not KMS of AWS'],
    ['a name that ends like this machine', 'https://evil.localhost', {}, 'is not KMS of AWS'],
  ])('%s', async (_, endpoint, rules, text) => {
    const error = await failure(() => assertEndpoint(endpoint, rules), 'Configuration')
    expect(error.message).toContain(text)
    expect(everythingOf(error)).not.toContain('hunter2')
  })

  test('any host but those of KMS and of this machine, for credentials that are found', () => {
    fc.assert(
      fc.property(fc.domain(), (hostname) => {
        expect(() => assertDestination({ protocol: 'https:', hostname }, {})).toThrow('is not KMS of AWS')
      }),
    )
  })

  test('plain http to any host but this machine', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4().filter((ip) => !ip.startsWith('127.')),
        ),
        (hostname) => {
          expect(() => assertDestination({ protocol: 'http:', hostname }, ours)).toThrow('plain http')
        },
      ),
    )
  })
})

describe('an endpoint that the SDK finds', () => {
  const places: [string, (url: string) => Record<string, string>][] = [
    ['in AWS_ENDPOINT_URL_KMS', (url) => ({ AWS_ENDPOINT_URL_KMS: url })],
    ['in AWS_ENDPOINT_URL', (url) => ({ AWS_ENDPOINT_URL: url })],
    ['in a profile', (url) => ({ AWS_CONFIG_FILE: configFile(`[default]\nendpoint_url = ${url}\n`) })],
    [
      "in a profile's services",
      (url) => ({
        AWS_CONFIG_FILE: configFile(
          `[default]\nservices = here\n[services here]\nkms =\n  endpoint_url = ${url}\n`,
        ),
      }),
    ],
  ]
  const found = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }

  test.each(places)('%s gets requests on this machine, with credentials that are found', async (_, place) => {
    server = await answering()
    Object.assign(process.env, found, place(server.url))
    const provider = createAwsKmsProvider({ region: 'us-east-1' })
    expect(await provider.sign(signRequest(Buffer.from('message')), {})).toMatchObject({ keyId: KEY_ARN })
    expect(server.seen[0]?.headers.authorization).toContain(`Credential=${CREDENTIALS.accessKeyId}/`)
  })

  test.each(
    places.flatMap(
      ([where, place]) =>
        [
          [
            where,
            'somebody else over TLS',
            'https://kms.signport.invalid',
            undefined,
            'is not KMS of AWS',
            place,
          ],
          [where, 'plain http elsewhere', 'http://kms.signport.invalid', CREDENTIALS, 'plain http', place],
        ] as const,
    ),
  )('%s that is %s gets nothing', async (_where, _what, url, credentials, text, place) => {
    Object.assign(process.env, found, place(url))
    const provider = createAwsKmsProvider({ region: 'us-east-1', credentials })
    const error = await failure(() => provider.sign(signRequest(Buffer.from('message')), {}), 'Configuration')
    expect(error.message).toContain(text)
  })
})

describe('TLS', () => {
  const sign = (options: AwsKmsOptions) =>
    createAwsKmsProvider({ region: 'us-east-1', ...ours, ...options }).sign(
      signRequest(Buffer.from('message')),
      {},
    )

  test('is not used where the process leaves out the check of certificates', async () => {
    server = await answering()
    const secure = server.url.replace('http:', 'https:')
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    for (const find of [
      () => createAwsKmsProvider({ endpoint: secure, ...ours }),
      () => sign({}),
      () => sign(Object.assign(process.env, { AWS_ENDPOINT_URL_KMS: secure }) && {}),
    ]) {
      const error = await failure(find, 'Configuration')
      expect(error.message).toContain('NODE_TLS_REJECT_UNAUTHORIZED is 0')
    }
    expect(server.connections()).toBe(0)
  })

  test('that is not used needs no check of certificates', async () => {
    server = await answering()
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    expect(await sign({ endpoint: server.url })).toMatchObject({ keyId: KEY_ARN })
  })

  test("of the user's own client is the user's", async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const tls = await startTlsServer()
    const client = new KMSClient({ region: 'us-east-1', endpoint: tls.url, ...ours })
    const provider = createAwsKmsProvider({ client })
    const error = await failure(() => provider.sign(signRequest(Buffer.from('message')), {}))
    // What jest gives a test for its environment is nothing that TLS looks at: Node's own check still holds.
    expect(error.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT')
    client.destroy()
    await tls.close()
  })
})
