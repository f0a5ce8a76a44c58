import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'

const root = join(import.meta.dirname, '../../..')
const folder = testFolder()

/** Runs a program as a user's, with the build of the packages. */
async function run(program: string, { cwd = root, flags = [] as string[] } = {}): Promise<string> {
  const { NODE_OPTIONS, ...env } = process.env
  const args = [...flags, '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, env, timeout: 30_000 })
  return stdout.trim()
}

describe('the modules of a process', () => {
  const list = join(folder.path, 'modules.txt')
  const hooks = `
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(list)}, url + '\\n')
      return next(url, context)
    }`
  const registration = `import { register } from 'node:module'
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)})`

  /** All that was loaded: by import, and by require. */
  async function modulesOf(program: string): Promise<string> {
    folder.write('modules.txt', '')
    const required = await run(
      `import { createRequire } from 'node:module'
      ${program}
      console.log(Object.keys(createRequire(import.meta.url).cache).join('\\n'))`,
      { flags: ['--import', `data:text/javascript,${encodeURIComponent(registration)}`] },
    )
    return `${readFileSync(list, 'utf8')}\n${required}`
  }

  const OTHERS =
    /providers\/(aws-kms|trent-service|alibaba-kms)|@(aws-sdk|smithy|alicloud)\/|node-forge|protobuf/
  const YAML = /node_modules\/yaml\//

  test('are those of the configured provider, where that is local', async () => {
    const file = folder.write(
      'signport.yaml',
      'signers: { a: { provider: local, key: k.pem, algorithm: ES256, generate: true } }',
    )
    const modules = await modulesOf(`
      import { loadSigners } from '@signport/config'
      const signers = await loadSigners(${JSON.stringify(file)})
      await signers.get('a').sign(Buffer.from('message'))
      await signers.close()`)
    expect(modules).toMatch(/providers\/local\/lib\/index\.js/)
    expect(modules).toMatch(YAML)
    expect(modules).not.toMatch(OTHERS)
  })

  test('have no YAML where none is read, nor schemas where nothing is', async () => {
    const modules = await modulesOf(`
      import { openSigner } from '@signport/config'
      await openSigner('local:k.pem?algorithm=ES256')`)
    expect(modules).toMatch(/valibot/)
    expect(modules).not.toMatch(YAML)
    expect(await modulesOf(`await import('@signport/config')`)).not.toMatch(
      /valibot|providers\/|node_modules\/yaml/,
    )
  })

  test('have no SDK while a configuration is only read', async () => {
    const signers = {
      a: { provider: 'aws-kms', key: 'k', region: 'eu-west-1', algorithm: 'ES256' },
      b: {
        provider: 'alibaba-kms',
        transport: 'openapi',
        key: 'k',
        region: 'cn-hangzhou',
        algorithm: 'ES256',
      },
    }
    const modules = await modulesOf(`
      import { openSigners, readConfiguration } from '@signport/config'
      await openSigners(await readConfiguration(${JSON.stringify({ signers })}))`)
    expect(modules).toMatch(/providers\/aws-kms\/lib/)
    expect(modules).not.toMatch(/@(aws-sdk|smithy|alicloud)\//)
  })

  test('have the SDK once a signer signs, which shows that they would be seen', async () => {
    const entry = {
      provider: 'aws-kms',
      key: 'k',
      algorithm: 'ES256',
      region: 'eu-west-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }
    const modules = await modulesOf(`
      import { openSigner } from '@signport/config'
      const signer = await openSigner(${JSON.stringify(entry)})
      await signer.sign(Buffer.from('message')).catch(() => {})
      await signer.close()`)
    expect(modules).toMatch(/@aws-sdk\/client-kms/)
  })
})

describe('a package', () => {
  const app = join(folder.path, 'app')
  const scope = join(app, 'node_modules/@signport')

  beforeAll(() => {
    mkdirSync(join(scope, 'trent-service'), { recursive: true })
    for (const name of ['config', 'core']) symlinkSync(join(root, 'packages', name), join(scope, name))
    symlinkSync(join(root, 'providers/local'), join(scope, 'local'))
    for (const name of ['valibot', 'yaml', 'fastest-levenshtein', '@noble', '@standard-schema'])
      symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
    const manifest = { name: '@signport/trent-service', type: 'module', exports: './index.js' }
    folder.write('app/node_modules/@signport/trent-service/package.json', JSON.stringify(manifest))
    folder.write('app/node_modules/@signport/trent-service/index.js', `import 'nothing-there'`)
    folder.write('app/main.js', 'console.log("this module was run")')
  })

  const messageFor = (provider: string) =>
    run(
      `import { readConfiguration } from '@signport/config'
      const entry = { provider: ${JSON.stringify(provider)}, key: 'k', algorithm: 'ES256' }
      await readConfiguration({ signers: { a: entry } }).then(
        () => console.log('read'),
        ({ code, message }) => console.log(code + ': ' + message),
      )`,
      { cwd: app, flags: ['--preserve-symlinks'] },
    )

  test('that is installed is used, although others are not', async () => {
    expect(await messageFor('local')).toBe('read')
  })

  test.each(['aws-kms', 'alibaba-kms'])('that is not installed is named: %s', async (name) => {
    expect(await messageFor(name)).toBe(
      `Configuration: signers.a.provider: the package @signport/${name} is not installed; install it: npm install @signport/${name}.`,
    )
  })

  test('that misses something itself is not asked for again', async () => {
    expect(await messageFor('trent-service')).toMatch(
      /^Configuration: signers\.a\.provider: the package @signport\/trent-service cannot be loaded: Cannot find package 'nothing-there'/,
    )
  })

  test.each(['./main.js', join(app, 'main.js'), '@signport/local', '../local'])(
    'or a module is never loaded because a configuration names it: %s',
    async (name) => {
      expect(await messageFor(name)).toBe(
        `Configuration: signers.a.provider: there is no provider '${name}'; use local, aws-kms, alibaba-kms, trent-service or public-key.`,
      )
    },
  )
})

describe('nothing is left of signers that are closed', () => {
  const KEY = '00000000-0000-4000-8000-000000000001'
  let server: ChildProcess
  let emulator: {
    readonly endpoint: string
    readonly region: string
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly clientKeyFile: string
    readonly passwordFile: string
  }

  /** An emulator in a process of its own, which ends with its input. */
  const service = (privateKey: string, clientKeyFolder: string) => `
    import { startEmulator } from '@signport/emulator'
    const keys = [{ id: '${KEY}', spec: 'ECC_NIST_P256', privateKey: ${JSON.stringify(privateKey)} }]
    const emulator = await startEmulator({
      seed: { version: 1, keys },
      clientKeyFolder: ${JSON.stringify(clientKeyFolder)},
    })
    const { url: endpoint, region, credentials: [{ accessKeyId, secretAccessKey }] } = emulator
    const { path: clientKeyFile, passwordPath: passwordFile } = emulator.clientKeyFiles
    console.log(
      JSON.stringify({ endpoint, region, accessKeyId, secretAccessKey, clientKeyFile, passwordFile }),
    )
    process.stdin.resume().on('end', () => process.exit())`

  beforeAll(async () => {
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const { NODE_OPTIONS, ...env } = process.env
    const program = service(privateKey, join(folder.path, 'client-key'))
    const args = ['--input-type=module', '--eval', program]
    server = spawn(process.execPath, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = await once(server.stdout ?? server, 'data')
    emulator = JSON.parse(String(line))
  })

  afterAll(async () => {
    const ended = once(server, 'exit')
    server.stdin?.end()
    await ended
  })

  const aws = () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = emulator
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey } }
  }

  const openApi = () => {
    const { endpoint, accessKeyId, secretAccessKey: accessKeySecret } = emulator
    return { transport: 'openapi', endpoint, credentials: { accessKeyId, accessKeySecret } }
  }

  const instance = () => {
    const { endpoint, clientKeyFile, passwordFile } = emulator
    return { transport: 'instance', endpoint, clientKeyFile, passwordFile }
  }

  /** Opens, signs, closes and ends, and prints whether connections were open before and after: 1 or 0. */
  const program = (entry: object) => `
    import { subscribe } from 'node:diagnostics_channel'
    import { loadSigners } from '@signport/config'
    const sockets = []
    subscribe('net.client.socket', ({ socket }) => sockets.push(socket))
    const open = () => Number(sockets.some((socket) => !socket.destroyed))
    const signers = await loadSigners(${JSON.stringify({ signers: { a: entry } })})
    await signers.get('a').sign(Buffer.from('message'))
    const before = open()
    await signers.close()
    const alive = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name))
    console.log(JSON.stringify({ before, after: open(), alive }))`

  test.each<[string, string, () => object, number]>([
    ['aws-kms', 'aws-kms', aws, 0],
    ['trent-service', 'trent-service', aws, 0],
    // The client of the vendor ends none of its own: it lets the process end.
    ['alibaba-kms by OpenAPI', 'alibaba-kms', openApi, 1],
    ['alibaba-kms by an instance', 'alibaba-kms', instance, 0],
  ])('of %s, whose connections were kept until then', async (_, provider, options, after) => {
    const printed = await run(program({ provider, key: KEY, algorithm: 'ES256', ...options() }))
    expect(JSON.parse(printed)).toEqual({ before: 1, after, alive: [] })
  })

  test('of local, which has none', async () => {
    const key = join(folder.path, 'ended.pem')
    const printed = await run(program({ provider: 'local', key, algorithm: 'ES256', generate: true }))
    expect(JSON.parse(printed)).toEqual({ before: 0, after: 0, alive: [] })
  })
})

test('mistakes are told whole where a process keeps no frames of its errors', async () => {
  const printed = await run(
    `import { readConfiguration } from '@signport/config'
    await readConfiguration({ signers: 7 }).catch(({ name, message, stack }) => console.log(stack === name + ': ' + message, stack))`,
    { flags: ['--stack-trace-limit=0'] },
  )
  expect(printed).toBe('true SigningError: signers: must be a map of names and signers, not a value.')
})
