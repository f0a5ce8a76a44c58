import { expect, test } from '@jest/globals'
import { type ClientSettings, createClients } from '../../src/openapi/client.js'
import { loadKmsSdk } from '../../src/openapi/sdk.js'

const SETTINGS: ClientSettings = {
  credentials: { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token' },
  limitMs: 1000,
}

const withCredentials = (changed: Partial<ClientSettings['credentials']>): ClientSettings => ({
  ...SETTINGS,
  credentials: { ...SETTINGS.credentials, ...changed },
})

test('requests with the same credentials share a client, also where they were given anew', async () => {
  const sdk = await loadKmsSdk()
  const clients = createClients(new URL('http://127.0.0.1:1'), undefined)
  expect(clients(sdk, withCredentials({}))).toBe(clients(sdk, SETTINGS))
})

test.each([
  ['another id', withCredentials({ accessKeyId: 'STS.other' })],
  ['another secret', withCredentials({ accessKeySecret: 'other' })],
  ['another token', withCredentials({ securityToken: 'other' })],
  ['no token', { ...SETTINGS, credentials: { accessKeyId: 'STS.id', accessKeySecret: 'secret' } }],
  ['less time', { ...SETTINGS, limitMs: 999 }],
])('with %s, a request has a client of its own', async (_, settings) => {
  const sdk = await loadKmsSdk()
  const clients = createClients(new URL('http://127.0.0.1:1'), 'cn-hangzhou')
  expect(clients(sdk, settings)).not.toBe(clients(sdk, SETTINGS))
})
