import { expect, test } from '@jest/globals'
import { type EmulatorOptions, startEmulator } from '@signport/emulator'
import { start } from './support/emulator.js'

const credential = { accessKeyId: 'AKIDEXAMPLEEXAMPLE', secretAccessKey: 'hidden' }

test.each<[object, string]>([
  [{ port: 65_536 }, 'port: expected a whole number from 0 to 65535'],
  [{ port: '80' }, 'port: expected a whole number from 0 to 65535'],
  [{ auth: 'basic' }, 'auth: expected ("sigv4" | "none")'],
  [{ region: 'Ireland' }, 'region: expected a region, such as us-east-1'],
  [{ accountId: '123' }, 'accountId: expected twelve digits'],
  [{ credentials: [] }, 'credentials: expected at least one'],
  [
    { credentials: [{ ...credential, accessKeyId: 'short' }] },
    'credentials[0].accessKeyId: expected 16 to 128',
  ],
  [
    { credentials: [{ accessKeyId: credential.accessKeyId }] },
    'credentials[0].secretAccessKey: it is missing',
  ],
  [{ credentials: [{ ...credential, secretAccessKey: '' }] }, 'credentials[0].secretAccessKey: expected !0'],
  [{ credentials: [{ ...credential, expiration: 'soon' }] }, 'credentials[0].expiration: expected Date'],
  [{ keysFile: 'a', seedFile: 'b' }, 'give one of keysFile, seedFile and seed'],
  [{ seed: {}, seedFile: 'b' }, 'give one of keysFile, seedFile and seed'],
  [{ tls: 'yes' }, 'tls: expected boolean'],
  [{ clientKeyFolder: '' }, 'clientKeyFolder: expected !0'],
  [{ faults: {}, faultsFile: 'a' }, 'give faults or faultsFile, not both'],
  [{ faultsFile: '' }, 'faultsFile: expected !0'],
  [{ clock: 'now' }, 'clock: expected Function'],
  [{ clock: () => new Date(Number.NaN) }, 'clock: expected a function that returns a Date'],
  [{ clock: () => Date.now() }, 'clock: expected a function that returns a Date'],
  [
    {
      clock: () => {
        throw new Error('hidden')
      },
    },
    'clock: expected a function that returns a Date',
  ],
  [{ separatePorts: 1 }, 'separatePorts: expected boolean'],
  [{ keyFile: 'a' }, 'keyFile: there is no such member'],
  [{ port: 70_000, auth: 1 }, '; auth: expected'],
])('%j cannot be used', async (options, message) => {
  const failure = await startEmulator(options as EmulatorOptions).catch((error: unknown) => error as Error)
  expect(failure).toMatchObject({ name: 'TypeError', message: expect.stringContaining(message) })
  expect((failure as Error).message).toMatch(/^The options of the emulator cannot be used: /)
  expect((failure as Error).message).not.toContain('hidden')
})

test('the environment is what the SDKs and commands of AWS and of Alibaba Cloud look at', async () => {
  const credentials = [{ ...credential, sessionToken: 'token' }, credential]
  const emulator = await start({ credentials, region: 'eu-west-1', accountId: '123456789012' })
  expect(emulator).toMatchObject({ region: 'eu-west-1', accountId: '123456789012', credentials })
  expect(emulator.environment).toEqual({
    AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${emulator.port}`,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLEEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'hidden',
    AWS_SESSION_TOKEN: 'token',
    ALIBABA_CLOUD_ACCESS_KEY_ID: 'AKIDEXAMPLEEXAMPLE',
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'hidden',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'token',
  })
})

test('the control token is new in each emulator, and long', async () => {
  const [one, other] = [await start(), await start()]
  expect(one.controlToken).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(one.controlToken).not.toBe(other.controlToken)
})
