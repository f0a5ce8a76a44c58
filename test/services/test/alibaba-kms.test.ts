import { constants, generateKeyPairSync, verify } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { describeSigningProvider } from '@signport/contract'
import { createSigner } from '@signport/core'
import type { Emulator } from '@signport/emulator'
import { alibabaService, LONG_RSA, type Transport } from './support/alibaba-service.js'

const OTHER_SECRET = 'a-secret-that-is-not-the-right-one'

const byOpenApi = (endpoint: string, { credentials: [credential] }: Emulator, accessKeySecret?: string) =>
  createAlibabaKmsProvider({
    transport: 'openapi',
    endpoint,
    credentials: {
      accessKeyId: credential.accessKeyId,
      accessKeySecret: accessKeySecret ?? credential.secretAccessKey,
      securityToken: credential.sessionToken,
    },
  })

async function byInstance(endpoint: string, emulator: Emulator, privateKey?: string) {
  const { keyId, privateKeyPem } = await emulator.clientKey()
  return createAlibabaKmsProvider({
    transport: 'instance',
    endpoint,
    clientKey: { keyId, privateKey: privateKey ?? privateKeyPem },
    ca: emulator.tls?.ca,
  })
}

const otherKey = String(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
)

/** What of a PEM is the key: its lines, of which no part of an error should be one. */
const linesOf = (pem: string) => pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))

/** Connections to servers of this process that wait for an answer, and those that were closed in the meantime. */
const asked = new Set<Socket>()
const onStart = (message: unknown) => void asked.add((message as { socket: Socket }).socket)
const onFinish = (message: unknown) => void asked.delete((message as { socket: Socket }).socket)

beforeAll(() => {
  subscribe('http.server.request.start', onStart)
  subscribe('http.server.response.finish', onFinish)
})
afterAll(() => {
  unsubscribe('http.server.request.start', onStart)
  unsubscribe('http.server.response.finish', onFinish)
})

const TRANSPORTS: Record<string, Transport & { connections?: () => number }> = {
  'alibaba-kms by OpenAPI': {
    urlOf: ({ url }) => url,
    create: (emulator, endpoint) => byOpenApi(endpoint, emulator),
    createUnknown: (emulator) => byOpenApi(emulator.url, emulator, OTHER_SECRET),
    secretsOf: ({ credentials: [credential] }) => [...Object.values(credential), OTHER_SECRET],
    // The vendor's client has idle ones, which it uses again: those count that wait for an answer.
    connections: () => [...asked].filter(({ destroyed }) => !destroyed).length,
  },
  'alibaba-kms by an instance': {
    urlOf: ({ tls }) => tls?.url ?? '',
    create: (emulator, endpoint) => byInstance(endpoint, emulator),
    createUnknown: (emulator) => byInstance(emulator.tls?.url ?? '', emulator, otherKey),
    async secretsOf(emulator) {
      const { keyId, privateKeyPem } = await emulator.clientKey()
      return [keyId, ...linesOf(privateKeyPem), ...linesOf(otherKey)]
    },
  },
}

const PADDINGS = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
}

const LONG_KEYS = LONG_RSA.flatMap(({ spec, ...key }) =>
  (['RS256', 'PS256'] as const).map((algorithm) => ({ spec, algorithm, ...key })),
)

describe.each(Object.entries(TRANSPORTS))('%s', (name, { connections, ...transport }) => {
  const service = alibabaService(transport)
  const { capabilities } = service.subject
  beforeAll(() => service.start())
  afterAll(() => service.close())
  describeSigningProvider(name, {
    ...service.subject,
    capabilities: { ...capabilities, ...(connections && { connections }) },
    test,
  })

  test.each(LONG_KEYS)('a key of $spec signs $algorithm', async ({ algorithm, keyId, publicKey }) => {
    const message = Buffer.from(`signed with ${algorithm}`)
    const signer = createSigner({ provider: await service.subject.create(), keyId, algorithm })
    const { bytes, keyId: signedBy } = await signer.sign(message)
    expect((await signer.publicKey()).toPem()).toBe(publicKey)
    await signer.close()
    expect(signedBy).toBe(keyId)
    const options = { key: publicKey, ...PADDINGS[algorithm] }
    expect(verify('sha256', message, options, bytes)).toBe(true)
    expect(verify('sha256', Buffer.from('another'), options, bytes)).toBe(false)
  })
})
