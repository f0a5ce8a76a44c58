import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { describeSigningProvider } from '@signport/contract'
import type { Emulator } from '@signport/emulator'
import { alibabaService, type Transport } from './support/alibaba-service.js'

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

async function byInstance(emulator: Emulator, endpoint = emulator.tls?.url ?? '', privateKey?: string) {
  const { keyId, privateKeyPem } = await emulator.clientKey()
  return createAlibabaKmsProvider({
    transport: 'instance',
    endpoint,
    clientKey: { keyId, privateKey: privateKey ?? privateKeyPem },
    ca: emulator.tls?.ca,
  })
}

const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
})

const TRANSPORTS: Record<string, Transport> = {
  'alibaba-kms by OpenAPI': {
    create: (emulator, endpoint = emulator.url) => byOpenApi(endpoint, emulator),
    createUnknown: (emulator) => byOpenApi(emulator.url, emulator, 'a-secret-that-is-not-the-right-one'),
  },
  'alibaba-kms by an instance': {
    create: (emulator, endpoint) => byInstance(emulator, endpoint),
    createUnknown: (emulator) => byInstance(emulator, undefined, String(otherKey)),
  },
}

describe.each(Object.entries(TRANSPORTS))('%s', (name, transport) => {
  const service = alibabaService(transport)
  beforeAll(() => service.start())
  afterAll(() => service.close())
  describeSigningProvider(name, { ...service.subject, test })
})
