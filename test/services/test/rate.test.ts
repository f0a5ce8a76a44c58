import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
import { createAwsKmsProvider } from '@signport/aws-kms'
import { createSigner, fetchPublicKey, type SigningProvider } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import { createTrentServiceProvider } from '@signport/trent-service'

const KEY = '11111111-2222-4333-8444-555555555555'
const RATE = { maxPerSecond: 1_000 }
const SIGNING = ['Sign', 'AsymmetricSign']

let emulator: Emulator
/** How often credentials were fetched, where a function gives them. */
let fetched = 0

const PROVIDERS: Record<string, () => Promise<SigningProvider>> = {
  'aws-kms': async () => {
    const { url: endpoint, region } = emulator
    return createAwsKmsProvider({ endpoint, region, credentials, ...RATE })
  },
  'aws-kms with a client of the user': async () => {
    const { KMSClient } = await import('@aws-sdk/client-kms')
    const client = new KMSClient({ endpoint: emulator.url, region: emulator.region, credentials })
    const provider = createAwsKmsProvider({ client, ...RATE })
    return { ...provider, close: async () => client.destroy() }
  },
  'trent-service': async () => {
    const { url: endpoint, region } = emulator
    return createTrentServiceProvider({ endpoint, region, credentials, ...RATE })
  },
  'alibaba-kms by OpenAPI': async () => {
    const { url: endpoint } = emulator
    const forAlibaba = async () => {
      const { accessKeyId, secretAccessKey: accessKeySecret } = await credentials()
      return { accessKeyId, accessKeySecret }
    }
    return createAlibabaKmsProvider({ transport: 'openapi', endpoint, credentials: forAlibaba, ...RATE })
  },
  'alibaba-kms by an instance': async () => {
    const { keyId, privateKeyPem: privateKey } = await emulator.clientKey()
    const clientKey = { keyId, privateKey }
    return createAlibabaKmsProvider({ transport: 'instance', endpoint: emulator.url, clientKey, ...RATE })
  },
}

async function credentials() {
  fetched++
  return emulator.credentials[0]
}

const signatures = () =>
  emulator.requests().filter(({ operation = '' }) => SIGNING.includes(operation)).length

beforeAll(async () => {
  emulator = await startEmulator({ seed: { version: 1, keys: [{ id: KEY, spec: 'ECC_NIST_P256' }] } })
})

afterAll(() => emulator.close())

test.each(Object.entries(PROVIDERS))(
  '%s: a request has its turn when all is there that it needs, just before it goes out',
  async (name, create) => {
    const provider = await create()
    const publicKey = await fetchPublicKey(provider, KEY)
    const [before, fetchedBefore] = [signatures(), fetched]
    const seen: string[] = []
    let goOn: () => void = () => undefined
    const turn = () => {
      seen.push(`turn after ${fetched - fetchedBefore}`)
      return new Promise<void>((resolve) => {
        goOn = resolve
      })
    }
    const clock = { pause: () => void seen.push('pause'), restart: () => void seen.push('restart') }
    // What core makes of the call, with a turn that is held.
    const held = { ...provider, sign: provider.sign.bind(provider) }
    held.sign = (request, context) => provider.sign(request, { ...context, clock, turn })
    const signing = createSigner({ provider: held, keyId: KEY, algorithm: 'ES256', publicKey }).sign(
      Buffer.from('a message'),
    )
    while (!seen.some((step) => step.startsWith('turn')))
      await new Promise((resolve) => setTimeout(resolve, 5))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(signatures()).toBe(before)
    expect(seen).not.toContain('restart')
    goOn()
    expect((await signing).algorithm).toBe('ES256')
    expect(signatures()).toBe(before + 1)
    expect(seen.filter((step) => step.startsWith('turn'))).toHaveLength(1)
    expect(seen).toContain('restart')
    await provider.close?.()
    expect(name).toBeTruthy()
  },
)
