import {
  createVerifier,
  type KeyHolder,
  type ProviderHost,
  type PublicKey,
  parseAlgorithm,
  type Verifier,
} from '@signport/core'
import { chosenAlgorithm } from './chosen-algorithm.js'
import type { EntryDetails } from './entry.js'
import { labelled } from './labelled.js'
import { assertPinned, readPublicKeyFile } from './public-key-file.js'

/** What whoever opens an entry says of it that concerns a key which only verifies. */
interface HolderOptions {
  readonly algorithm?: string
  readonly host?: ProviderHost
}

/** Reads the file of an entry that has a public key alone, and says what is known about the key. */
export async function openKeyHolder(details: EntryDetails, options: HolderOptions): Promise<KeyHolder> {
  const { algorithm, publicKey, verify, verifyDigest } = await openVerifier(details, options)
  return { ...namesOf(details), algorithm, publicKey: async () => publicKey, verify, verifyDigest }
}

/**
 * The same for a key that may not be needed any more, and whose algorithm is known: a file that is gone then stops nobody.
 * It is read when it is first needed; where that fails, the next time, too.
 */
export async function openLateHolder(details: EntryDetails, options: HolderOptions): Promise<KeyHolder> {
  const verifier = onceDone(() => labelled(details, () => openVerifier(details, options)))
  const publicKey = async () => (await verifier()).publicKey
  return {
    ...namesOf(details),
    algorithm: parseAlgorithm(await algorithmOf(details, options, publicKey)).name,
    publicKey,
    verify: async (...args) => (await verifier()).verify(...args),
    verifyDigest: async (...args) => (await verifier()).verifyDigest(...args),
  }
}

/** The file that holds the public key of an entry, if there is one: its pin, or all that it has. */
export const keyFileOf = ({ connection, common }: EntryDetails): string | undefined =>
  connection ? common.publicKey : common.key

async function openVerifier(details: EntryDetails, options: HolderOptions): Promise<Verifier> {
  const { common, baseFolder = options.host?.baseFolder } = details
  const { key, thumbprint, encoding, saltLength, lowS, userId, context } = common
  const publicKey = await readPublicKeyFile(keyFileOf(details) ?? key, baseFolder)
  assertPinned(publicKey, thumbprint, key)
  const algorithm = await algorithmOf(details, options, async () => publicKey)
  const given = Object.entries({ encoding, saltLength, lowS, userId, context }).filter(
    ([, value]) => value !== undefined,
  )
  return createVerifier({ publicKey, algorithm, ...Object.fromEntries(given) })
}

const algorithmOf = (
  { common: { key, algorithm } }: EntryDetails,
  options: HolderOptions,
  publicKey: () => Promise<PublicKey>,
) => chosenAlgorithm({ keyId: key, configured: algorithm, asked: options.algorithm, publicKey })

function namesOf({ common: { provider, key, kid } }: EntryDetails) {
  return { provider, keyId: key, ...(kid !== undefined && { kid }) }
}

/** Work that is done once it has not failed; those who ask meanwhile wait for the same. */
function onceDone<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let done: Promise<Result> | undefined
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined
      throw error
    })
    return done
  }
}
