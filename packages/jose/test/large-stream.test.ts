import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@jest/globals'
import { signJws } from '../src/index.js'
import { signerOf } from './support/signers.js'

const MIB = 1024 * 1024
const CHUNKS = 256

/** How much more than before may be in use: a quarter of what goes through it, which is more in base64url. */
const ALLOWED_BYTES = 64 * MIB

/** What is in use when all else has been collected. */
function bytesUsed(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** 256 MiB, in one buffer, with a look at the memory now and then. */
async function* quarterOfGibibyte(onPeak: (bytes: number) => void) {
  const buffer = new Uint8Array(MIB)
  for (let index = 0; index < CHUNKS; index++) {
    buffer.fill(index)
    if (index % 32 === 0) onPeak(bytesUsed())
    yield buffer
  }
}

test.each([
  ['in base64url', {}],
  ['as they are', { b64: false }],
] as const)('256 MiB, signed %s, need no more memory than a short payload', async (_, options) => {
  const signer = signerOf('ES256')
  await signJws(signer, Buffer.alloc(4 * MIB), { ...options, detached: true })
  const before = bytesUsed()
  let peak = before
  const source = quarterOfGibibyte((bytes) => {
    peak = Math.max(peak, bytes)
  })
  const jws = await signJws(signer, source, { ...options, detached: true })
  expect(peak - before).toBeLessThan(ALLOWED_BYTES)
  expect(jws).toMatch(/^[\w-]+\.\.[\w-]{86}$/)
})
