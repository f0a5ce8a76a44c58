import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Emulator } from '@signport/emulator'
import { testFolder } from './support/folder.js'
import { privatePem, publicPem } from './support/keys.js'
import { id, startWith } from './support/services.js'
import { DONE, printed, signport } from './support/signport.js'
import { strangerVerifies } from './support/stranger.js'

const folder = testFolder()
const MESSAGE = Buffer.from('Invoice 4711')

let emulator: Emulator
beforeAll(async () => {
  // As in the shell of somebody who works with a cloud.
  Object.assign(process.env, {
    AWS_PROFILE: 'of-a-developer',
    AWS_DEFAULT_PROFILE: 'of-a-developer',
    AWS_CONFIG_FILE: '/of-a-developer/config',
    AWS_SHARED_CREDENTIALS_FILE: '/of-a-developer/credentials',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_USE_FIPS_ENDPOINT: 'true',
    AWS_SESSION_TOKEN: 'of-a-developer',
    ALIBABA_CLOUD_SECURITY_TOKEN: 'of-a-developer',
    ALIBABA_CLOUD_PROFILE: 'of-a-developer',
    SIGNPORT_CONFIG: '/of-a-developer/signport.yaml',
  })
  emulator = await startWith([{ id: id(1), spec: 'ECC_NIST_P256', privateKey: privatePem('ES256') }])
})
afterAll(() => emulator.close())
beforeEach(() => folder.write('message', MESSAGE))

const run = (...args: string[]) =>
  signport(args, { cwd: folder.path(), env: { ...emulator.environment, NODE_NO_WARNINGS: '1' } })

test.each<[string, (host: string) => string]>([
  ['awskms', (host) => `awskms://${host}/alias/invoices?region=us-east-1&scheme=http`],
  ['trent', (host) => `trent+http://${host}/${id(1)}?algorithm=ES256`],
])('the key of a service is named by %s:', async (_, uriAt) => {
  const uri = uriAt(`${emulator.host}:${emulator.port}`)
  expect(await run('sign', 'message', '--uri', uri, '-o', 'signature')).toEqual(DONE)
  expect(strangerVerifies('ES256', MESSAGE, folder.read('signature'))).toBe(true)
  expect(await run('verify', 'message', '--signature', 'signature', '--uri', uri)).toEqual(printed('valid\n'))
  expect(await run('public-key', '--uri', uri)).toEqual(printed(publicPem('ES256')))
})
