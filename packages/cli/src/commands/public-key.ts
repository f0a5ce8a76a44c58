import { readPublicKey } from '@signport/config'
import type { PublicKey } from '@signport/core'
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
export interface PublicKeyCommand extends OutputOptions {
  readonly uri: string
  readonly algorithm?: string
  readonly format?: keyof typeof WRITERS
}

/** Writes the public key of a signer. */
export async function publicKey(command: PublicKeyCommand, signal: AbortSignal): Promise<void> {
  const { uri, algorithm, format = 'pem' } = command
  if (format === 'der') refuseRawBytes(command, '--format pem')
  await assertOutput(command)
  const host = terminalHost([], signal)
  const key = await readPublicKey(uri, { host, ...(algorithm !== undefined && { algorithm }) })
  await writeOutput(WRITERS[format](key), command, signal)
}
