import {
  type CallOptions,
  createSigner,
  fetchPublicKey,
  type KeyChange,
  type KeyHolder,
  type ProviderHost,
  type PublicKey,
  parseAlgorithm,
  type Signer,
  type SignerOptions,
  SigningError,
  type SigningProvider,
  type Verifier,
} from '@signport/core'
import { typeName } from '@signport/core/kit'
import { chosenAlgorithm, existingKey, type KeyOptions } from './chosen-algorithm.js'
import type { Connections } from './connections.js'
import type { EntryDetails } from './entry.js'
import { keyFileOf, openKeyHolder, openLateHolder } from './key-holder.js'
import { labelled } from './labelled.js'
import { messageTypeRefusal } from './message-type.js'
import { openRotation, signingKey } from './open-rotation.js'
import { assertPinned, readPublicKeyFile } from './public-key-file.js'
import type { CommonConfig } from './signer-schema.js'

/**
 * What whoever opens a signer adds to its configuration. Signal and time limit are for what is asked of the service
 * meanwhile: its public key, where that decides the algorithm.
 */
export interface OpenOptions extends CallOptions {
  /** The algorithm where the configuration names none; where it names another one, that is an error. */
  readonly algorithm?: string
  /**
   * What callers may hand in, whatever the configuration says. That says `message` where it says nothing, since it is
   * written for a program's users.
   */
  readonly inputs?: 'message' | 'digest' | 'both'
  readonly host?: ProviderHost
  /**
   * Told when the name of a key has come to stand for another key, as in `SignerOptions` of core, and of which signer it
   * is: its name in the configuration, `default` for one that stands alone. In a rotation, each key has its own.
   */
  readonly onKeyChange?: (change: KeyChange, name: string) => void
  /** The time that keys follow one another by, in milliseconds since 1970: `Date.now` by default. */
  readonly now?: () => number
}

/** @throws TypeError for what is no clock, before anything is opened */
export function assertOpenOptions({ now }: OpenOptions): void {
  if (now !== undefined && typeof now !== 'function')
    throw new TypeError(`now must be a function, not ${typeName(now)}.`)
}

/** What verifies the signatures of an entry. */
export type EntryVerifier = Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'>

/** An entry that was opened; without a signer where it only verifies. */
export interface OpenEntry {
  readonly signer: Signer | undefined
  readonly verifier: KeyHolder
}

/** @throws SigningError as `createSigner` and `fetchPublicKey` do, with the name of the entry before the message */
export async function openEntry(
  details: EntryDetails,
  connections: Connections,
  options: OpenOptions,
): Promise<OpenEntry> {
  const { rotation, connection, label } = details
  if (!rotation && !connection)
    return { signer: undefined, verifier: await labelled(details, () => openKeyHolder(details, options)) }
  const signerOf = (key: EntryDetails) => labelled(key, () => openSigning(key, connections, options))
  const holder = async (key: EntryDetails) =>
    keyFileOf(key) === undefined ? signerOf(key) : labelled(key, () => openLateHolder(key, options))
  const signer = rotation
    ? await openRotation(rotation, label, { signer: signerOf, holder }, options.now)
    : await signerOf(details)
  return { signer, verifier: signer }
}

async function openSigning(
  { entry, common, connection, baseFolder }: EntryDetails,
  connections: Connections,
  options: OpenOptions,
): Promise<Signer> {
  if (!connection) throw new TypeError('What signs has a connection.')
  const provider = connections.get(connection)
  const { key: keyId, publicKey: pin, algorithm: configured } = common
  const pinned =
    pin === undefined ? undefined : await readPublicKeyFile(pin, baseFolder ?? options.host?.baseFolder)
  const publicKey = async () => pinned ?? existingKey(provider, keyId, keyOptions(common, options))
  const algorithm = await chosenAlgorithm({ keyId, configured, asked: options.algorithm, publicKey })
  assertMessageType(common, algorithm, provider)
  const { onKeyChange } = options
  const signer = createSigner({
    ...signingOptions(common),
    provider,
    keyId,
    algorithm,
    inputs: options.inputs ?? common.inputs ?? 'message',
    ...(pinned && { publicKey: pinned }),
    ...(onKeyChange && { onKeyChange: (change: KeyChange) => onKeyChange(change, entry.name) }),
  })
  connections.use(provider, signer)
  return signer
}

/** The algorithm may be known only now. */
function assertMessageType(
  { messageType, key }: CommonConfig,
  algorithm: string,
  provider: SigningProvider,
): void {
  const why = messageTypeRefusal(messageType, parseAlgorithm(algorithm), key, provider)
  if (why === undefined) return
  throw new SigningError('UnsupportedAlgorithm', `The option messageType: ${why}.`, {
    provider: provider.name,
  })
}

/** What core takes under the same name. */
function signingOptions(common: CommonConfig): Partial<SignerOptions> {
  const { provider, key, algorithm, inputs, publicKey, ...rest } = common
  return rest as Partial<SignerOptions>
}

/**
 * The public key of an entry: the pinned one, or what its provider has.
 *
 * @throws SigningError as `fetchPublicKey` does, `KeyMismatch` for another key than the one that is pinned
 */
export async function readEntryKey(
  details: EntryDetails,
  connections: Connections,
  options: OpenOptions,
): Promise<PublicKey> {
  const { rotation, common, connection, baseFolder = options.host?.baseFolder } = details
  if (rotation) return readEntryKey(signingKey(rotation, options.now), connections, options)
  const { key, thumbprint } = common
  const file = keyFileOf(details)
  return labelled(details, async () => {
    const publicKey =
      connection && file === undefined
        ? await fetchPublicKey(connections.get(connection), key, keyOptions(common, options))
        : await readPublicKeyFile(file ?? key, baseFolder)
    assertPinned(publicKey, thumbprint, key)
    return publicKey
  })
}

/** The key is asked for as the signer will ask; whoever opens may say for how long. */
function keyOptions(common: CommonConfig, { signal, timeoutMs = common.timeoutMs }: OpenOptions): KeyOptions {
  const { attemptTimeoutMs, maxAttempts } = common
  const given = Object.entries({ signal, timeoutMs, attemptTimeoutMs, maxAttempts })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}
