import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { createSigner } from '@signport/core'
import { type AwsKmsCredentials, createAwsKmsProvider } from '../src/index.js'
import { configFile, emptyEnvironment, removeConfigFiles } from './support/environment.js'
import { everythingOf, failure } from './support/failure.js'
import { json, type Play, type RawServer, startRawServer } from './support/raw-server.js'
import { CREDENTIALS, KEY_ARN, KEY_ID, signRequest } from './support/requests.js'
import { setDate } from './support/time.js'

emptyEnvironment()

const MESSAGE = Buffer.from('message')
const EXPIRED = { __type: 'ExpiredTokenException', message: 'The security token included is expired' }

let server: RawServer
afterEach(async () => {
  jest.useRealTimers()
  await server.close()
  removeConfigFiles()
})

/** A server that no longer takes the tokens that end with 1 to N. */
function expiredUpTo(last: () => number): Play {
  return ({ headers }) => {
    const count = Number(/\d+$/.exec(String(headers['x-amz-security-token'])))
    return count <= last() ? json(400, EXPIRED) : json(200, { KeyId: KEY_ARN, Signature: 'AAAA' })
  }
}

async function providerTo(play: Play, credentials?: AwsKmsCredentials) {
  server = await startRawServer(play)
  const given = credentials && { credentials }
  return createAwsKmsProvider({ region: 'us-east-1', endpoint: server.url, ...given })
}

/** Credentials that are others each time. */
function rotating() {
  const asked: unknown[] = []
  const credentials: AwsKmsCredentials = async (properties) => {
    const sessionToken = `session-token-${asked.push(properties?.forceRefresh)}`
    return { ...CREDENTIALS, sessionToken }
  }
  return { credentials, asked }
}

describe('credentials that ran out before their time', () => {
  test('are fetched anew for the next request', async () => {
    let last = 0
    const { credentials, asked } = rotating()
    const provider = await providerTo(
      expiredUpTo(() => last),
      credentials,
    )
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    await sign()
    last = 1
    const error = await failure(sign, 'Unauthenticated')
    expect(error.retryable).toBe(true)
    expect(error.message).toContain('(others have been fetched: try again)')
    await sign()
    await sign()
    expect(asked).toEqual([undefined, true])
    await provider.close?.()
  })

  test('are fetched anew although others are being fetched, which turn out to be the same', async () => {
    let last = 0
    const asked: unknown[] = []
    const expiration = new Date(Date.now() + 4 * 60_000)
    const provider = await providerTo(
      expiredUpTo(() => last),
      async (properties) => {
        asked.push(properties?.forceRefresh)
        if (properties?.forceRefresh) return { ...CREDENTIALS, sessionToken: 'session-token-2' }
        // The second time is the one for which nobody waits: the service has refused the first ones by then.
        if (asked.length > 1) await setTimeout(100)
        return { ...CREDENTIALS, sessionToken: 'session-token-1', expiration }
      },
    )
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    await sign()
    last = 1
    setDate(Date.now() + 60_000)
    expect((await failure(sign, 'Unauthenticated')).retryable).toBe(true)
    expect((await sign()).keyId).toBe(KEY_ARN)
    expect(asked).toEqual([undefined, undefined, true])
    await provider.close?.()
  })

  test('are fetched once for all the calls that were refused', async () => {
    const { credentials, asked } = rotating()
    const provider = await providerTo(
      expiredUpTo(() => 1),
      credentials,
    )
    const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'ES256', check: 'never' })
    // The server's bytes are no signature: that the service gave them shows in what the error is about.
    const calls = Array.from({ length: 50 }, () => failure(() => signer.sign(MESSAGE), 'InvalidResponse'))
    await Promise.all(calls)
    expect(asked).toEqual([undefined, true])
    expect(server.seen).toHaveLength(100)
    await signer.close()
  })

  test('and are followed by ones that ran out, too, end the call', async () => {
    const { credentials } = rotating()
    const provider = await providerTo(
      expiredUpTo(() => 99),
      credentials,
    )
    const signer = createSigner({ provider, keyId: KEY_ID, algorithm: 'ES256', check: 'never' })
    const error = await failure(() => signer.sign(MESSAGE), 'Unauthenticated')
    expect(server.seen).toHaveLength(2)
    expect(everythingOf(error)).not.toContain('session-token')
    await signer.close()
  })

  test.each<[string, AwsKmsCredentials]>([
    ['were given once and for all', { ...CREDENTIALS, sessionToken: 'session-token-1' }],
    ['are all that the function has', async () => ({ ...CREDENTIALS, sessionToken: 'session-token-1' })],
  ])('end the call where they %s', async (_, credentials) => {
    const provider = await providerTo(
      expiredUpTo(() => 1),
      credentials,
    )
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unauthenticated')
    expect(error.retryable).toBe(false)
    expect(error.message).toMatch(/\((there are no others than these: )?get new (ones|credentials)\)/)
    await provider.close?.()
  })

  test('end the call with why there are no others', async () => {
    let calls = 0
    const provider = await providerTo(
      expiredUpTo(() => 1),
      async () => {
        if (++calls > 1) throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
        return { ...CREDENTIALS, sessionToken: 'session-token-1' }
      },
    )
    const error = await failure(() => provider.sign(signRequest(MESSAGE), {}), 'Unavailable')
    expect(error.message).toContain('could not reach what gives out its credentials: ECONNREFUSED')
    await provider.close?.()
  })

  test('do not take the time of an answer while others are fetched', async () => {
    const moves: string[] = []
    const clock = { pause: () => void moves.push('pause'), restart: () => void moves.push('restart') }
    let calls = 0
    const provider = await providerTo(
      expiredUpTo(() => 1),
      async () => {
        moves.push('credentials')
        return { ...CREDENTIALS, sessionToken: `session-token-${++calls}` }
      },
    )
    await failure(() => provider.sign(signRequest(MESSAGE), { clock }), 'Unauthenticated')
    expect(moves.slice(-3)).toEqual(['restart', 'pause', 'credentials'])
    await provider.close?.()
  })

  test('end no call later than its abort while others are fetched', async () => {
    const controller = new AbortController()
    let calls = 0
    const provider = await providerTo(
      expiredUpTo(() => 1),
      async () => {
        if (++calls > 1) {
          controller.abort()
          await new Promise(() => {})
        }
        return { ...CREDENTIALS, sessionToken: 'session-token-1' }
      },
    )
    await failure(() => provider.sign(signRequest(MESSAGE), { signal: controller.signal }), 'Aborted')
    await provider.close?.()
  })

  test('of the environment, and others that are there since', async () => {
    const found = (count: number) =>
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: 'AKIDENV',
        AWS_SECRET_ACCESS_KEY: 'secret',
        AWS_SESSION_TOKEN: `session-token-${count}`,
      })
    found(1)
    const provider = await providerTo(expiredUpTo(() => 1))
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    expect((await failure(sign, 'Unauthenticated')).retryable).toBe(false)
    found(2)
    expect((await failure(sign, 'Unauthenticated')).retryable).toBe(true)
    expect((await sign()).keyId).toBe(KEY_ARN)
    await provider.close?.()
  })

  test('of a program that a profile names, which is run again', async () => {
    const script = (token: string) =>
      JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROCESS', SecretAccessKey: 's', SessionToken: token })
    const path = configFile('')
    const counter = join(dirname(path), 'counter')
    const lines = `echo x >> ${counter}; n=$(wc -l < ${counter} | tr -d " "); echo '${script("token-'$n'")}'`
    process.env.AWS_CONFIG_FILE = configFile(`[profile p]\ncredential_process = ${lines}\n`)
    process.env.AWS_PROFILE = 'p'
    const provider = await providerTo(expiredUpTo(() => 1))
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    expect((await failure(sign, 'Unauthenticated')).retryable).toBe(true)
    await sign()
    await sign()
    expect(readFileSync(counter, 'utf8')).toBe('x\nx\n')
    await provider.close?.()
  })
})

describe('credentials that do not come', () => {
  /** Timers alone stand still: what goes over sockets and pipes goes on. */
  const holdTimers = () =>
    jest.useFakeTimers({
      doNotFake: [
        'Date',
        'nextTick',
        'setImmediate',
        'clearImmediate',
        'queueMicrotask',
        'performance',
        'hrtime',
      ],
    })

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }

  test('from a function are not waited for without end, and are asked for again', async () => {
    let calls = 0
    const provider = await providerTo(
      expiredUpTo(() => 0),
      () => (++calls === 1 ? new Promise(() => {}) : Promise.resolve({ ...CREDENTIALS, sessionToken: 't1' })),
    )
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    // Loads the SDK, which may have timers of its own.
    await provider.getPublicKey({ keyId: 'arn:aws:kms:eu-west-1:111122223333:alias/a' }, {}).catch(() => {})
    holdTimers()
    const waiting = [1, 2].map(() => failure(sign, 'Timeout'))
    await until(() => calls === 1)
    await jest.advanceTimersByTimeAsync(30_000)
    for (const error of await Promise.all(waiting)) {
      expect(error).toMatchObject({ retryable: true, provider: 'aws-kms' })
      expect(error.message).toBe('The credentials did not come within 30000 ms.')
    }
    jest.useRealTimers()
    expect((await sign()).keyId).toBe(KEY_ARN)
    expect(calls).toBe(2)
    await provider.close?.()
  })

  test('from a program that hangs are looked for anew by later calls', async () => {
    const runs = join(dirname(configFile('')), 'runs')
    const ran = () => (existsSync(runs) ? readFileSync(runs, 'utf8').split('\n').slice(0, -1) : [])
    const output = JSON.stringify({ Version: 1, AccessKeyId: 'AKIDPROCESS', SecretAccessKey: 's' })
    // Which run hangs is decided before the line is written that the test waits for: the next run cannot come in between.
    const hangsOnce = `held=; test -e ${runs} || held=1; echo $$ >> ${runs}; test -z "$held" || exec sleep 600; echo '${output}'`
    process.env.AWS_CONFIG_FILE = configFile(`[profile p]\ncredential_process = ${hangsOnce}\n`)
    process.env.AWS_PROFILE = 'p'
    const provider = await providerTo(() => json(200, { KeyId: KEY_ARN, Signature: 'AAAA' }))
    const sign = () => provider.sign(signRequest(MESSAGE), {})
    await provider.getPublicKey({ keyId: 'arn:aws:kms:eu-west-1:111122223333:alias/a' }, {}).catch(() => {})
    holdTimers()
    const first = failure(sign, 'Timeout')
    await until(() => ran().length === 1)
    await jest.advanceTimersByTimeAsync(30_000)
    await first
    jest.useRealTimers()
    try {
      expect((await sign()).keyId).toBe(KEY_ARN)
      expect(ran()).toHaveLength(2)
    } finally {
      process.kill(Number(ran()[0]))
    }
    // The SDK looks on where it was held up, which is of no use to anybody, and in the end runs the program again.
    await until(() => ran().length === 3)
    await provider.close?.()
  })

  test('end no call later than its abort', async () => {
    const provider = await providerTo(
      () => undefined,
      () => new Promise(() => {}),
    )
    const controller = new AbortController()
    const call = failure(() => provider.sign(signRequest(MESSAGE), { signal: controller.signal }), 'Aborted')
    controller.abort()
    await call
    expect(server.connections()).toBe(0)
    await provider.close?.()
  })
})
