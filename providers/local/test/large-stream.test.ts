import { createHash, type Hash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { type AlgorithmName, createSigner } from '@signport/core'
import { sm2 } from 'sm-crypto-v2'
import { createLocalProvider } from '../src/index.js'
import { PEMS } from './support/keys.js'
import { rawMlDsaKey, rawPublicKey } from './support/stranger.js'

const MIB = 1024 * 1024
const CHUNKS = 256

/** How much larger than before the process may become: a quarter of what goes through it. */
const ALLOWED_BYTES = 64 * MIB

/** 256 MiB, in one buffer, with a look at the memory now and then. */
function* chunks(onPeak: (bytes: number) => void = () => {}) {
  const buffer = new Uint8Array(MIB)
  for (let index = 0; index < CHUNKS; index++) {
    buffer.fill(index)
    if (index % 16 === 0) onPeak(process.memoryUsage.rss())
    yield buffer
  }
}

async function* stream(onPeak: (bytes: number) => void) {
  yield* chunks(onPeak)
}

const shake256 = () => createHash('shake256', { outputLength: 64 })

/** The hash of each algorithm with what comes before the message, from the standards. */
const HASHERS: [AlgorithmName, () => Hash][] = [
  ['SM2', () => createHash('sm3').update(sm2.getZ(rawPublicKey(PEMS.SM2).toString('hex')))],
  [
    'ML-DSA-65',
    () => {
      const hashed = shake256().update(rawMlDsaKey('ML-DSA-65', PEMS['ML-DSA-65']))
      return shake256().update(hashed.digest()).update(Uint8Array.of(0, 0))
    },
  ],
  ['Ed25519ph', () => createHash('sha512')],
]

// How much memory it takes does not depend on the version of Node.
const onNode20 = process.versions.node.startsWith('20.') ? test : test.skip

onNode20.each(HASHERS)(
  '%s: a stream of 256 MiB takes no more memory than a short one',
  async (name, start) => {
    const provider = createLocalProvider({ keys: PEMS })
    const signer = createSigner({ provider, keyId: name, algorithm: name })
    const short = Buffer.from('a message')
    await signer.verify(short, await signer.sign(short))

    const before = process.memoryUsage.rss()
    let peak = before
    const onPeak = (rss: number) => {
      peak = Math.max(peak, rss)
    }
    const signature = await signer.sign(stream(onPeak))
    expect(await signer.verify(stream(onPeak), signature)).toBe(true)
    expect(peak - before).toBeLessThan(ALLOWED_BYTES)

    const hasher = start()
    for (const chunk of chunks()) hasher.update(chunk)
    expect(await signer.verifyDigest(hasher.digest(), signature)).toBe(true)
  },
)
