import type { PublicKey } from '@signport/core'
import { readChosenPublicKey, type SignerChoice } from '../chosen-signer.js'
import { terminalHost } from '../host.js'
import { jsonLine } from '../json-line.js'
import { assertOutput, type OutputOptions, refuseRawBytes, writeOutput } from '../output.js'

const WRITERS = {
  pem: (key: PublicKey) => key.toPem(),
  jwk: (key: PublicKey) => jsonLine(key.toJwk()),
  der: (key: PublicKey) => key.toSpki(),
  thumbprint: (key: PublicKey) => `${key.thumbprint}\n`,
}

/** The options of `signport public-key`, as the command line gives them. */
export type PublicKeyCommand = SignerChoice & OutputOptions & { readonly format?: keyof typeof WRITERS }

/** Writes the public key of a signer. */
export async function publicKey(command: PublicKeyCommand, signal: AbortSignal): Promise<void> {
  const { format = 'pem' } = command
  if (format === 'der') refuseRawBytes(command, '--format pem')
  await assertOutput(command)
  const key = await readChosenPublicKey(command, { host: terminalHost([], signal), signal })
  await writeOutput(WRITERS[format](key), command, signal)
}
