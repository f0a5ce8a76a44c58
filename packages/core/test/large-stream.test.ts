import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createSigner, type InputKind } from '../src/index.js'
import { keyPair } from './support/keys.js'
import { NodeProvider } from './support/node-provider.js'

const MIB = 1024 * 1024
const CHUNKS = 1024

/** How much larger than before the process may become: less than a tenth of what goes through it. */
const ALLOWED_BYTES = 96 * MIB

/** One GiB, in one buffer, with a look at the memory now and then. */
async function* gibibyte(onPeak: (bytes: number) => void) {
  const buffer = new Uint8Array(MIB)
  for (let index = 0; index < CHUNKS; index++) {
    buffer.fill(index)
    if (index % 64 === 0) onPeak(process.memoryUsage.rss())
    yield buffer
  }
}

function digestOfGibibyte(): Buffer {
  const hasher = createHash('sha256')
  for (let index = 0; index < CHUNKS; index++) hasher.update(new Uint8Array(MIB).fill(index))
  return hasher.digest()
}

// Memory is a matter of core, not of the Node: once is enough.
const onNode20 = process.versions.node.startsWith('20.') ? test : test.skip

onNode20.each<[string, InputKind[]]>([
  ['hashed here', ['digest']],
  ['read by the provider', ['stream']],
])('a stream of 1 GiB, %s, needs no more memory than a short one', async (_, inputs) => {
  const provider = new NodeProvider(keyPair('ES256'), { inputs })
  const signer = createSigner({ provider, keyId: 'x', algorithm: 'ES256' })
  await signer.sign(Buffer.from('a message'))
  const before = process.memoryUsage.rss()
  let peak = before
  const source = gibibyte((rss) => {
    peak = Math.max(peak, rss)
  })
  const signature = await signer.sign(source)
  expect(peak - before).toBeLessThan(ALLOWED_BYTES)
  expect(await signer.verifyDigest(digestOfGibibyte(), signature)).toBe(true)
})
