import {
  type OpenOptions,
  openSigner,
  openSigners,
  readPublicKey,
  type SignerEntry,
  type Signers,
} from '@signport/config'
import { isRotatingSigner, type PublicKey, type Signer, type Verifier } from '@signport/core'
import { entryOf, keyOf, readConfigured } from './configured.js'

/** The key of a URI. */
interface UriChoice {
  readonly uri: string
  readonly algorithm?: string
}

/** A signer that the configuration names. */
interface NamedChoice {
  readonly uri?: undefined
  /** Its name. */
  readonly signer: string
  /** The file of the configuration. */
  readonly config?: string
  readonly algorithm?: string
}

/** Whose key a command uses. */
export type SignerChoice = UriChoice | NamedChoice

/** What whoever chooses lends the signer. */
type Loan = Omit<OpenOptions, 'algorithm' | 'inputs'>

/** A key that may have made a signature. */
export type VerifyingKey = Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'>

/** Whose signatures are verified. */
export interface OpenVerifier extends AsyncDisposable {
  /** The keys that may have made them, at least one: of a rotation, all that are published, the one that signs now first. */
  readonly keys: readonly VerifyingKey[]
}

export async function openChosenSigner(choice: SignerChoice, loan: Loan): Promise<Signer> {
  const options = { ...loan, ...algorithmOf(choice) }
  if (choice.uri === undefined)
    return openSigner(entryOf(await readConfigured(choice.config), choice.signer), options)
  // Whoever types a URI also configures it. A configuration decides for itself whether digests are signed.
  return openSigner(choice.uri, { ...options, inputs: 'both' })
}

/** Also of an entry that only verifies. */
export async function openChosenVerifier(choice: SignerChoice, loan: Loan): Promise<OpenVerifier> {
  if (choice.uri !== undefined) {
    const signer = await openChosenSigner(choice, loan)
    return { keys: [signer], [Symbol.asyncDispose]: () => signer.close() }
  }
  const entry = await chosenKey(choice)
  const signers = await openSigners({ entries: [entry] }, { ...loan, ...algorithmOf(choice) })
  return { keys: verifyingKeys(entry, signers), [Symbol.asyncDispose]: () => signers.close() }
}

function verifyingKeys({ name, verifiesOnly }: SignerEntry, signers: Signers): readonly VerifyingKey[] {
  if (verifiesOnly) return [signers.verifier(name)]
  const signer = signers.get(name)
  return isRotatingSigner(signer) ? signer.publishedKeys().map(({ signer }) => signer) : [signer]
}

export async function readChosenPublicKey(choice: SignerChoice, loan: Loan): Promise<PublicKey> {
  return readPublicKey(choice.uri ?? (await chosenKey(choice)), { ...loan, ...algorithmOf(choice) })
}

/** Also a single key of a rotation, before it signs and after. */
async function chosenKey({ signer, config }: NamedChoice): Promise<SignerEntry> {
  return keyOf(await readConfigured(config), signer)
}

const algorithmOf = ({ algorithm }: SignerChoice) => (algorithm === undefined ? {} : { algorithm })
