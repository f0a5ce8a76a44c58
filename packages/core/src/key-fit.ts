import { type Algorithm, algorithms } from './algorithm.js'
import { SigningError, type SigningErrorDetails } from './error.js'
import type { PublicKey } from './public-key.js'
import { oneOf } from './text.js'

/** Whether a key can be used for an algorithm: its kind, and for an id-RSASSA-PSS key its parameters. */
export function keyFits(algorithm: Algorithm, key: PublicKey): boolean {
  if (algorithm.key !== key.kind) return false
  if (!key.pss) return true
  if (algorithm.scheme !== 'rsassa-pss') return false
  const { hash = algorithm.digest.hash, maskHash = hash, minSaltBytes } = key.pss
  return hash === algorithm.digest.hash && maskHash === hash && minSaltBytes <= algorithm.saltBytes
}

/** The algorithms that a key can be used for; a key on a curve has one, of Ed25519 three, an RSA key six. */
export function algorithmsFor(key: PublicKey): readonly Algorithm[] {
  return algorithms.filter((algorithm) => keyFits(algorithm, key))
}

/**
 * The algorithm that a key implies, where nobody has named one: the only one that it can be used for. Ed25519ph is
 * never implied, since its signatures are nothing to whoever expects those of Ed25519; an RSA key implies nothing.
 */
export function impliedAlgorithm(key: PublicKey): Algorithm | undefined {
  const [only, ...others] = algorithmsFor(key).filter(({ scheme }) => scheme !== 'ed25519ph')
  return others.length === 0 ? only : undefined
}

/**
 * @param keyName how the message calls the key: a path, an id
 * @param details of the error: whose key it is
 * @throws SigningError `InvalidKeyUsage`, with what the key is and what it can be used for
 */
export function assertKeyFits(
  algorithm: Algorithm,
  key: PublicKey,
  keyName: string,
  details: SigningErrorDetails = {},
): void {
  if (keyFits(algorithm, key)) return
  const possible = algorithmsFor(key).map(({ name }) => name)
  const advice = possible.length > 0 ? ` It can be used for ${oneOf(possible)}.` : ''
  throw new SigningError(
    'InvalidKeyUsage',
    `${algorithm.name} needs ${needed(algorithm)}, but ${keyName} is ${description(key)}.${advice}`,
    details,
  )
}

function needed(algorithm: Algorithm): string {
  return algorithm.key === 'RSA' ? 'an RSA key that permits it' : `a key of the kind ${algorithm.key}`
}

function description(key: PublicKey): string {
  if (key.kind !== 'RSA') return `one of the kind ${key.kind}`
  if (!key.pss) return `an RSA key of ${key.modulusBits} bits`
  const { hash, minSaltBytes } = key.pss
  return `an RSA key bound to PSS${hash ? ` with ${hash} and a salt of at least ${minSaltBytes} bytes` : ''}`
}
