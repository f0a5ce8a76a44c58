import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { type Consumers, packConsumers } from './support/consumer.js'
import { testWithOpenssl } from './support/openssl.js'
import { type Outcome, type ProjectProcess, run, start } from './support/project-process.js'
import { type Services, startServices } from './support/services.js'
import { isInRange } from './support/version-range.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-examples-'))
let consumers: Consumers
let services: Services
let environment: Record<string, string>

/** Above that of the commands, which say more when they are killed. */
const LIMIT = 150_000

beforeAll(async () => {
  consumers = await packConsumers()
  services = await startServices(folder)
  environment = services.environment
}, LIMIT)

afterAll(async () => {
  await services.close()
  consumers.remove()
  rmSync(folder, { recursive: true })
})

const programs: ProjectProcess[] = []

afterEach(() => {
  // Those of a test that has failed.
  for (const program of programs.splice(0)) program.terminate()
})

function startServer(project: string, file: string, more: Record<string, string>): ProjectProcess {
  const program = start(project, ['node', file], { ...environment, PORT: '0', ...more })
  programs.push(program)
  return program
}

/** What the tests of an example said is part of both sides, so that a failure shows it. */
function expectPassed({ status, output }: Outcome): void {
  expect({ status, output }).toEqual({ status: 0, output })
  expect(Number(/^[#ℹ] pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(0)
  expect(output).toMatch(/^[#ℹ] fail 0$/m)
}

const signed = () => services.operations().filter((operation) => /Sign/.test(operation)).length

const npmTest = (project: string) => run(project, ['npm', 'test'], environment)

/** Puts one of an example's configurations in place. */
function configure(project: string, configuration: string): void {
  copyFileSync(join(project, 'config', configuration), join(project, 'signport.yaml'))
}

describe('webhooks', () => {
  const configurations = readdirSync('examples/webhooks/config')

  test('has a configuration for each vendor', () => {
    expect(configurations).toEqual(['alibaba-kms.yaml', 'aws-kms.yaml', 'local.yaml', 'trent-service.yaml'])
  })

  describe.each(configurations)('with %s', (configuration) => {
    const remote = configuration !== 'local.yaml'
    let project: string

    beforeAll(() => {
      project = consumers.install('webhooks')
      configure(project, configuration)
    })

    test(
      'its tests pass',
      async () => {
        const before = signed()
        expectPassed(await npmTest(project))
        expect(signed() > before).toBe(remote)
      },
      LIMIT,
    )

    test(
      'an order reaches the receiver, which asks nobody, and both programs end by themselves',
      async () => {
        const main = (file: string, more: Record<string, string>) =>
          startServer(project, `dist/src/${file}.js`, more)
        const receiver = main('receiver-main', {})
        const shop = main('main', { SUBSCRIBER: `${await receiver.url}/webhooks` })
        const url = await shop.url
        const pem = await (await fetch(`${url}/webhooks/key.pem`)).text()
        expect(pem).toBe(readFileSync(join(project, 'shop.pem'), 'utf8'))

        const before = services.operations().length
        const order = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"item":"a chair"}',
        }
        expect((await fetch(`${url}/orders`, order)).status).toBe(201)
        const asked = services.operations().slice(before)
        expect(asked).toEqual(remote ? [expect.stringMatching(/Sign$/)] : [])

        shop.terminate()
        receiver.terminate()
        expect(await shop.outcome).toEqual({ status: 0, output: `${url}\n` })
        const event = '{"type":"order.created","order":{"item":"a chair"}}'
        expect(await receiver.outcome).toEqual({ status: 0, output: `${await receiver.url}\n${event}\n` })
      },
      LIMIT,
    )

    test(
      'the command that its README names prints the key',
      async () => {
        const command = ['npx', '--no', 'signport', 'public-key', '--signer', 'webhooks'] as const
        const { status, output } = await run(project, command, environment)
        expect({ status, output }).toEqual({ status: 0, output: expect.any(String) })
        expect(output).toContain(readFileSync(join(project, 'shop.pem'), 'utf8'))
      },
      LIMIT,
    )
  })

  test('nothing but the lines of the signer differs', () => {
    const [first, ...others] = configurations.map((name) =>
      readFileSync(`examples/webhooks/config/${name}`, 'utf8').split('\n'),
    )
    for (const other of others) {
      const outside = (lines: readonly string[] = []) => lines.filter((line) => !/^ {4}/.test(line))
      expect(outside(other)).toEqual(outside(first))
      expect(other).not.toEqual(first)
    }
  })
})

describe('lambda', () => {
  test(
    'its tests pass',
    async () => {
      const project = consumers.install('lambda')
      writeFileSync(join(project, 'documents.pem'), services.rsaPublicKey)
      expectPassed(await npmTest(project))
    },
    LIMIT,
  )

  test(
    'the command that its README names prints the permissions',
    async () => {
      const command = ['npx', '--no', 'signport', 'probe', '--policy'] as const
      const { status, output } = await run(consumers.install('lambda'), command, environment)
      expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('"kms:Sign"') })
    },
    LIMIT,
  )
})

describe.each(['oidc-provider', 'github-app', 'x509', 'http-signatures'])('%s', (example) => {
  test(
    'its tests pass with local keys, and no service is asked',
    async () => {
      const before = services.operations().length
      expectPassed(await npmTest(consumers.install(example)))
      expect(services.operations().length).toBe(before)
    },
    LIMIT,
  )
})

describe.each(['oidc-provider', 'github-app'])('%s', (example) => {
  test(
    'its tests pass with keys of AWS KMS, where its configuration alone is another',
    async () => {
      const project = consumers.install(example)
      configure(project, 'aws-kms.yaml')
      const before = signed()
      expectPassed(await npmTest(project))
      expect(signed()).toBeGreaterThan(before)
    },
    LIMIT,
  )
})

describe('oidc-provider', () => {
  test(
    'the commands of its README make the keys, serve a token, and say what is due',
    async () => {
      const project = consumers.install('oidc-provider')
      expect(await run(project, ['npm', 'run', 'keys'], environment)).toMatchObject({ status: 0 })
      const program = startServer(project, 'main.mjs', { CLIENT_SECRET: 'secret' })
      const url = await program.url
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders' })
      const headers = { authorization: `Basic ${btoa('shop:secret')}` }
      const answer = await fetch(`${url}/token`, { method: 'POST', headers, body })
      const { access_token } = (await answer.json()) as { access_token: string }
      const keys = createRemoteJWKSet(new URL(`${url}/jwks`))
      const { payload } = await jwtVerify(access_token, keys, { issuer: url })
      expect(payload).toMatchObject({ aud: 'https://orders.example.com', client_id: 'shop' })

      program.terminate()
      expect(await program.outcome).toMatchObject({ status: 0 })
      const probed = await run(project, ['npx', '--no', 'signport', 'probe'], environment)
      expect(probed).toEqual({ status: 0, output: expect.stringContaining('since 2026-02-02T10:00:00Z') })
    },
    LIMIT,
  )

  test(
    'what can never work ends it before it prints an address: a missing key, and an issuer that is no URL',
    async () => {
      const project = consumers.install('oidc-provider')
      const startWith = (more: Record<string, string>) =>
        run(project, ['node', 'main.mjs'], { ...environment, PORT: '0', CLIENT_SECRET: 'secret', ...more })
      const expectEnd = (outcome: Outcome, why: string) => {
        expect(outcome).toEqual({ status: 1, output: expect.stringContaining(why) })
        expect(outcome.output).not.toMatch(/^(?:http|foo)/m)
      }
      expectEnd(await startWith({}), 'There is no key file ./tokens-2026-')
      expect(await run(project, ['npm', 'run', 'keys'], environment)).toMatchObject({ status: 0 })
      expectEnd(await startWith({ ISSUER: 'foo' }), 'Issuer Identifier must be a valid web uri')
    },
    LIMIT,
  )

  test(
    'the keys of signers that are no rotation are made, too',
    async () => {
      const project = consumers.install('oidc-provider')
      const mail = '  mail: { provider: local, key: ./mail.pem, generate: true, algorithm: ES256 }\n'
      appendFileSync(join(project, 'signport.yaml'), mail)
      const { status, output } = await run(project, ['npm', 'run', 'keys'], environment)
      expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/^mail: [\w-]{43}$/m) })
      expect(readdirSync(project).filter((file) => file.endsWith('.pem'))).toEqual([
        'mail.pem',
        'tokens-2025.pem',
        'tokens-2026-01.pem',
        'tokens-2026-02.pem',
      ])
    },
    LIMIT,
  )
})

describe('x509', () => {
  testWithOpenssl(
    'the command of its README prints a request that OpenSSL verifies',
    async () => {
      const request =
        'npm run --silent request -- www.example.com 2>/dev/null | openssl req -noout -subject -verify'
      const { status, output } = await run(consumers.install('x509'), ['sh', '-c', request], environment)
      expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/verify OK/i) })
      expect(output).toMatch(/CN ?= ?www\.example\.com/)
    },
    LIMIT,
  )
})

describe('a package that takes no signer', () => {
  const signer = { sign: async () => new Uint8Array(64) }

  test.each([
    ['jose', () => new SignJWT().setProtectedHeader({ alg: 'ES256' }).sign(signer as never)],
    ['jsonwebtoken', async () => jsonwebtoken.sign({}, signer as never, { algorithm: 'ES256' })],
  ])('%s wants a key', async (_, sign) => {
    await expect(sign()).rejects.toThrow(/Key for the ES256 algorithm must be|not valid key material/)
  })
})

describe('own-provider', () => {
  test(
    'passes the contract',
    async () => {
      expectPassed(await npmTest(consumers.install('own-provider')))
    },
    LIMIT,
  )

  test('has less than 80 lines', () => {
    expect(readFileSync('examples/own-provider/house-provider.mjs', 'utf8').split('\n').length).toBeLessThan(
      80,
    )
  })
})

describe('the harness', () => {
  test.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.4', '1.2.3', false],
    ['1.2.3', '^1.2.3', true],
    ['1.10.0', '^1.2.3', true],
    ['1.2.2', '^1.2.3', false],
    ['2.2.3', '^1.2.3', false],
    ['0.1.9', '^0.1.0', true],
    ['0.2.0', '^0.1.0', false],
    ['0.0.4', '^0.0.3', false],
  ])('finds that %s is of %s: %s', (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected)
  })

  test.each(['>=1.0.0', '*', '1.x', '^1.2', 'latest'])('does not guess what %s means', (range) => {
    expect(() => isInRange('1.2.3', range)).toThrow('of the kind 1.2.3 or ^1.2.3')
  })

  test('refuses an example that wants another version than there is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'signport-example-'))
    const dependencies = { '@signport/core': '^0.2.0' }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'outdated', dependencies }))
    expect(() => consumers.install(folder)).toThrow('wants @signport/core ^0.2.0, and there is 0.1.0')
    rmSync(folder, { recursive: true })
  })

  test('leaves behind what a developer has made in an example', () => {
    const folder = mkdtempSync(join(tmpdir(), 'signport-example-'))
    for (const name of ['node_modules', 'dist', 'config']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'used' }))
    for (const file of ['dev.pem', 'config/dev.pem', 'config/dev.yaml', 'dist/main.js', 'main.mjs'])
      writeFileSync(join(folder, file), '')
    const project = consumers.install(folder)
    const left = readdirSync(project, { recursive: true, encoding: 'utf8' })
    const expected = [
      'config',
      'config/dev.yaml',
      'main.mjs',
      'node_modules',
      'node_modules/.bin',
      'package.json',
    ]
    expect(left.sort()).toEqual(expected)
    rmSync(folder, { recursive: true })
  })

  test('kills a command that does not end, and what it started', async () => {
    const command = ['sh', '-c', 'sleep 600 & sleep 600'] as const
    // What still ran would hold the standard output, and the outcome would not come.
    expect(await run(folder, command, {}, 200)).toEqual({ status: null, output: '' })
  })

  test('gives an example no command but those of its own dependencies', async () => {
    const project = consumers.install('own-provider')
    const found = 'for name in tsc signport biome; do command -v $name; done; true'
    expect(await run(project, ['sh', '-c', found], environment)).toEqual({ status: 0, output: '' })
  })
})
