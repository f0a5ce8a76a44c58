import type { DigestKind, EcdsaEncoding, Signature } from '@signport/core'
import { type ByteFormat, formatBytes } from '../byte-format.js'
import { openChosenSigner, type SignerChoice } from '../chosen-signer.js'
import { terminalHost } from '../host.js'
import { openInput } from '../input.js'
import { assertOutput, type OutputOptions, refuseRawBytes, writeOutput } from '../output.js'
import { withProgress } from '../progress.js'
import { signatureToJson } from '../signature-json.js'
import { readWhole } from '../whole-input.js'

/** The options of `signport sign`, as the command line gives them. */
export type SignCommand = SignerChoice & SignOptions

interface SignOptions extends OutputOptions {
  readonly encoding?: EcdsaEncoding
  readonly format?: ByteFormat
  readonly digest?: boolean
  readonly digestKind?: DigestKind
  readonly json?: boolean
}

/** Signs a file, or standard input for `-`, and writes the signature. */
export async function sign(path: string, command: SignCommand, signal: AbortSignal): Promise<void> {
  const { format = 'binary', json } = command
  if (format === 'binary' && !json) refuseRawBytes(command, '--format base64')
  await assertOutput(command, path)
  const signature = await signatureOf(path, command, signal)
  const content = json ? signatureToJson(signature) : formatBytes(signature.bytes, format)
  await writeOutput(content, command, signal)
}

async function signatureOf(
  path: string,
  { encoding, digest, digestKind, ...choice }: SignCommand,
  signal: AbortSignal,
): Promise<Signature> {
  await using input = await openInput(path, signal)
  await using signer = await openChosenSigner(choice, {
    host: terminalHost([path], signal),
    signal,
  })
  const options = { signal, ...(encoding && { encoding }) }
  if (!digest) return await signer.sign(withProgress(input, signal), options)
  const value = await readWhole(input, 'a digest')
  return await signer.signDigest(value, { ...options, ...(digestKind && { digestKind }) })
}
