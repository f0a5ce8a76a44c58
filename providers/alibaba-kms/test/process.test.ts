import { spawn } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { CLIENT_KEY, startInstance } from './support/instance-service.js'
import { CREDENTIALS, startOpenApi } from './support/openapi-service.js'
import { startServer } from './support/server.js'
import { P256 } from './support/service-keys.js'

/** Runs a program in a process of its own, as users have it: the build, and no test around it. */
async function run(program: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...environment, KEY_ID: P256.id, NODE_TLS_REJECT_UNAUTHORIZED: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [output, errors] = ['', '']
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    errors += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, output, errors }
}

const MESSAGE = 'a message that is signed'

/** What has been loaded of the libraries that not everybody needs. */
const WATCH = `
  import { createRequire } from 'node:module'
  const loaded = () => ['@alicloud', 'node-forge', 'valibot'].filter((name) =>
    Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/node_modules/' + name)))`

const program = (options: string) => `
  import { createSigner } from '@signport/core'
  import { createAlibabaKmsProvider } from '@signport/alibaba-kms'
  const { ENDPOINT: endpoint, KEY_ID: keyId, CREDENTIALS } = process.env
  const provider = createAlibabaKmsProvider({ endpoint, ${options}: JSON.parse(CREDENTIALS) })
  const signer = createSigner({ provider, keyId, algorithm: 'ES256' })
  const message = Buffer.from('${MESSAGE}')`

const TRANSPORTS: [string, string, () => Promise<{ endpoint: string; credentials: object }>][] = [
  [
    'openapi',
    program(`transport: 'openapi', credentials`),
    async () => {
      const service = await startOpenApi()
      return { endpoint: service.url, credentials: CREDENTIALS }
    },
  ],
  [
    'instance',
    program(`transport: 'instance', clientKey`),
    async () => {
      const service = await startInstance()
      return { endpoint: service.url, credentials: CLIENT_KEY }
    },
  ],
]

describe.each(TRANSPORTS)('a process that signs by %s', (name, signing, start) => {
  const environment = async () => {
    const { endpoint, credentials } = await start()
    return { ENDPOINT: endpoint, CREDENTIALS: JSON.stringify(credentials) }
  }

  test('loads the client of the vendor when it needs it, and nothing else', async () => {
    const whole = `${WATCH}${signing}
      const before = loaded()
      await signer.sign(message)
      await signer.close()
      console.log(JSON.stringify({ before, after: loaded() }))`
    const { output, errors } = await run(whole, await environment())
    const after = name === 'openapi' ? ['@alicloud'] : []
    expect({ output, errors }).toEqual({ output: `${JSON.stringify({ before: [], after })}\n`, errors: '' })
  })

  test('ends by itself once its signer is closed', async () => {
    const whole = `${signing}
      await Promise.all([1, 2, 3].map(() => signer.sign(message)))
      await signer.close()
      console.log('closed')`
    const started = performance.now()
    const { output, code } = await run(whole, await environment())
    expect({ output, code }).toEqual({ output: 'closed\n', code: 0 })
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('ends soon after a call that the service did not answer', async () => {
    const silent = await startServer(() => undefined)
    const whole = `${signing}
      console.log((await signer.sign(message, { timeoutMs: 500 }).catch((error) => error)).code)
      await signer.close()`
    const started = performance.now()
    const { output, code } = await run(whole, { ...(await environment()), ENDPOINT: silent.url })
    expect({ output, code }).toEqual({ output: 'Timeout\n', code: 0 })
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('ends by itself although nobody closed its signer', async () => {
    const whole = `${signing}
      console.log((await signer.sign(message)).algorithm)`
    const { output, code } = await run(whole, await environment())
    expect({ output, code }).toEqual({ output: 'ES256\n', code: 0 })
  })
})

test.each(['@alicloud/kms20160120', '@alicloud/credentials'])(
  'a client of the vendor that is not installed is named, and how to install it: %s',
  async (name) => {
    const hidden = `
      export async function resolve(specifier, context, next) {
        if (specifier !== ${JSON.stringify(name)}) return next(specifier, context)
        throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
      }`
    const { output, code } = await run(`
      import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hidden)}))
      const { createAlibabaKmsProvider } = await import('@signport/alibaba-kms')
      const provider = createAlibabaKmsProvider({ transport: 'openapi', endpoint: 'http://127.0.0.1:1' })
      const error = await provider.getPublicKey({ keyId: 'k' }, {}).catch((error) => error)
      console.log(error.code + ': ' + error.message)`)
    expect(output).toBe(`Configuration: ${name} cannot be loaded. Install it: npm install ${name}\n`)
    expect(code).toBe(0)
  },
)
