import type { AlgorithmName, Signature, SignInput } from '@signport/core'
import { Failure } from '../failure.js'
import { type Input, openInput, STANDARD } from '../input.js'
import { jsonLine } from '../json-line.js'
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
  const options = { signal, ...(command.encoding && { encoding: command.encoding }) }
  const valid = command.digest
    ? await verifier.verifyDigest(await readWhole(input, 'a digest'), signature, options)
    : await verifier.verify(await messageOf(input, signal), signature, options)
  const { algorithm } = verifier
  const advice = valid ? undefined : adviceOn(signature, algorithm)
  if (advice) await say(advice, 'note')
  return { valid, algorithm }
}

/** Up to here a message is verified in memory, natively; a stream's digest needs a library that must be loaded. In bytes. */
const MAX_IN_MEMORY = 1024 * 1024

async function messageOf(input: Input, signal: AbortSignal): Promise<SignInput> {
  const inMemory = input.size !== undefined && input.size <= MAX_IN_MEMORY
  // Without a limit: the file may have grown since its size was asked for.
  return inMemory ? readWhole(input, 'a message', Number.POSITIVE_INFINITY) : withProgress(input, signal)
}

/** What may be meant instead, for a signature that is not valid. */
function adviceOn(signature: Signature | Uint8Array, algorithm: AlgorithmName): string | undefined {
  if ('bytes' in signature)
    return signature.algorithm === algorithm
      ? undefined
      : `the signature was made with ${signature.algorithm}, but is verified with ${algorithm}.`
  const format = apparentFormat(signature)
  return format && `the signature looks like ${format}: is --format ${format} missing?`
}

function verdict(valid: boolean): string {
  const { green, red } = colours(process.stdout)
  return `${valid ? green('valid') : red('invalid')}\n`
}
