import type { Signature } from '@signport/core'
import { oneOf } from '@signport/core/kit'
import type { VerifyingKey } from '../chosen-signer.js'
import { Failure } from '../failure.js'
import { type Input, openInput, STANDARD } from '../input.js'
import { jsonLine } from '../json-line.js'
import { findKey, findKeyOfDigest } from '../key-search.js'
import { colours, say } from '../message.js'
import { withProgress } from '../progress.js'
import { apparentFormat, readSignature, type SignatureOptions } from '../signature-file.js'
import { print } from '../standard-output.js'
import { type KeyChoice, openVerifier } from '../verifier.js'
import { readWhole } from '../whole-input.js'

/** The options of `signport verify`, as the command line gives them. */
export type VerifyCommand = KeyChoice & VerifyOptions

interface VerifyOptions extends SignatureOptions {
  readonly signature: string
  readonly digest?: boolean
  readonly json?: boolean
}

/** Verifies a file, or standard input for `-`, prints whether its signature is valid, and returns that. */
export async function verify(path: string, command: VerifyCommand, signal: AbortSignal): Promise<boolean> {
  const inputs = [path, command.signature, ...(command.publicKey === undefined ? [] : [command.publicKey])]
  if (inputs.filter((each) => each === STANDARD).length > 1)
    throw new Failure('only one of the inputs can be - (standard input): name a file for the others.')
  const { valid, algorithm } = await verified(path, command, inputs, signal)
  await print(command.json ? jsonLine({ valid, algorithm }) : verdict(valid))
  return valid
}

async function verified(
  path: string,
  command: VerifyCommand,
  inputs: readonly string[],
  signal: AbortSignal,
) {
  await using input = await openInput(path, signal)
  const signature = await readSignature(command.signature, command, signal)
  await using verifier = await openVerifier(command, inputs, signal)
  const { keys } = verifier
  const options = { signal, ...(command.encoding && { encoding: command.encoding }) }
  const found = command.digest
    ? await findKeyOfDigest(await readWhole(input, 'a digest'), { keys, signature, options })
    : await findKey(await messageOf(input, signal), { keys, signature, options })
  const advice = found ? undefined : adviceOn(signature, keys)
  if (advice) await say(advice, 'note')
  return { valid: found !== undefined, algorithm: (found ?? keys[0])?.algorithm }
}

/** Up to here a message is verified in memory, natively; a stream's digest needs a library that must be loaded. In bytes. */
const MAX_IN_MEMORY = 1024 * 1024

async function messageOf(input: Input, signal: AbortSignal): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const inMemory = input.size !== undefined && input.size <= MAX_IN_MEMORY
  // Without a limit: the file may have grown since its size was asked for.
  return inMemory ? readWhole(input, 'a message', Number.POSITIVE_INFINITY) : withProgress(input, signal)
}

/** What may be meant instead, for a signature that is not valid. */
function adviceOn(signature: Signature | Uint8Array, keys: readonly VerifyingKey[]): string | undefined {
  const names = [...new Set(keys.map(({ algorithm }) => algorithm))]
  if ('bytes' in signature)
    return names.includes(signature.algorithm)
      ? undefined
      : `the signature was made with ${signature.algorithm}, but is verified with ${oneOf(names)}.`
  const format = apparentFormat(signature)
  return format && `the signature looks like ${format}: is --format ${format} missing?`
}

function verdict(valid: boolean): string {
  const { green, red } = colours(process.stdout)
  return `${valid ? green('valid') : red('invalid')}\n`
}
