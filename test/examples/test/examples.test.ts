import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { generateKeyPair } from '@signport/contract'
import { type Emulator, startEmulator } from '@signport/emulator'
import { type Consumers, packConsumers } from './support/consumer.js'
import { type Outcome, type ProjectProcess, run, start } from './support/project-process.js'
import { isInRange } from './support/version-range.js'

const webhooks = generateKeyPair('ES256')
const documents = generateKeyPair('PS256')
const [EC, RSA] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const

const folder = mkdtempSync(join(tmpdir(), 'signport-examples-'))
let consumers: Consumers
let emulator: Emulator
let environment: Record<string, string>

/** Above that of the commands, which say more when they are killed. */
const LIMIT = 150_000

beforeAll(async () => {
  consumers = await packConsumers()
  emulator = await startEmulator({
    seed: {
      version: 1,
      keys: [
        { id: EC, spec: 'ECC_NIST_P256', privateKey: webhooks.privateKey },
        { id: RSA, spec: 'RSA_2048', privateKey: documents.privateKey },
      ],
      aliases: [
        { name: 'alias/webhooks', keyId: EC },
        { name: 'alias/documents', keyId: RSA },
      ],
    },
    region: 'eu-central-1',
    tls: true,
    clientKeyFolder: join(folder, 'client-key'),
  })
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, emulator.tls?.ca ?? '')
  environment = {
    ...emulator.environment,
    KMS_URL: emulator.url,
    KMS_INSTANCE_URL: emulator.tls?.url ?? '',
    KMS_CA_FILE: caFile,
    CLIENT_KEY_FILE: emulator.clientKeyFiles?.path ?? '',
    CLIENT_KEY_PASSWORD_FILE: emulator.clientKeyFiles?.passwordPath ?? '',
  }
}, LIMIT)

afterAll(async () => {
  await emulator.close()
  consumers.remove()
  rmSync(folder, { recursive: true })
})

/** What the tests of an example said is part of both sides, so that a failure shows it. */
function expectPassed({ status, output }: Outcome): void {
  expect({ status, output }).toEqual({ status: 0, output })
  expect(Number(/^[#ℹ] pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(0)
  expect(output).toMatch(/^[#ℹ] fail 0$/m)
}

const signed = () => emulator.requests().filter(({ operation }) => /Sign/.test(String(operation))).length

const npmTest = (project: string) => run(project, ['npm', 'test'], environment)

describe('webhooks', () => {
  const configurations = readdirSync('examples/webhooks/config')

  test('has a configuration for each vendor', () => {
    expect(configurations).toEqual(['alibaba-kms.yaml', 'aws-kms.yaml', 'local.yaml', 'trent-service.yaml'])
  })

  describe.each(configurations)('with %s', (configuration) => {
    const remote = configuration !== 'local.yaml'
    let project: string
    const programs: ProjectProcess[] = []

    afterEach(() => {
      // Those of a test that has failed.
      for (const program of programs.splice(0)) program.terminate()
    })

    beforeAll(() => {
      project = consumers.install('webhooks')
      copyFileSync(join(project, 'config', configuration), join(project, 'signport.yaml'))
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
        const main = (file: string, more: Record<string, string>) => {
          const program = start(project, ['node', `dist/src/${file}.js`], {
            ...environment,
            PORT: '0',
            ...more,
          })
          programs.push(program)
          return program
        }
        const receiver = main('receiver-main', {})
        const shop = main('main', { SUBSCRIBER: `${await receiver.url}/webhooks` })
        const url = await shop.url
        const pem = await (await fetch(`${url}/webhooks/key.pem`)).text()
        expect(pem).toBe(readFileSync(join(project, 'shop.pem'), 'utf8'))

        const before = emulator.requests().length
        const order = {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"item":"a chair"}',
        }
        expect((await fetch(`${url}/orders`, order)).status).toBe(201)
        const asked = emulator.requests().slice(before)
        expect(asked.map(({ operation }) => operation)).toEqual(
          remote ? [expect.stringMatching(/Sign$/)] : [],
        )

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
      writeFileSync(join(project, 'documents.pem'), documents.publicKey)
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
