import { SigningError } from '@signport/core'
import { type ClaimName, signJwt } from '@signport/jose'
import { openChosenSigner, type SignerChoice } from '../chosen-signer.js'
import { readClaims } from '../claims.js'
import { terminalHost } from '../host.js'
import { assertOutput, type OutputOptions, writeOutput } from '../output.js'

/** The options of `signport jwt`, as the command line gives them. */
export type JwtCommand = SignerChoice & TokenOptions

interface TokenOptions extends OutputOptions {
  /** A length of time with its unit, such as `10m`. */
  readonly expiresIn?: string
  readonly typ?: string
  /** The claims that must be there. */
  readonly require?: readonly ClaimName[]
}

/** Signs the claims of a file, or of standard input for `-`, and writes the token. */
export async function jwt(path: string, command: JwtCommand, signal: AbortSignal): Promise<void> {
  const { expiresIn, typ, require } = command
  await assertOutput(command, path)
  const claims = await readClaims(path, signal)
  await using signer = await openChosenSigner(command, { host: terminalHost([path], signal), signal })
  const token = await signJwt(signer, claims, {
    signal,
    ...(expiresIn !== undefined && { expiresIn }),
    ...(typ !== undefined && { typ }),
    ...(require && { require }),
  }).catch((error: unknown) => {
    throw inWordsOfCommand(error)
  })
  // Whoever has the token is taken for whom it names.
  await writeOutput(`${token}\n`, { ...command, mode: 0o600 }, signal)
}

/** What a program calls an option, as the person at the command line does. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bthe option expiresIn\b/gi, '--expires-in'],
  [/\bthe option require\b/gi, '--require'],
  [/\btokenLifetimeMs\b/g, 'tokenLifetime'],
]

function inWordsOfCommand(error: unknown): unknown {
  if (!SigningError.is(error, 'InvalidArgument')) return error
  const message = NAMES.reduce((text, [name, ours]) => text.replace(name, ours), error.message)
  return new SigningError(error.code, message, { cause: error })
}
