import { type PublicKey, type Signer, SigningError } from '@signport/core'
import { Connections } from './connections.js'
import type { SignerEntry } from './entry.js'
import { assertOpenOptions, type OpenOptions, openEntry, readEntryKey } from './open-entry.js'
import { type ReadOptions, readSingle } from './read-configuration.js'
import type { RotationConfig, SignerConfig } from './signer-config.js'

/** What one signer is opened with. */
export interface OpenSignerOptions extends OpenOptions, Omit<ReadOptions, 'baseFolder'> {}

/**
 * The signer of a URI such as `local:./dev.pem?algorithm=ES256`, of an entry as it would stand in a configuration, or of
 * one that was read. Where neither names an algorithm it is the one that the key allows; an RSA key allows several. Of an
 * entry whose keys follow one another it is a `RotatingSigner`.
 *
 * @throws TypeError for a `now` that is no function
 * @throws SigningError `Configuration` for what is not valid, and as `createSigner` does
 */
export async function openSigner(
  config: string | SignerConfig | RotationConfig | SignerEntry,
  options: OpenSignerOptions = {},
): Promise<Signer> {
  assertOpenOptions(options)
  const details = await readSingle(config, readOptions(options))
  if (details.entry.verifiesOnly) throw verifiesOnly(details.label)
  const connections = new Connections(options.host)
  try {
    const { signer } = await openEntry(details, connections, options)
    if (!signer) throw verifiesOnly(details.label)
    return signer
  } catch (error) {
    await connections.abandon()
    throw error
  }
}

/**
 * The public key of a URI or an entry, for which no algorithm needs to be known; of a rotation, that of the key that signs
 * now. No key is generated.
 *
 * @throws TypeError for a `now` that is no function
 * @throws SigningError `Configuration` for what is not valid, and as `fetchPublicKey` does; `KeyMismatch` for another key
 *   than the one that the configuration pins
 */
export async function readPublicKey(
  config: string | SignerConfig | RotationConfig | SignerEntry,
  options: OpenSignerOptions = {},
): Promise<PublicKey> {
  assertOpenOptions(options)
  const details = await readSingle(config, readOptions(options))
  const connections = new Connections(options.host)
  try {
    return await readEntryKey(details, connections, options)
  } finally {
    await connections.closeUnused()
  }
}

function readOptions({ host, providers, env }: OpenSignerOptions): ReadOptions {
  return { providers, env, baseFolder: host?.baseFolder }
}

function verifiesOnly(label: string): SigningError {
  const which = label === '' ? 'This entry' : label
  return new SigningError('Configuration', `${which} only verifies: it has a public key and no private one.`)
}
