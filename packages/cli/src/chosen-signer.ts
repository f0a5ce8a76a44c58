import { type OpenOptions, openSigner, openSigners, readPublicKey, type SignerEntry } from '@signport/config'
import type { PublicKey, Signer, Verifier } from '@signport/core'
import { entryOf, readConfigured } from './configured.js'

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

/** What verifying needs of a signer or of a verifier. */
export type OpenVerifier = Pick<Verifier, 'algorithm' | 'verify' | 'verifyDigest'> & AsyncDisposable

export async function openChosenSigner(choice: SignerChoice, loan: Loan): Promise<Signer> {
  const options = { ...loan, ...algorithmOf(choice) }
  if (choice.uri === undefined) return openSigner(await chosenEntry(choice), options)
  // Whoever types a URI also configures it. A configuration decides for itself whether digests are signed.
  return openSigner(choice.uri, { ...options, inputs: 'both' })
}

/** Also of an entry that only verifies. */
export async function openChosenVerifier(choice: SignerChoice, loan: Loan): Promise<OpenVerifier> {
  if (choice.uri !== undefined) return openChosenSigner(choice, loan)
  const configuration = await readConfigured(choice.config)
  const { name } = entryOf(configuration, choice.signer)
  const options = { ...loan, ...algorithmOf(choice), only: [name] }
  const signers = await openSigners(configuration, options)
  const verifier = signers.verifier(name)
  return {
    algorithm: verifier.algorithm,
    verify: (...args) => verifier.verify(...args),
    verifyDigest: (...args) => verifier.verifyDigest(...args),
    [Symbol.asyncDispose]: () => signers.close(),
  }
}

export async function readChosenPublicKey(choice: SignerChoice, loan: Loan): Promise<PublicKey> {
  return readPublicKey(choice.uri ?? (await chosenEntry(choice)), { ...loan, ...algorithmOf(choice) })
}

async function chosenEntry({ signer, config }: NamedChoice): Promise<SignerEntry> {
  return entryOf(await readConfigured(config), signer)
}

const algorithmOf = ({ algorithm }: SignerChoice) => (algorithm === undefined ? {} : { algorithm })
