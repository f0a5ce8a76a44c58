import { afterEach, describe, expect, test } from '@jest/globals'
import { type AwsKmsCredentials, createAwsKmsProvider } from '../src/index.js'
import { configFile, emptyEnvironment, removeConfigFiles } from './support/environment.js'
import { everythingOf, failure } from './support/failure.js'
import { json, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, signRequest } from './support/requests.js'

emptyEnvironment()

let server: RawServer
afterEach(async () => {
  await server.close()
  removeConfigFiles()
})

const MESSAGE = Buffer.from('message')
const SECRET = 'hunter2-hunter2'

async function signWith(options: { credentials?: AwsKmsCredentials; profile?: string }) {
  server = await startRawServer(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA' }))
  const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, ...options })
  await provider.sign(signRequest(MESSAGE), {})
  await provider.close?.()
  const { authorization = '', 'x-amz-security-token': token } = server.seen[0]?.headers ?? {}
  return { accessKeyId: /Credential=([^/]+)/.exec(authorization)?.[1], token }
}

/** Its members are not its own, as those of a class that decrypts them when it is asked. */
class Decrypted {
  get accessKeyId() {
    return 'AKIDCLASS'
  }
  get secretAccessKey() {
    return SECRET
  }
  get sessionToken() {
    return 'token-4'
  }
  get expiration() {
    return null as never
  }
}

const inProfile = (lines: string) => configFile(`[profile p]\nregion = us-east-1\n${lines}\n`)

describe('requests are signed with', () => {
  const ini = 'aws_access_key_id = AKIDFILE\naws_secret_access_key = secret-in-a-file'
  const script = JSON.stringify({
    Version: 1,
    AccessKeyId: 'AKIDPROCESS',
    SecretAccessKey: 'secret-of-a-process',
    SessionToken: 'token-of-a-process',
  })
  test.each<[string, () => Record<string, string>, Parameters<typeof signWith>[0], object]>([
    [
      'the option',
      () => ({ AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 's' }),
      { credentials: CREDENTIALS },
      { accessKeyId: CREDENTIALS.accessKeyId },
    ],
    [
      'its session token, too',
      () => ({}),
      { credentials: { ...CREDENTIALS, sessionToken: 'token-1' } },
      { accessKeyId: CREDENTIALS.accessKeyId, token: 'token-1' },
    ],
    [
      'what a function gives',
      () => ({}),
      { credentials: async () => ({ ...CREDENTIALS, sessionToken: 'token-2' }) },
      { accessKeyId: CREDENTIALS.accessKeyId, token: 'token-2' },
    ],
    [
      'what an object of a class says, whose date is null',
      () => ({}),
      { credentials: new Decrypted() },
      { accessKeyId: 'AKIDCLASS', token: 'token-4' },
    ],
    [
      'what a function gives as an object of a class',
      () => ({}),
      { credentials: async () => new Decrypted() },
      { accessKeyId: 'AKIDCLASS', token: 'token-4' },
    ],
    [
      'the environment',
      () => ({ AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token-3' }),
      {},
      { accessKeyId: 'AKIDENV', token: 'token-3' },
    ],
    ['a profile', () => ({ AWS_CONFIG_FILE: inProfile(ini) }), { profile: 'p' }, { accessKeyId: 'AKIDFILE' }],
    [
      'the profile of the environment',
      () => ({ AWS_PROFILE: 'p', AWS_CONFIG_FILE: inProfile(ini) }),
      {},
      { accessKeyId: 'AKIDFILE' },
    ],
    [
      'what a program of a profile says',
      () => ({ AWS_CONFIG_FILE: inProfile(`credential_process = echo '${script}'`) }),
      { profile: 'p' },
      { accessKeyId: 'AKIDPROCESS', token: 'token-of-a-process' },
    ],
  ])('%s', async (_, environment, options, expected) => {
    Object.assign(process.env, environment())
    expect(await signWith(options)).toEqual({ token: undefined, ...expected })
  })

  test('what a function gives, asked once until its credentials run out', async () => {
    let asked = 0
    server = await startRawServer(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA' }))
    const provider = createAwsKmsProvider({
      region: 'us-east-1',
      endpoint: server.url,
      async credentials() {
        asked += 1
        return { ...CREDENTIALS, expiration: new Date(Date.now() + 3_600_000) }
      },
    })
    await Promise.all([1, 2, 3].map(() => provider.sign(signRequest(MESSAGE), {})))
    await provider.sign(signRequest(MESSAGE), {})
    expect(asked).toBe(1)
    await provider.close?.()
  })

  test('what a function gives, asked once in a while when it runs out soon', async () => {
    let asked = 0
    server = await startRawServer(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA' }))
    const provider = createAwsKmsProvider({
      region: 'us-east-1',
      endpoint: server.url,
      async credentials() {
        asked += 1
        return { ...CREDENTIALS, expiration: new Date(Date.now() + 60_000) }
      },
    })
    for (let call = 0; call < 20; call++) await provider.sign(signRequest(MESSAGE), {})
    expect(asked).toBe(1)
    await provider.close?.()
  })
})

describe('without credentials', () => {
  const named = (name: string, message: string, more = {}) =>
    Object.assign(new Error(message), { name, ...more })
  const unreadable = (name: string) =>
    Object.defineProperty({ ...CREDENTIALS }, name, {
      get() {
        throw new Error(SECRET)
      },
    })
  const throwing = (error: unknown) => ({ credentials: () => Promise.reject(error) })
  test.each<[string, () => Record<string, string>, Parameters<typeof signWith>[0], string, string]>([
    [
      'anywhere',
      () => ({}),
      {},
      'Unauthenticated',
      'Could not load credentials from any providers (set the option',
    ],
    [
      'in the profile',
      () => ({ AWS_CONFIG_FILE: inProfile('') }),
      { profile: 'p' },
      'Unauthenticated',
      'aws-kms has no credentials: Could not',
    ],
    [
      'from the program of a profile, whose arguments are not shown',
      () => ({ AWS_CONFIG_FILE: inProfile(`credential_process = false --password ${SECRET}`) }),
      { profile: 'p' },
      'Unauthenticated',
      'Could not load credentials from any providers',
    ],
    [
      'from a program that prints something else',
      () => ({ AWS_CONFIG_FILE: inProfile(`credential_process = echo ${SECRET}`) }),
      { profile: 'p' },
      'Unauthenticated',
      'Could not load credentials from any providers',
    ],
    [
      'from a function that fails',
      () => ({}),
      throwing(new Error(SECRET)),
      'Unauthenticated',
      'the function that was given for them failed with Error',
    ],
    [
      'from a function that throws text',
      () => ({}),
      throwing(SECRET),
      'Unauthenticated',
      'failed with string',
    ],
    [
      'from a function that fails at once',
      () => ({}),
      {
        credentials: () => {
          throw new RangeError(SECRET)
        },
      },
      'Unauthenticated',
      'failed with RangeError',
    ],
    [
      'from a function that cannot reach anybody',
      () => ({}),
      throwing(named('Error', SECRET, { code: 'ECONNREFUSED' })),
      'Unavailable',
      'could not reach what gives out its credentials: ECONNREFUSED',
    ],
    [
      "from a provider of the SDK's",
      () => ({}),
      throwing(named('CredentialsProviderError', 'The SSO session has expired. Log in again.')),
      'Unauthenticated',
      'has no credentials: The SSO session has expired. Log in again (set',
    ],
    [
      "from a provider of the SDK's that runs a program, whose arguments are not shown",
      () => ({}),
      throwing(named('CredentialsProviderError', `Command failed: vault --password ${SECRET}\nno`)),
      'Unauthenticated',
      'the credential_process of the profile failed',
    ],
    [
      'because a service refuses them',
      () => ({}),
      throwing(named('AccessDenied', SECRET, { $fault: 'client', $metadata: {} })),
      'Unauthenticated',
      'the function that was given for them failed with Error',
    ],
    [
      'from a function that fails by a name like those of the SDK',
      () => ({}),
      throwing(named('VaultTokenError', SECRET)),
      'Unauthenticated',
      'the function that was given for them failed with Error',
    ],
    ...['accessKeyId', 'secretAccessKey', 'sessionToken', 'expiration'].map(
      (name): [string, () => Record<string, string>, Parameters<typeof signWith>[0], string, string] => [
        `from a function whose ${name} cannot be read`,
        () => ({}),
        { credentials: async () => unreadable(name) },
        'Unauthenticated',
        'the function that was given for them failed with Error',
      ],
    ),
    [
      'from a function that gives seconds for a date',
      () => ({}),
      { credentials: async () => ({ ...CREDENTIALS, expiration: 1_767_225_600 as never }) },
      'Configuration',
      'The expiration of credentials must be a Date, not number.',
    ],
    [
      'from a function that gives none',
      () => ({}),
      { credentials: async () => undefined as never },
      'Configuration',
      'The accessKeyId of what the function for credentials gave must be a string, not undefined',
    ],
    [
      'from a function that gives half of them',
      () => ({}),
      { credentials: async () => ({ accessKeyId: SECRET }) as never },
      'Configuration',
      'The secretAccessKey of what the function for credentials gave must be a string',
    ],
  ])('%s', async (_, environment, options, code, text) => {
    Object.assign(process.env, environment())
    const error = await failure(() => signWith(options))
    expect(error).toMatchObject({ code, provider: 'aws-kms', retryable: code === 'Unavailable' })
    expect(error.message).toContain(text)
    expect(everythingOf(error)).not.toContain(SECRET)
    expect(error.cause).toBeUndefined()
    expect(server.connections()).toBe(0)
  })
})

test('what was given as an option is kept as it was then', async () => {
  const credentials = { ...CREDENTIALS }
  server = await startRawServer(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA' }))
  const provider = createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, credentials })
  credentials.accessKeyId = 'AKIDLATER'
  await provider.sign(signRequest(MESSAGE), {})
  expect(server.seen[0]?.headers.authorization).toContain(`Credential=${CREDENTIALS.accessKeyId}/`)
  await provider.close?.()
})
