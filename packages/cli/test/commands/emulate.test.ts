import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { testFolder } from '../support/folder.js'
import { failed, type Outcome, outcomeOf, signport, startSignport } from '../support/signport.js'

const folder = testFolder()

interface Running {
  /** The variables that a shell would have. */
  readonly environment: Record<string, string>
  readonly url: string
  stop(signal?: NodeJS.Signals): Promise<Outcome>
}

const children: ReturnType<typeof startSignport>[] = []

// A test that fails leaves none behind, which would keep the whole run from ending.
afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})

/** Starts an emulator, and reads what it prints for a shell, as a shell would. */
async function emulate(...args: string[]): Promise<Running> {
  const child = startSignport(['emulate', ...args], { cwd: folder.path() })
  children.push(child)
  const outcome = outcomeOf(child)
  let printed = ''
  const complete = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      printed += chunk
      if (/^export SIGNPORT_EMULATOR_TOKEN=.*\n/m.test(printed)) resolve()
    })
  })
  await Promise.race([complete, outcome])
  const environment = variablesOf(printed)
  return {
    environment,
    url: environment.AWS_ENDPOINT_URL_KMS ?? '',
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return outcome
    },
  }
}

/** What a shell makes of it. */
function variablesOf(printed: string): Record<string, string> {
  const shell = execFileSync('sh', ['-euc', 'eval "$1"; env -0', 'sh', printed], {
    env: { PATH: process.env.PATH },
  })
  const entries = shell
    .toString()
    .split('\0')
    .filter((line) => /^(?:AWS|ALIBABA|SIGNPORT)_/.test(line))
  return Object.fromEntries(entries.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
}

async function call(url: string, operation: string, input: object = {}): Promise<Record<string, unknown>> {
  const headers = { 'x-amz-target': `TrentService.${operation}` }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) })
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) }
}

test('prints what a shell needs, and says on standard error where it is', async () => {
  const { environment, url, stop } = await emulate()
  const { stdout, stderr } = await stop()
  expect(environment).toEqual({
    AWS_ENDPOINT_URL_KMS: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA\w{16}$/),
    AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^\S{40}$/),
    ALIBABA_CLOUD_ACCESS_KEY_ID: environment.AWS_ACCESS_KEY_ID,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: environment.AWS_SECRET_ACCESS_KEY,
    SIGNPORT_EMULATOR_ENDPOINT: url.replace('http://', ''),
    SIGNPORT_EMULATOR_TOKEN: expect.stringMatching(/^\S{43}$/),
  })
  const shell = stdout.toString().split('\n')
  const unset =
    'unset AWS_PROFILE AWS_SESSION_TOKEN AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ALIBABA_CLOUD_SECURITY_TOKEN'
  expect([shell[0], shell.length]).toEqual([unset, 11])
  expect(stderr).toContain(
    `signport: the emulator listens on ${url} until it is stopped, by Ctrl-C for instance.\n`,
  )
  for (const secret of [environment.AWS_SECRET_ACCESS_KEY ?? '', environment.SIGNPORT_EMULATOR_TOKEN ?? ''])
    expect(stderr).not.toContain(secret)
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with 0 on %s', async (name) => {
  const { url, stop } = await emulate('--no-auth')
  await call(url, 'ListKeys')
  expect(await stop(name)).toMatchObject({ code: 0, signal: null })
})

test('checks signatures, unless it is told not to, and warns then', async () => {
  const strict = await emulate()
  expect(await call(strict.url, 'ListKeys')).toEqual({
    status: 400,
    __type: 'MissingAuthenticationTokenException',
    message: 'Missing Authentication Token',
  })
  await strict.stop()
  const open = await emulate('--no-auth')
  expect(await call(open.url, 'ListKeys')).toMatchObject({ status: 200 })
  const { stderr } = await open.stop()
  expect(stderr).toContain(
    'signport: Requests are not checked: every program on this machine can use the keys.\n',
  )
})

describe('for clients of Alibaba Cloud', () => {
  test('speaks TLS, and writes down whom they must trust', async () => {
    const { environment, stop } = await emulate('--no-auth', '--ca-file', "the 'CA'.pem")
    const { SIGNPORT_EMULATOR_TLS_ENDPOINT = '', SIGNPORT_EMULATOR_CA_FILE = '' } = environment
    expect(SIGNPORT_EMULATOR_CA_FILE).toBe(folder.path("the 'CA'.pem"))
    const options = { ca: readFileSync(SIGNPORT_EMULATOR_CA_FILE), agent: false as const }
    const path = '/?Action=ListKeys&Version=2016-01-20'
    const call = request(`https://${SIGNPORT_EMULATOR_TLS_ENDPOINT}${path}`, options).end()
    const [response] = await once(call, 'response')
    expect(response.statusCode).toBe(200)
    response.resume()
    const { stderr } = await stop()
    expect(stderr).toContain(` and https://${SIGNPORT_EMULATOR_TLS_ENDPOINT} until it is stopped`)
  })

  test('replaces the certificate of an earlier start', async () => {
    const certificates: string[] = []
    for (let count = 0; count < 2; count += 1) {
      await (await emulate('--ca-file', 'ca.pem')).stop()
      certificates.push(readFileSync(folder.path('ca.pem'), 'utf8'))
    }
    expect(certificates[0]).not.toBe(certificates[1])
  })

  test('keeps a ClientKey in a folder from one start to the next', async () => {
    const first = await emulate('--client-key', 'client key')
    await first.stop()
    const second = await emulate('--client-key', 'client key')
    const { stderr } = await second.stop()
    const [json = '', password = ''] = readdirSync(folder.path('client key')).toSorted()
    for (const { environment } of [first, second])
      expect(environment).toMatchObject({
        SIGNPORT_EMULATOR_CLIENT_KEY_FILE: folder.path(`client key/${json}`),
        SIGNPORT_EMULATOR_CLIENT_KEY_PASSWORD_FILE: folder.path(`client key/${password}`),
      })
    expect(JSON.parse(readFileSync(folder.path(`client key/${json}`), 'utf8'))).toEqual({
      KeyId: json.replace(/^clientKey_(.*)\.json$/, '$1'),
      PrivateKeyData: expect.any(String),
    })
    expect(stderr).not.toContain(readFileSync(folder.path(`client key/${password}`), 'utf8'))
  })
})

test('gives a token that opens its control plane', async () => {
  const { url, environment, stop } = await emulate()
  const headers = { authorization: `Bearer ${environment.SIGNPORT_EMULATOR_TOKEN}` }
  const response = await fetch(`${url}/_signport/faults`, { headers })
  expect([response.status, await response.json()]).toMatchObject([200, { faults: [] }])
  await stop()
})

test('keeps keys in a file from one start to the next', async () => {
  const first = await emulate('--no-auth', '--keys', 'keys.json', '--region', 'eu-west-1')
  const created = await call(first.url, 'CreateKey', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const { Arn, KeyId } = created.KeyMetadata as { Arn: string; KeyId: string }
  expect(Arn).toBe(`arn:aws:kms:eu-west-1:111122223333:key/${KeyId}`)
  await first.stop()
  expect(statSync(folder.path('keys.json')).mode & 0o777).toBe(0o600)
  const second = await emulate('--no-auth', '--keys', 'keys.json')
  expect(await call(second.url, 'DescribeKey', { KeyId })).toMatchObject({ status: 200 })
  await second.stop()
})

test('starts with the keys of a seed', async () => {
  const id = '11111111-2222-4333-8444-555555555555'
  const seed = JSON.stringify({ version: 1, keys: [{ id, spec: 'ECC_NIST_P256' }] })
  folder.write('seed.json', seed)
  const { url, stop } = await emulate('--no-auth', '--seed', 'seed.json')
  expect(await call(url, 'DescribeKey', { KeyId: id })).toMatchObject({ status: 200 })
  await call(url, 'DisableKey', { KeyId: id })
  await stop()
  expect(readFileSync(folder.path('seed.json'), 'utf8')).toBe(seed)
})

describe('fails on purpose', () => {
  /** What comes of calls of one operation, one after the other: its status, or none where there is no answer. */
  async function statuses(url: string, count: number): Promise<(number | string)[]> {
    const found: (number | string)[] = []
    for (let index = 0; index < count; index += 1)
      found.push(
        await call(url, 'ListKeys').then(
          ({ status }) => status as number,
          () => 'none',
        ),
      )
    return found
  }

  test('for the calls that a file names, as often as it says', async () => {
    const document = { faults: [{ kind: 'throttle', operation: 'ListKeys', times: 2 }, { kind: 'reset' }] }
    folder.write('faults.json', JSON.stringify(document))
    const { url, environment, stop } = await emulate('--no-auth', '--faults', 'faults.json')
    const headers = { authorization: `Bearer ${environment.SIGNPORT_EMULATOR_TOKEN}` }
    const listed = (await (await fetch(`${url}/_signport/faults`, { headers })).json()) as object
    expect(listed).toMatchObject({
      faults: [
        { kind: 'throttle', operation: 'ListKeys', remaining: 2 },
        { kind: 'reset', remaining: 1 },
      ],
    })
    expect(await statuses(url, 4)).toEqual([400, 400, 'none', 200])
    expect((await stop()).code).toBe(0)
  })

  test('for a share of all calls, and in the next start for the same', async () => {
    const random = { seed: 7, rate: 0.5, kinds: ['internal'], operations: ['ListKeys'] }
    folder.write('random.json', JSON.stringify({ random }))
    const runs: (number | string)[][] = []
    for (let run = 0; run < 2; run += 1) {
      const { url, stop } = await emulate('--no-auth', '--faults', 'random.json')
      runs.push(await statuses(url, 30))
      await stop()
    }
    expect(runs[0]).toEqual(runs[1])
    expect(new Set(runs[0])).toEqual(new Set([200, 500]))
  })
})

describe('does not start', () => {
  test('where its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const outcome = await signport(['emulate', '--port', String(port)], { cwd: folder.path() })
    server.close()
    expect(outcome).toEqual(
      failed(`port ${port} is taken: choose another one, or leave out --port for any that is free.`),
    )
  })

  test.each<[string[], string]>([
    [['--port', 'http'], '--port should be a number from 0 to 65535; 0 is any port that is free.'],
    [['--port', '65536'], '--port should be a number from 0 to 65535; 0 is any port that is free.'],
    [
      ['--region', 'Ireland'],
      'The options of the emulator cannot be used: region: expected a region, such as us-east-1.',
    ],
    [['--seed', 'none.json'], 'cannot read none.json: there is no such file.'],
    [['--keys', 'none/keys.json'], 'cannot read none/keys.json: there is no such file.'],
    [['--faults', 'none.json'], 'cannot read none.json: there is no such file.'],
    [['--faults', '.'], 'cannot read .: it is a folder.'],
    [['--faults', '.', '--keys', 'keys.json'], 'cannot read .: it is a folder.'],
    [['--faults', 'none.json', '--keys', 'keys.json'], 'cannot read none.json: there is no such file.'],
    [
      ['--faults', 'broken.json'],
      'The file of faults broken.json cannot be used: version: there is no such member.',
    ],
    [['--faults', 'text.json'], 'The file of faults text.json is not JSON.'],
    [
      ['--faults', 'unknown.json'],
      'The file of faults unknown.json cannot be used: faults[0]: retryAfter is for kinds that refuse a call, such as throttle.',
    ],
    [['--client-key', 'open.json'], 'cannot read open.json: the system says EEXIST.'],
    [['--ca-file', 'none/ca.pem'], 'cannot write none/ca.pem: there is no such file.'],
    [
      ['--ca-file', 'open.json'],
      'open.json is there and is not a certificate: choose another path for --ca-file.',
    ],
    [['--keys', 'open.json'], 'The file of keys open.json is open to others: run chmod 600 on it.'],
    [
      ['--seed', 'broken.json'],
      'The file of keys broken.json cannot be used: version: expected 1; keys: it is missing.',
    ],
    [
      ['--seed', 'a', '--keys', 'b'],
      "option '--seed <FILE>' cannot be used with option '--keys <FILE>' (see: signport emulate --help)",
    ],
  ])('for %j', async (args, line) => {
    folder.write('broken.json', '{"version":2}')
    folder.write('open.json', '{}')
    folder.write('text.json', 'faults: none')
    folder.write('unknown.json', '{"faults":[{"kind":"html","retryAfter":1}]}')
    chmodSync(folder.path('open.json'), 0o644)
    expect(await signport(['emulate', ...args], { cwd: folder.path() })).toEqual(failed(line))
  })
})
