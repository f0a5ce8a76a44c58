import { algorithmsFor, createVerifier, impliedAlgorithm, PublicKey } from '@signport/core'
import { oneOf } from '@signport/core/kit'
import { type OpenVerifier, openChosenVerifier, type SignerChoice } from './chosen-signer.js'
import { Failure } from './failure.js'
import { terminalHost } from './host.js'
import { readWholeFile } from './whole-input.js'

/** Whose signature is verified: the key of a signer, or a public key in a file. */
export type KeyChoice = (SignerChoice & { readonly publicKey?: undefined }) | FileChoice

interface FileChoice {
  readonly publicKey: string
  readonly algorithm?: string
}

/**
 * @param inputs the paths of all that the command reads
 * @throws Failure for a key that leaves open which algorithm is meant
 */
export async function openVerifier(
  choice: KeyChoice,
  inputs: readonly string[],
  signal: AbortSignal,
): Promise<OpenVerifier> {
  if (choice.publicKey !== undefined) return verifierOfFile(choice, signal)
  return openChosenVerifier(choice, { host: terminalHost(inputs, signal), signal })
}

async function verifierOfFile(
  { publicKey: path, algorithm }: FileChoice,
  signal: AbortSignal,
): Promise<OpenVerifier> {
  const publicKey = PublicKey.from(await readWholeFile(path, 'a public key', signal))
  const verifier = createVerifier({ publicKey, algorithm: algorithm ?? algorithmImplied(publicKey, path) })
  return { keys: [verifier], [Symbol.asyncDispose]: async () => undefined }
}

function algorithmImplied(key: PublicKey, path: string): string {
  const implied = impliedAlgorithm(key)
  if (implied) return implied.name
  const possible = oneOf(algorithmsFor(key).map(({ name }) => name))
  throw new Failure(`the key in ${path} can be used for ${possible}: name one with --algorithm.`)
}
