import { KMSClient } from '@aws-sdk/client-kms'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createSigner, parseAlgorithm, SigningError, type SigningProvider } from '@signport/core'
import { type AwsKmsOptions, createAwsKmsProvider } from '../src/index.js'
import { configFile, emptyEnvironment, removeConfigFiles } from './support/environment.js'
import { failure } from './support/failure.js'
import { json, type Play, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, KEY_ID, signRequest } from './support/requests.js'

emptyEnvironment()

let server: RawServer
afterEach(async () => {
  await server?.close()
  removeConfigFiles()
})

const SIGNED = { KeyId: KEY_ARN, Signature: 'AAAA', SigningAlgorithm: 'ECDSA_SHA_256' }
const MESSAGE = Buffer.from('message')
const signs: Play = () => json(200, SIGNED, { 'x-amzn-requestid': 'request-1' })
const neverAnswers: Play = () => undefined

async function serve(play: Play): Promise<AwsKmsOptions & { endpoint: string }> {
  server = await startRawServer(play)
  return { region: 'us-east-1', endpoint: server.url, credentials: CREDENTIALS }
}

const bodies = () => server.seen.map(({ body }) => JSON.parse(body.toString()))

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 10_000
  while (!isSo()) {
    if (performance.now() > end) throw new Error('What was waited for has not come.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('what is sent', () => {
  test('is one request with the message as it is, its type and the grant tokens', async () => {
    const grantTokens = ['token-1', 'token-2']
    const provider = createAwsKmsProvider({ ...(await serve(signs)), grantTokens })
    grantTokens.push('too late')
    expect(await provider.sign(signRequest(MESSAGE), {})).toEqual({
      bytes: new Uint8Array(3),
      keyId: KEY_ARN,
      wireName: 'ECDSA_SHA_256',
      requestId: 'request-1',
    })
    const sent = {
      KeyId: KEY_ID,
      Message: MESSAGE.toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'ECDSA_SHA_256',
      GrantTokens: ['token-1', 'token-2'],
    }
    expect(bodies()).toEqual([sent])
    await provider.probe?.({ keyId: KEY_ID, algorithm: parseAlgorithm('ES256') }, {})
    const zeros = { Message: Buffer.alloc(32).toString('base64'), MessageType: 'DIGEST', DryRun: true }
    expect(bodies()[1]).toEqual({ ...sent, ...zeros })
    await failure(() => provider.getPublicKey({ keyId: KEY_ID }, {}), 'InvalidResponse')
    expect(bodies()[2]).toEqual({ KeyId: KEY_ID, GrantTokens: ['token-1', 'token-2'] })
    await provider.close?.()
  })

  test('has no grant tokens where there are none', async () => {
    const provider = createAwsKmsProvider({ ...(await serve(signs)), grantTokens: [] })
    await provider.sign(signRequest(MESSAGE), {})
    expect(bodies()[0]).not.toHaveProperty('GrantTokens')
    await provider.close?.()
  })

  test.each(['throttled', 'internal', 'nothing'])('goes once, whatever comes back: %s', async (what) => {
    const answers: Record<string, Play> = {
      throttled: () => json(400, { __type: 'ThrottlingException' }),
      internal: () => json(500, { __type: 'KMSInternalException' }),
      nothing: ({ socket }) => void socket.destroy(),
    }
    // The retries of the SDK are not for whoever keeps time to see.
    Object.assign(process.env, { AWS_MAX_ATTEMPTS: '5', AWS_RETRY_MODE: 'adaptive' })
    const provider = createAwsKmsProvider(await serve(answers[what] as Play))
    expect((await failure(() => provider.sign(signRequest(MESSAGE), {}))).retryable).toBe(true)
    expect(server.seen).toHaveLength(1)
    await provider.close?.()
  })

  test('does not wait for a service that was busy: how long to wait is for whoever keeps time', async () => {
    process.env.AWS_RETRY_MODE = 'adaptive'
    const provider = createAwsKmsProvider(await serve(() => json(400, { __type: 'ThrottlingException' })))
    const begin = performance.now()
    for (let call = 0; call < 5; call++)
      await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Throttled')
    // The SDK's own pace would make it 8 seconds.
    expect(performance.now() - begin).toBeLessThan(4_000)
    await provider.close?.()
  })

  test('goes to the FIPS endpoint where that is asked for', async () => {
    // Nothing answers there: the error names the option that cannot be combined.
    const provider = createAwsKmsProvider({ ...(await serve(signs)), useFipsEndpoint: true })
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Configuration')
    expect(error.message).toContain('FIPS and custom endpoint are not supported')
    expect(server.connections()).toBe(0)
  })
})

describe('connections', () => {
  test('are kept for later calls, and never more than maxConcurrency', async () => {
    let atOnce = 0
    let most = 0
    const options = await serve((_, response) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      setTimeout(() => {
        atOnce -= 1
        response.end(JSON.stringify(SIGNED))
      }, 5)
      return undefined
    })
    const provider = createAwsKmsProvider({ ...options, maxConcurrency: 3 })
    await Promise.all(Array.from({ length: 30 }, () => provider.sign(signRequest(MESSAGE), {})))
    expect(server.seen).toHaveLength(30)
    expect(most).toBe(3)
    expect(server.connections()).toBe(3)
    await provider.close?.()
    await until(() => server.openSockets() === 0)
  })

  test('are closed with the last signer', async () => {
    const provider = createAwsKmsProvider(await serve(signs))
    const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'ES256', check: 'never' })
    // What the server gives is no signature; what matters is the connection.
    await failure(() => signer.sign(MESSAGE), 'InvalidResponse')
    expect(server.openSockets()).toBe(1)
    await signer.close()
    await until(() => server.openSockets() === 0)
  })

  test('are nothing to close before the first call', async () => {
    await createAwsKmsProvider().close?.()
  })
})

describe('an abort', () => {
  /** What a call fails with that is aborted as soon as something is so. */
  async function abortedWhen(isSo: () => boolean, provider: SigningProvider, reason?: Error) {
    const controller = new AbortController()
    const signing = failure(
      () => provider.sign(signRequest(MESSAGE), { signal: controller.signal }),
      'Aborted',
    )
    await until(isSo)
    controller.abort(reason)
    return signing
  }

  test('ends a call at once, and its connection with it', async () => {
    const provider = createAwsKmsProvider(await serve(neverAnswers))
    const reason = new Error('no longer wanted')
    const error = await abortedWhen(() => server.seen.length === 1, provider, reason)
    expect(error).toMatchObject({ name: 'AbortError', retryable: false })
    expect(error.cause).toBe(reason)
    await until(() => server.openSockets() === 0)
  })

  test('before there are credentials leaves nothing that goes out when they come', async () => {
    let give: (credentials: typeof CREDENTIALS) => void = () => {}
    let asked = false
    const credentials = () => {
      asked = true
      return new Promise<typeof CREDENTIALS>((resolve) => {
        give = resolve
      })
    }
    const provider = createAwsKmsProvider({ ...(await serve(neverAnswers)), credentials })
    await abortedWhen(() => asked, provider)
    give(CREDENTIALS)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.openSockets()).toBe(0)
    expect(server.seen).toEqual([])
  })

  test('ends its own call alone, of many that are under way at once', async () => {
    const held: (() => void)[] = []
    const options = await serve((request, response) => {
      const { Message: message } = JSON.parse(request.body.toString())
      held.push(() => response.end(JSON.stringify({ ...SIGNED, Signature: message })))
      return undefined
    })
    const provider = createAwsKmsProvider(options)
    const calls = Array.from({ length: 20 }, (_, index) => {
      const controller = new AbortController()
      const message = Buffer.from(`message ${index}`)
      return {
        message,
        controller,
        signing: provider.sign(signRequest(message), { signal: controller.signal }),
      }
    })
    const outcomes = Promise.allSettled(calls.map(({ signing }) => signing))
    await until(() => held.length === calls.length)
    for (const [index, { controller }] of calls.entries()) if (index % 2 === 0) controller.abort(index)
    await until(() => server.openSockets() === calls.length / 2)
    for (const answer of held) answer()
    for (const [index, outcome] of (await outcomes).entries()) {
      const { message } = calls[index] ?? {}
      if (index % 2 === 0) expect(outcome).toMatchObject({ reason: { code: 'Aborted', cause: index } })
      else expect(outcome).toMatchObject({ value: { bytes: new Uint8Array(message ?? []) } })
    }
  })

  test('ends a call whose answer has begun', async () => {
    let begun = false
    const options = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      begun = response.write('{')
      return undefined
    })
    await abortedWhen(() => begun, createAwsKmsProvider(options))
    await until(() => server.openSockets() === 0)
  })

  test('ends a call that waits for a connection', async () => {
    const provider = createAwsKmsProvider({ ...(await serve(neverAnswers)), maxConcurrency: 1 })
    const [first, second] = [new AbortController(), new AbortController()]
    const calls = [first, second].map(({ signal }) =>
      failure(() => provider.sign(signRequest(MESSAGE), { signal }), 'Aborted'),
    )
    await until(() => server.seen.length === 1)
    second.abort()
    await calls[1]
    expect(server.seen).toHaveLength(1)
    first.abort()
    await calls[0]
  })

  test('ends a call before anything is sent', async () => {
    const provider = createAwsKmsProvider(await serve(signs))
    await failure(() => provider.sign(signRequest(MESSAGE), { signal: AbortSignal.abort() }), 'Aborted')
    expect(server.connections()).toBe(0)
  })

  test('with an error of ours as its reason ends with that', async () => {
    const provider = createAwsKmsProvider(await serve(neverAnswers))
    const reason = new SigningError('Timeout', 'It took too long.')
    const signal = AbortSignal.abort(reason)
    expect(await failure(() => provider.sign(signRequest(MESSAGE), { signal }))).toBe(reason)
  })

  test('by the clock of a signer is its Timeout', async () => {
    const provider = createAwsKmsProvider(await serve(neverAnswers))
    const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'ES256' })
    const error = await failure(() => signer.sign(MESSAGE, { timeoutMs: 200 }), 'Timeout')
    expect(error.retryable).toBe(true)
    await signer.close()
    await until(() => server.openSockets() === 0)
  })

  test('that never comes leaves no listener behind', async () => {
    const provider = createAwsKmsProvider(await serve(signs))
    const { signal } = new AbortController()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners += 1
      add(...parameters)
    }
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners -= 1
      remove(...parameters)
    }
    for (let call = 0; call < 20; call++) await provider.sign(signRequest(MESSAGE), { signal })
    await until(() => listeners === 0)
    await provider.close?.()
  })
})

describe('the region', () => {
  const found = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
  const scope = () =>
    /Credential=[^/]+\/\d+\/([^/]+)\/kms/.exec(server.seen[0]?.headers.authorization ?? '')?.[1]

  test.each<[string, () => Record<string, string>, AwsKmsOptions, string]>([
    ['is the option', () => ({ AWS_REGION: 'eu-west-1' }), { region: 'eu-west-2' }, 'eu-west-2'],
    ['is AWS_REGION without one', () => ({ AWS_REGION: 'eu-west-1' }), {}, 'eu-west-1'],
    [
      "is the profile's without both",
      () => ({ AWS_CONFIG_FILE: configFile('[profile p]\nregion = ap-south-1\n') }),
      { profile: 'p' },
      'ap-south-1',
    ],
  ])('%s', async (_, environment, options, region) => {
    const { endpoint } = await serve(() => json(200, SIGNED))
    Object.assign(process.env, found, environment())
    const provider = createAwsKmsProvider({ endpoint, credentials: CREDENTIALS, ...options })
    await provider.sign(signRequest(MESSAGE), {})
    expect(scope()).toBe(region)
    const keyId = 'arn:aws:kms:us-east-1:111122223333:alias/a'
    const error = await failure(() => provider.sign(signRequest(MESSAGE, { keyId }), {}), 'Configuration')
    expect(error.message).toContain(`is 'us-east-1', but the provider's is '${region}'`)
    expect(server.seen).toHaveLength(1)
    await provider.close?.()
  })

  test('must be known, and may be set after a call that failed for it', async () => {
    const { endpoint } = await serve(signs)
    const provider = createAwsKmsProvider({ endpoint, credentials: CREDENTIALS })
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Configuration')
    expect(error.message).toContain('(Region is missing): set the option region, AWS_REGION')
    process.env.AWS_REGION = 'eu-west-1.example.com/'
    const other = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Configuration')
    expect(other.message).toContain('region="eu-west-1.example.com/" is not a valid hostname component')
    expect(server.connections()).toBe(0)
    process.env.AWS_REGION = 'eu-west-1'
    expect((await provider.sign(signRequest(MESSAGE), {})).keyId).toBe(KEY_ARN)
    expect(scope()).toBe('eu-west-1')
    await provider.close?.()
  })
})

describe('a client of the user', () => {
  test('is used as it is, with its own retries, and is not destroyed', async () => {
    let asked = 0
    const options = await serve(() => {
      asked += 1
      return asked === 1 ? json(400, { __type: 'ThrottlingException' }) : json(200, SIGNED)
    })
    const client = new KMSClient({
      region: 'us-east-1',
      endpoint: options.endpoint,
      credentials: CREDENTIALS,
    })
    const provider = createAwsKmsProvider({ client })
    expect((await provider.sign(signRequest(MESSAGE), {})).keyId).toBe(KEY_ARN)
    expect(asked).toBe(2)
    await provider.close?.()
    expect(server.openSockets()).toBe(1)
    await provider.sign(signRequest(MESSAGE), {})
    expect(server.connections()).toBe(1)
    client.destroy()
  })

  test('that follows its own rules on where to connect may do so', async () => {
    const options = await serve(signs)
    const client = new KMSClient({
      region: 'us-east-1',
      endpoint: 'http://kms.signport.invalid',
      credentials: CREDENTIALS,
      // Such as a proxy: the request goes elsewhere than its address says.
      requestHandler: {
        handle: async () => ({
          response: { statusCode: 200, headers: {}, body: Buffer.from(JSON.stringify(SIGNED)) },
        }),
      } as never,
    })
    expect((await createAwsKmsProvider({ client }).sign(signRequest(MESSAGE), {})).keyId).toBe(KEY_ARN)
    expect(options.endpoint).toBe(server.url)
  })

  test('fails by what came last', async () => {
    const { endpoint } = await serve(({ socket }) => {
      if (server.seen.length === 1) return json(400, { __type: 'ThrottlingException' })
      socket.destroy()
      return undefined
    })
    const client = new KMSClient({ region: 'us-east-1', endpoint, credentials: CREDENTIALS, maxAttempts: 2 })
    const provider = createAwsKmsProvider({ client })
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unavailable')
    expect(error.providerCode).toBeUndefined()
    expect(server.seen).toHaveLength(2)
    client.destroy()
  })

  test('fails as ours does', async () => {
    const { endpoint } = await serve(() => json(400, { __type: 'DisabledException', message: 'Off.' }))
    const client = new KMSClient({ region: 'us-east-1', endpoint, credentials: CREDENTIALS })
    const error = await failure(
      () => createAwsKmsProvider({ client }).sign(signRequest(MESSAGE), {}),
      'KeyDisabled',
    )
    expect(error.providerCode).toBe('DisabledException')
    client.destroy()
  })

  test('may be anything that sends commands, without a region to compare', async () => {
    const commands: unknown[] = []
    const client = {
      async send(command: { input: unknown }) {
        commands.push(command.input)
        return { ...SIGNED, Signature: Uint8Array.of(1), $metadata: {} }
      },
    }
    const provider = createAwsKmsProvider({ client: client as never })
    const keyId = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    expect((await provider.sign(signRequest(MESSAGE, { keyId }), {})).bytes).toEqual(Uint8Array.of(1))
    expect(commands).toHaveLength(1)
  })

  test('that throws what it likes is still a SigningError', async () => {
    for (const thrown of [undefined, null, 'text', { code: 5 }, new Error('token-token-token')]) {
      const client = { send: () => Promise.reject(thrown) } as never
      const provider = createAwsKmsProvider({ client })
      const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Configuration')
      expect(SigningError.is(error)).toBe(true)
    }
  })
})
