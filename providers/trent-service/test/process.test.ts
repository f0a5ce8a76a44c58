import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { authorityAndServer } from './support/certificate.js'
import { KEY_ANSWER } from './support/keys.js'
import { json, startServer } from './support/server.js'

/** A program, run with the build of the packages, that must end by itself. */
async function run(program: string, endpoint: string, flags: readonly string[] = []) {
  const child = spawn(process.execPath, ['--no-warnings', ...flags, '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, ENDPOINT: endpoint },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const output = text(child.stdout)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  return { code, signal, output: await output }
}

const PROGRAM = `
  import { createTrentServiceClient } from '@signport/trent-service'
  const client = createTrentServiceClient({ endpoint: process.env.ENDPOINT, auth: 'none' })
  await Promise.all(Array.from({ length: 20 }, () => client.getPublicKey({ KeyId: 'k' })))
  process.stdout.write('done')`

test.each<[string, string]>([
  ['that closes its client', `${PROGRAM}\nawait client.close()`],
  ['that forgets to close it', PROGRAM],
])('a program %s ends by itself', async (_, program) => {
  const server = await startServer(json(200, KEY_ANSWER))
  expect(await run(program, server.url)).toEqual({ code: 0, signal: null, output: 'done' })
  expect(server.requests.length).toBe(20)
})

/** Nothing but the wait for the credentials can keep these programs alive, as with a token from a file or a lock. */
const waitingFor = (credentials: string, call: string) => `
  import { createTrentServiceClient } from '@signport/trent-service'
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const slowly = (found) => new Promise((resolve) => setTimeout(resolve, 300, found).unref())
  const client = createTrentServiceClient({
    endpoint: process.env.ENDPOINT,
    region: 'eu-west-1',
    credentials: ${credentials},
  })
  const outcome = (call) => call.then(() => 'done', ({ code }) => code)
  process.stdout.write(await outcome(${call}))`

test.each<[string, string, string]>([
  [
    'that waits for credentials without a signer lives until they come',
    waitingFor('() => slowly(keys)', `client.getPublicKey({ KeyId: 'k' })`),
    'done',
  ],
  [
    'that gave up on credentials that never come ends at once',
    `setTimeout(() => controller.abort(), 50)
    const controller = new AbortController()
    ${waitingFor('() => new Promise(() => {})', `client.getPublicKey({ KeyId: 'k' }, { signal: controller.signal })`)}`,
    'Aborted',
  ],
])('a program %s', async (_, program, output) => {
  const server = await startServer(json(200, KEY_ANSWER))
  expect(await run(program, server.url)).toEqual({ code: 0, signal: null, output })
})

test('the library for schemas is loaded with the schema, and not with the provider', async () => {
  const program = `
  import { register } from 'node:module'
  const resolve = (name, context, next) => {
    if (name === 'valibot') throw new Error('loaded')
    return next(name, context)
  }
  register('data:text/javascript,' + encodeURIComponent('export const resolve = ' + resolve))
  const { provider } = await import('@signport/trent-service')
  process.stdout.write('provider, schema ' + (await provider.configSchema().catch((error) => error.message)))`
  expect(await run(program, '')).toMatchObject({ code: 0, output: 'provider, schema loaded' })
})

/*
 * What a process is told about TLS as a whole, tests cannot be told: their environment is not that of Node.
 */
describe('certificates and versions of TLS are judged by the provider alone', () => {
  const { ca, tls } = authorityAndServer()

  const outcome = (options: object) => `
    import { createTrentServiceClient } from '@signport/trent-service'
    const options = { endpoint: process.env.ENDPOINT, auth: 'none', ...${JSON.stringify(options)} }
    const client = createTrentServiceClient(options)
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    const came = await client.send('ListKeys', {}).then(() => 'answered', (error) => error.code)
    process.stdout.write(came)`

  test('a server whose authority is named answers', async () => {
    const server = await startServer(json(200, {}), tls)
    expect(await run(outcome({ ca }), server.url)).toMatchObject({ output: 'answered' })
  })

  test('NODE_TLS_REJECT_UNAUTHORIZED=0, set after the client was made, changes nothing', async () => {
    const server = await startServer(json(200, {}), tls)
    expect(await run(outcome({}), server.url)).toMatchObject({ output: 'Configuration' })
    expect(server.requests).toEqual([])
  })

  test('a process that permits TLS 1.1 does not make it good', async () => {
    const ciphers = 'DEFAULT@SECLEVEL=0'
    const old = { ...tls, ciphers, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
    const server = await startServer(json(200, {}), old)
    const flags = ['--tls-min-v1.0', `--tls-cipher-list=${ciphers}`]
    expect(await run(outcome({ ca }), server.url, flags)).toMatchObject({ output: 'Configuration' })
    expect(server.requests).toEqual([])
  })
})
