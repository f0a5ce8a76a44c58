import { createReadStream } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createSigner, type Signer, type SignInput, SigningError } from '@signport/core'
import { signJws } from '../src/index.js'
import { sourceOf } from '../src/stream-source.js'
import { failureText } from './support/failure.js'
import { AliasService, newP256, signerOf } from './support/signers.js'

/** A signer of a service that does not give its key. */
function refused(): Signer {
  const service = new AliasService(newP256())
  service.getPublicKey = async () => {
    throw new SigningError('AccessDenied', 'No.')
  }
  return createSigner({ provider: service, keyId: 'k', algorithm: 'ES256' })
}

async function closed(): Promise<Signer> {
  const signer = signerOf('ES256')
  await signer.close()
  return signer
}

/** Streams of every kind, and whether one of them has been ended. */
const KINDS: readonly [string, () => [stream: SignInput, isEnded: () => unknown]][] = [
  [
    'a file',
    () => {
      const stream = createReadStream('package.json')
      return [stream, () => stream.destroyed]
    },
  ],
  [
    'a ReadableStream',
    () => {
      let isCancelled = false
      const stream = new ReadableStream({
        cancel() {
          isCancelled = true
        },
      })
      return [stream, () => isCancelled]
    },
  ],
  [
    'a generator',
    () => {
      const stream = chunks()
      return [stream, async () => (await stream.next()).done]
    },
  ],
]

async function* chunks(): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from('chunk')
}

describe.each(KINDS)('%s is ended', (_, open) => {
  const call = signJws as (...args: unknown[]) => Promise<unknown>

  test.each<[string, () => Signer | Promise<Signer>, object, RegExp]>([
    ['the key cannot be had', refused, { detached: true }, /^AccessDenied/],
    ['the signer is closed', closed, { detached: true }, /^Closed/],
    ['an option is wrong', () => signerOf('ES256'), { detached: true, b64: 1 }, /^InvalidArgument/],
    ['it is not detached', () => signerOf('ES256'), {}, /^InvalidArgument/],
    ['the call is aborted', refused, { detached: true, signal: AbortSignal.abort() }, /^Aborted/],
    [
      'the call is aborted, and the name of the key is known',
      () => signerOf('ES256', undefined, { kid: 'k' }),
      { detached: true, signal: AbortSignal.abort() },
      /^Aborted/,
    ],
  ])('when %s', async (__, signerFor, options, error) => {
    const [stream, isEnded] = open()
    const signer = await signerFor()
    expect(await failureText(() => call(signer, stream, options))).toMatch(error)
    expect(await isEnded()).toBe(true)
  })
})

describe('a stream', () => {
  const counted = () => {
    const asked: string[] = []
    const stream = {
      [Symbol.asyncIterator]: () => stream,
      async next() {
        asked.push('next')
        return { value: Buffer.from('a'), done: false as const }
      },
      async return() {
        asked.push('return')
        throw new Error('the disk has gone')
      },
    }
    return { asked, source: sourceOf(stream) }
  }

  test('that was not read is ended once', async () => {
    const { asked, source } = counted()
    await source.stream[Symbol.asyncIterator]().return?.()
    source.release()
    source.release()
    expect(asked).toEqual(['return'])
  })

  test('that is being read is left to its reader', async () => {
    const { asked, source } = counted()
    const reader = source.stream[Symbol.asyncIterator]()
    await reader.next()
    source.release()
    expect(asked).toEqual(['next'])
    await expect(reader.return?.()).rejects.toThrow('the disk has gone')
    expect(asked).toEqual(['next', 'return'])
  })
})
