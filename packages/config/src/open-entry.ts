import { inspect } from 'node:util'
import {
  type CallOptions,
  createSigner,
  createVerifier,
  fetchPublicKey,
  type KeyChange,
  type ProviderHost,
  type PublicKey,
  parseAlgorithm,
  type Signer,
  type SignerOptions,
  SigningError,
  type SigningProvider,
  type Verifier,
} from '@signport/core'
import { chosenAlgorithm, existingKey } from './chosen-algorithm.js'
import type { Connections } from './connections.js'
import type { EntryDetails } from './entry.js'
import { errorDetails } from './error-details.js'
import type { Expansion } from './expansion.js'
import { messageTypeRefusal } from './message-type.js'
import { assertPinned, readPublicKeyFile } from './public-key-file.js'
import { withoutExpansions } from './redaction.js'
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
   * is: its name in the configuration, `default` for one that stands alone.
   */
  readonly onKeyChange?: (change: KeyChange, name: string) => void
}

/** What verifies the signatures of an entry. */
export type EntryVerifier = Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'>

/** An entry that was opened; without a signer where it only verifies. */
export interface OpenEntry {
  readonly signer: Signer | undefined
  readonly verifier: EntryVerifier
}

/** @throws SigningError as `createSigner` and `fetchPublicKey` do, with the name of the entry before the message */
export async function openEntry(
  details: EntryDetails,
  connections: Connections,
  options: OpenOptions,
): Promise<OpenEntry> {
  try {
    const { connection } = details
    if (!connection) return { signer: undefined, verifier: await openVerifier(details, options) }
    const signer = await openSigning(details, connections.get(connection), connections, options)
    return { signer, verifier: signer }
  } catch (error) {
    throw labelled(error, details)
  }
}

async function openSigning(
  { entry, common, baseFolder }: EntryDetails,
  provider: SigningProvider,
  connections: Connections,
  options: OpenOptions,
): Promise<Signer> {
  const { key: keyId, publicKey: pin, algorithm: configured } = common
  const pinned =
    pin === undefined ? undefined : await readPublicKeyFile(pin, baseFolder ?? options.host?.baseFolder)
  const publicKey = async () => pinned ?? existingKey(provider, keyId, callOptions(options))
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
  connections.use(provider)
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

async function openVerifier({ common, baseFolder }: EntryDetails, options: OpenOptions): Promise<Verifier> {
  const {
    key: keyId,
    algorithm: configured,
    thumbprint,
    encoding,
    saltLength,
    lowS,
    userId,
    context,
  } = common
  const publicKey = await readPublicKeyFile(keyId, baseFolder ?? options.host?.baseFolder)
  assertPinned(publicKey, thumbprint, keyId)
  const question = { keyId, configured, asked: options.algorithm, publicKey: async () => publicKey }
  const algorithm = await chosenAlgorithm(question)
  const given = Object.entries({ encoding, saltLength, lowS, userId, context }).filter(
    ([, value]) => value !== undefined,
  )
  return createVerifier({ publicKey, algorithm, ...Object.fromEntries(given) })
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
  const { common, connection, baseFolder = options.host?.baseFolder } = details
  const { key, publicKey: pin, thumbprint } = common
  const file = connection ? pin : key
  try {
    const publicKey =
      connection && file === undefined
        ? await fetchPublicKey(connections.get(connection), key, callOptions(options))
        : await readPublicKeyFile(file ?? key, baseFolder)
    assertPinned(publicKey, thumbprint, key)
    return publicKey
  } catch (error) {
    throw labelled(error, details)
  }
}

function callOptions({ signal, timeoutMs }: OpenOptions): CallOptions {
  return { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) }
}

/** Of several signers it must be said which one it is; and no text shows what a variable stands for. */
function labelled(error: unknown, { label, expansions }: EntryDetails): unknown {
  if (!SigningError.is(error)) return error
  const text = withoutExpansions(error.message, expansions)
  const keyId = error.keyId === undefined ? undefined : withoutExpansions(error.keyId, expansions)
  const changed = text !== error.message || keyId !== error.keyId
  // What is below often says again what this one hides.
  const cause = shows(error.cause, expansions) ? undefined : error.cause
  if (label === '' && !changed && cause === error.cause) return error
  const details = { ...errorDetails(error), ...(keyId !== undefined && { keyId }), cause }
  return new SigningError(error.code, label === '' ? text : `${label}: ${text}`, details)
}

/** Whether what is printed of an error, causes included, has the value of a variable; where code stands tells nothing. */
function shows(error: unknown, expansions: readonly Expansion[]): boolean {
  if (error === undefined || expansions.length === 0) return false
  const printed = inspect(error, { depth: 8, maxStringLength: null }).replace(/^ +at .*:\d+:\d+\)?$/gm, '')
  return withoutExpansions(printed, expansions) !== printed
}
