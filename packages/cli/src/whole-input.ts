import { Failure } from './failure.js'
import { type Input, openInput } from './input.js'

/** More than any signature, digest or public key has, in any format. In bytes. */
const MAX_BYTES = 64 * 1024

/**
 * All of a file that is small by its nature, or of standard input for `-`.
 *
 * @param what it holds, for the message when it is too large to be that
 */
export async function readWholeFile(path: string, what: string, signal: AbortSignal): Promise<Buffer> {
  await using input = await openInput(path, signal)
  return await readWhole(input, what)
}

/**
 * All of an input in memory.
 *
 * @throws Failure when there is more of it than `maxBytes`
 */
export async function readWhole(
  { name, chunks }: Input,
  what: string,
  maxBytes = MAX_BYTES,
): Promise<Buffer> {
  const kept: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > maxBytes)
      throw new Failure(`${name} is too large to be ${what}: it may have ${sizeText(maxBytes)}.`)
    kept.push(Uint8Array.from(chunk))
  }
  return Buffer.concat(kept)
}

const sizeText = (bytes: number) =>
  bytes >= 1024 * 1024 ? `${bytes / 1024 / 1024} MiB` : `${bytes / 1024} KiB`
