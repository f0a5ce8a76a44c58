import {
  algorithmsFor,
  type CallOptions,
  candidateAlgorithms,
  fetchPublicKey,
  impliedAlgorithm,
  type PublicKey,
  parseAlgorithm,
  type SignerOptions,
  SigningError,
  type SigningProvider,
} from '@signport/core'
import { oneOf, printable } from '@signport/core/kit'
import { errorDetails } from './error-details.js'

/** Whose algorithm is chosen, and what is known about it. */
export interface AlgorithmQuestion {
  readonly keyId: string
  readonly configured: string | undefined
  /** By whoever opens the signer. */
  readonly asked: string | undefined
  /** Asked for only where the names leave something open. */
  readonly publicKey: () => Promise<PublicKey>
}

/**
 * The algorithm of a signer: a vendor's name may leave the curve or the parameter set open, and there may be none; then
 * the key decides.
 *
 * @throws SigningError `Configuration` for a key that allows several, and for two names that do not agree
 */
export async function chosenAlgorithm({
  keyId,
  configured,
  asked,
  publicKey,
}: AlgorithmQuestion): Promise<string> {
  const named = agreedName(configured, asked)
  const [candidate, ...others] = named === undefined ? [] : candidateAlgorithms(named)
  if (candidate && others.length === 0) return candidate.name
  const key = await publicKey()
  return named === undefined ? algorithmImplied(key, keyId) : parseAlgorithm(named, { publicKey: key }).name
}

function agreedName(configured: string | undefined, asked: string | undefined): string | undefined {
  if (configured === undefined || asked === undefined) return configured ?? asked
  const [ours, theirs] = [candidateAlgorithms(configured), candidateAlgorithms(asked)]
  // Of a name that leaves something open and one that does not, the second says what is meant.
  if (ours.some((row) => theirs.includes(row))) return ours.length <= theirs.length ? configured : asked
  const message = `The configuration names ${printable(configured)}, but ${printable(asked)} is asked for.`
  throw new SigningError('Configuration', message)
}

function algorithmImplied(key: PublicKey, keyId: string): string {
  const implied = impliedAlgorithm(key)
  if (implied) return implied.name
  const possible = oneOf(algorithmsFor(key).map(({ name }) => name))
  const message = `The key ${printable(keyId)} can be used for ${possible}: name the algorithm.`
  throw new SigningError('Configuration', message)
}

/** How long, and how often, a service is asked for a key. */
export type KeyOptions = CallOptions & Pick<SignerOptions, 'attemptTimeoutMs' | 'maxAttempts'>

/**
 * The key that decides, of a provider that has to have it already.
 *
 * @throws SigningError as `fetchPublicKey` does; `KeyNotFound` of a provider that can make keys says what to do
 */
export async function existingKey(
  provider: SigningProvider,
  keyId: string,
  options: KeyOptions,
): Promise<PublicKey> {
  try {
    return await fetchPublicKey(provider, keyId, options)
  } catch (error) {
    // Only keys of this process are made when they are first used.
    if (!provider.inProcess || !SigningError.is(error, 'KeyNotFound')) throw error
    const message = `${error.message} A key that is still to be generated needs an algorithm: name it.`
    throw new SigningError('KeyNotFound', message, { ...errorDetails(error), cause: error.cause })
  }
}
