import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { readChunks } from '../src/chunk-reader.js'

/** A file in memory that gives at most `most` bytes to a read, and counts the reads. */
function fileOf(content: Buffer, most: number) {
  let at = 0
  const buffers = new Set<ArrayBufferLike>()
  const file = {
    reads: 0,
    buffers,
    async read(buffer: Uint8Array) {
      file.reads++
      buffers.add(buffer.buffer)
      const bytes = content.copy(buffer, 0, at, Math.min(at + most, content.length))
      at += bytes
      return bytes
    },
  }
  return file
}

test.each([
  [0, 10],
  [1, 10],
  [10, 10],
  [95, 10],
  [5 * 1024 * 1024 + 3, Number.MAX_SAFE_INTEGER],
])('%d bytes in reads of at most %d', async (length, most) => {
  const content = randomBytes(length)
  const file = fileOf(content, most)
  const kept: Buffer[] = []
  for await (const chunk of readChunks(file.read)) {
    kept.push(Buffer.from(chunk))
    // The next one is on its way while this one is used.
    expect(file.reads).toBe(kept.length + 1)
  }
  expect(Buffer.concat(kept).equals(content)).toBe(true)
  expect(file.buffers.size).toBeLessThanOrEqual(2)
})

test('a read that fails does so after the chunk before it', async () => {
  let reads = 0
  const read = async (buffer: Uint8Array) => {
    if (++reads === 2) throw new Error('the disk is gone')
    return buffer.fill(7, 0, 3) && 3
  }
  const chunks = readChunks(read)
  expect((await chunks.next()).value).toEqual(Buffer.from([7, 7, 7]))
  // Long enough for Node to call the failure nobody's.
  await new Promise((resolve) => setTimeout(resolve, 20))
  await expect(chunks.next()).rejects.toThrow('the disk is gone')
})
