import { openSigner } from '@signport/config'
import { algorithmsFor, createVerifier, impliedAlgorithm, PublicKey, type Verifier } from '@signport/core'
import { oneOf } from '@signport/core/kit'
import { Failure } from './failure.js'
import { terminalHost } from './host.js'
import { readWholeFile } from './whole-input.js'

/** Whose signature is verified: the key of a signer, or a public key in a file. */
export interface KeyChoice {
  readonly uri?: string
  readonly publicKey?: string
  readonly algorithm?: string
}

/** What verifying needs of a signer or of a verifier. */
export type OpenVerifier = Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'> & AsyncDisposable

/**
 * @param inputs the paths of all that the command reads
 * @throws Failure when no key is named, and for a key that leaves open which algorithm is meant
 */
export async function openVerifier(
  { uri, publicKey, algorithm }: KeyChoice,
  inputs: readonly string[],
  signal: AbortSignal,
): Promise<OpenVerifier> {
  if (publicKey !== undefined) return verifierOfFile(publicKey, algorithm, signal)
  if (uri === undefined) throw new Failure('whose signature is it? Name the key with --uri or --public-key.')
  const host = terminalHost(inputs, signal)
  return openSigner(uri, { host, ...(algorithm !== undefined && { algorithm }) })
}

async function verifierOfFile(
  path: string,
  algorithm: string | undefined,
  signal: AbortSignal,
): Promise<OpenVerifier> {
  const publicKey = PublicKey.from(await readWholeFile(path, 'a public key', signal))
  const verifier = createVerifier({ publicKey, algorithm: algorithm ?? algorithmImplied(publicKey, path) })
  return { ...verifier, [Symbol.asyncDispose]: async () => undefined }
}

function algorithmImplied(key: PublicKey, path: string): string {
  const implied = impliedAlgorithm(key)
  if (implied) return implied.name
  const possible = oneOf(algorithmsFor(key).map(({ name }) => name))
  throw new Failure(`the key in ${path} can be used for ${possible}: name one with --algorithm.`)
}
