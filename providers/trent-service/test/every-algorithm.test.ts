import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { algorithms, createSigner, parseAlgorithm, type Signer, type SignerOptions } from '@signport/core'
import { type Emulator, startEmulator } from '@signport/emulator'
import {
  createTrentServiceClient,
  createTrentServiceProvider,
  type TrentServiceClient,
} from '../src/index.js'
import { failureOf } from './support/failure.js'
import { CASES } from './support/stranger.js'

/*
 * Every algorithm of the protocol, against a server that really signs and checks the signatures of requests.
 */

const MESSAGE = Buffer.from('a message')
const WRONG = Buffer.from('a massage')

let emulator: Emulator
let client: TrentServiceClient
const keys = new Map<string, Promise<string>>()

beforeAll(async () => {
  emulator = await startEmulator()
  client = createTrentServiceClient(options())
})

afterAll(async () => {
  await client.close()
  await emulator.close()
})

const options = () => ({ endpoint: emulator.url, credentials: emulator.credentials[0] })

/** One key of each spec. */
function keyOf(keySpec: string): Promise<string> {
  const known = keys.get(keySpec)
  if (known) return known
  const made = client
    .send('CreateKey', { KeySpec: keySpec, KeyUsage: 'SIGN_VERIFY' })
    .then(({ KeyMetadata }) => (KeyMetadata as { Arn: string }).Arn)
  keys.set(keySpec, made)
  return made
}

async function withSigner<T>(
  keySpec: string,
  algorithm: string,
  use: (signer: Signer) => Promise<T>,
  more: Partial<SignerOptions> = {},
): Promise<T> {
  const provider = createTrentServiceProvider({ ...options(), region: 'us-east-1' })
  const signer = createSigner({ provider, keyId: await keyOf(keySpec), algorithm, ...more })
  try {
    return await use(signer)
  } finally {
    await signer.close()
  }
}

async function* chunksOf(size: number, count: number) {
  for (let index = 0; index < count; index++) yield Buffer.alloc(size, index)
}

test('the protocol has all algorithms but that of the RFC for Ed25519ph', () => {
  const provider = createTrentServiceProvider(options())
  const has = algorithms.filter((algorithm) => provider.support(algorithm, 'k')).map(({ name }) => name)
  expect(has).toEqual(CASES.map(([name]) => name))
})

describe.each(CASES)('%s', (name, keySpec, verify) => {
  const { digest } = parseAlgorithm(name)
  const direct = name !== 'Ed25519ph-SHA512'

  test('signs messages, and a stranger verifies them', async () => {
    await withSigner(keySpec, name, async (signer) => {
      const spki = (await signer.publicKey()).toSpki()
      const signature = await signer.sign(MESSAGE)
      expect(verify(spki, MESSAGE, signature.bytes)).toBe(true)
      expect(verify(spki, WRONG, signature.bytes)).toBe(false)
      expect(await signer.verify(MESSAGE, signature)).toBe(true)
      expect(signature).toMatchObject({
        provider: 'trent-service',
        keyId: await keyOf(keySpec),
        algorithm: name,
      })
      expect(signature.requestId).toMatch(/^[0-9a-f-]{36}$/)
    })
  })

  test(digest ? 'signs a stream of any size' : 'signs a stream up to the limit', async () => {
    await withSigner(keySpec, name, async (signer) => {
      const [size, count] = digest ? [100_000, 20] : [1024, 4]
      const message = await buffer(chunksOf(size, count))
      const signature = await signer.sign(chunksOf(size, count))
      const spki = (await signer.publicKey()).toSpki()
      expect(verify(spki, message, signature.bytes)).toBe(true)
    })
  })

  test(direct ? 'signs raw messages from 1 to 4096 bytes' : 'takes no raw message', async () => {
    await withSigner(keySpec, name, async (signer) => {
      if (!direct) {
        const refused = await failureOf(() => signer.sign(MESSAGE, { messageType: 'raw' }))
        expect(refused).toMatchObject({ code: 'UnsupportedAlgorithm' })
        return
      }
      const spki = (await signer.publicKey()).toSpki()
      for (const length of [1, 4096]) {
        const message = Buffer.alloc(length, 'x')
        const signature = await signer.sign(message, { messageType: 'raw' })
        expect(verify(spki, message, signature.bytes)).toBe(true)
        expect(signature).toMatchObject({ messageType: 'raw' })
      }
    })
  })

  test('can be probed', async () => {
    await withSigner(keySpec, name, async (signer) => {
      expect(await signer.probe()).toMatchObject({ permission: 'confirmed' })
    })
    expect(emulator.requests().at(-1)).toMatchObject({ operation: 'Sign', code: 'DryRunOperationException' })
  })

  test('is verified by the server as well', async () => {
    await withSigner(keySpec, name, async (signer) => {
      const { bytes, digest: sent, messageType } = await signer.sign(MESSAGE)
      const wireName =
        createTrentServiceProvider(options()).support(parseAlgorithm(name), 'k')?.wireName ?? ''
      const question = {
        KeyId: signer.keyId,
        Message: sent ?? MESSAGE,
        MessageType: ({ raw: 'RAW', digest: 'DIGEST', 'external-mu': 'EXTERNAL_MU' } as const)[messageType],
        SigningAlgorithm: wireName,
      }
      expect(await client.verify({ ...question, Signature: bytes })).toBe(true)
      const bent = Uint8Array.from(bytes, (byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))
      expect(await client.verify({ ...question, Signature: bent })).toBe(false)
    })
  })
})
