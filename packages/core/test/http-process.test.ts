import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { selfSigned } from './support/certificate.js'
import { testWithOpenssl } from './support/openssl.js'
import { answer, startServer } from './support/server.js'

/** What a program prints that is run with the build of the package, and must end by itself. */
async function outputOf(program: string, env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20_000,
  })
  const output = text(child.stdout)
  expect(await once(child, 'exit')).toEqual([0, null])
  return output
}

const POST = `
  import { createHttpExchange } from '@signport/core/http'
  const exchange = createHttpExchange({
    url: new URL(process.env.URL),
    maxConnections: 2,
    provider: 'house',
    failureOf: (code) => new Error(code),
  })
  const post = () => exchange.post({ headers: {}, body: new Uint8Array(3), repeatable: true })`

test.each<[string, string]>([
  ['that closes it', 'exchange.close()'],
  ['that forgets to close it', ''],
])('a program %s ends by itself', async (_, last) => {
  const server = await startServer(answer(200))
  const program = `${POST}
    await Promise.all(Array.from({ length: 9 }, post))
    ${last}
    process.stdout.write('done')`
  expect(await outputOf(program, { URL: server.url })).toBe('done')
  expect(server.requests).toHaveLength(9)
})

test('The HTTP of Node is loaded by the entry for it, and by no other', async () => {
  const program = `
    const loaded = () => process.moduleLoadList.filter((name) => /^NativeModule https?$/.test(name)).length
    await import('@signport/core')
    await import('@signport/core/kit')
    const before = loaded()
    await import('@signport/core/http')
    process.stdout.write([before, loaded()].join())`
  expect(await outputOf(program)).toBe('0,2')
})

testWithOpenssl('certificates are verified, whatever the process is told', async () => {
  // Tests cannot tell it: their environment is not that of Node.
  const told = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }
  const server = await startServer(answer(200), selfSigned())
  const program = `${POST}
    process.stdout.write(await post().then(() => 'answered', ({ message }) => message))`
  expect(await outputOf(program, { URL: server.url, ...told })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(server.requests).toEqual([])
})
