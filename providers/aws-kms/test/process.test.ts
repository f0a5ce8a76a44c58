import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startKms, type TestKey, type TestKms } from './support/kms.js'

let kms: TestKms
let key: TestKey
beforeAll(async () => {
  kms = await startKms()
  key = await kms.createKey('ECC_NIST_P256')
})
afterAll(() => kms.close())

/** Runs a program in a process of its own, as users have it: the build, and no test around it. */
async function run(program: string, { flags = [] as string[] } = {}) {
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...kms.emulator.environment, KEY_ID: key.id },
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

/** What the program has loaded of the SDK, from here on. */
const WATCH = `
  import { Module, createRequire, register } from 'node:module'
  const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('@aws-sdk'))
`

describe('the SDK', () => {
  test('is loaded at the first call, not before', async () => {
    const { output, errors, code } = await run(`${WATCH}
      import { createSigner } from '@signport/core'
      import { createAwsKmsProvider, provider } from '@signport/aws-kms'
      await provider.configSchema()
      const signer = createSigner({ provider: createAwsKmsProvider(), keyId: process.env.KEY_ID, algorithm: 'ES256' })
      const before = loaded().length
      await signer.sign(Buffer.from('message'))
      const after = loaded().length
      await signer.close()
      console.log(JSON.stringify({ before, used: after > 0 }))`)
    expect({ output, code }).toEqual({ output: '{"before":0,"used":true}\n', code: 0 })
    expect(errors).not.toContain('Error')
  })

  test('that is not installed is named, and how to install it', async () => {
    const hidden = `
      export async function resolve(specifier, context, next) {
        if (specifier !== '@aws-sdk/client-kms') return next(specifier, context)
        throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
      }`
    const { output, code } = await run(`
      import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hidden)}))
      const { createAwsKmsProvider } = await import('@signport/aws-kms')
      const error = await createAwsKmsProvider().getPublicKey({ keyId: 'k' }, {}).catch((error) => error)
      console.log(error.code + ': ' + error.message)`)
    expect(output).toBe(
      'Configuration: The SDK of AWS cannot be loaded. Install it: npm install @aws-sdk/client-kms\n',
    )
    expect(code).toBe(0)
  })
})

describe('a process', () => {
  const signing = `
    import { createSigner } from '@signport/core'
    import { createAwsKmsProvider } from '@signport/aws-kms'
    const signer = createSigner({ provider: createAwsKmsProvider(), keyId: process.env.KEY_ID, algorithm: 'ES256' })`

  test('ends by itself once its signer is closed', async () => {
    const { output, code } = await run(`${signing}
      await Promise.all([1, 2, 3].map(() => signer.sign(Buffer.from('message'))))
      await signer.close()
      console.log(process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length)`)
    expect({ output, code }).toEqual({ output: '0\n', code: 0 })
  })

  test('ends by itself although nobody closed its signer', async () => {
    const { output, code } = await run(`${signing}
      console.log((await signer.sign(Buffer.from('message'))).algorithm)`)
    expect({ output, code }).toEqual({ output: 'ES256\n', code: 0 })
  })

  test('ends by itself after an abort', async () => {
    kms.emulator.faults.add({ kind: 'stall', operation: 'Sign' })
    const { output, code } = await run(`${signing}
      const error = await signer.sign(Buffer.from('message'), { timeoutMs: 500 }).catch((error) => error)
      await signer.close()
      console.log(error.code)`)
    expect({ output, code }).toEqual({ output: 'Timeout\n', code: 0 })
  })
})

test('the library for schemas is loaded with the schema, and not with the provider', async () => {
  const program = `
  import { register } from 'node:module'
  const resolve = (name, context, next) => {
    if (name === 'valibot') throw new Error('loaded')
    return next(name, context)
  }
  register('data:text/javascript,' + encodeURIComponent('export const resolve = ' + resolve))
  const { provider } = await import('@signport/aws-kms')
  process.stdout.write('provider, schema ' + (await provider.configSchema().catch((error) => error.message)))`
  expect(await run(program)).toMatchObject({ code: 0, output: 'provider, schema loaded' })
})
