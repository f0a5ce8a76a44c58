import type { EcdsaEncoding, Signature } from '@signport/core'
import { type ByteFormat, parseBytes } from './byte-format.js'
import { Failure } from './failure.js'
import { signatureFromJson } from './signature-json.js'
import { readWholeFile } from './whole-input.js'

/** How a signature is written down: its bytes alone, or the JSON of `sign --json`. */
export type SignatureFormat = ByteFormat | 'json'

/** What the person says about a signature. Nothing is guessed: random bytes may look like any text. */
export interface SignatureOptions {
  readonly format?: SignatureFormat
  readonly encoding?: EcdsaEncoding
}

/** A signature from a file, or from standard input for `-`. */
export async function readSignature(
  path: string,
  { format = 'binary', encoding }: SignatureOptions,
  signal: AbortSignal,
): Promise<Signature | Uint8Array> {
  if (format === 'json' && encoding !== undefined)
    throw new Failure('--encoding says nothing here: the JSON of a signature names its encoding.')
  const content = await readWholeFile(path, 'a signature', signal)
  return format === 'json' ? signatureFromJson(content, path) : parseBytes(content, format, path)
}

/** The format that bytes look as if they were in, for advice when they are no valid signature. */
export function apparentFormat(bytes: Uint8Array): Exclude<SignatureFormat, 'binary'> | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim()
  if (text.startsWith('{"')) return 'json'
  if (/^[0-9a-f\s]{64,}$/i.test(text)) return 'hex'
  return /^[0-9a-z+/\s]{64,}={0,2}$/i.test(text) ? 'base64' : undefined
}
