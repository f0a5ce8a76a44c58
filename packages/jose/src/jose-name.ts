import { algorithmNames, algorithms, type KeyHolder, parseAlgorithm, SigningError } from '@signport/core'
import { oneOf } from '@signport/core/kit'

/** What JOSE calls the algorithm of a signer (RFC 7518, 8037, 8812, 9864, 9964), the name for tokens first. */
export function joseNames({ algorithm }: Pick<KeyHolder, 'algorithm'>): readonly string[] {
  return algorithmNames(parseAlgorithm(algorithm)).jose
}

/**
 * The `alg` of what a signer signs.
 *
 * @throws SigningError `UnsupportedAlgorithm` where JOSE has no name: SM2 and the prehashed forms of Ed25519
 */
export function joseName(signer: Pick<KeyHolder, 'algorithm' | 'provider' | 'keyId'>): string {
  const [name] = joseNames(signer)
  if (name !== undefined) return name
  const { algorithm, provider, keyId } = signer
  const has = algorithms.flatMap((each) => algorithmNames(each).jose.slice(0, 1))
  throw new SigningError(
    'UnsupportedAlgorithm',
    `JOSE has no name for ${algorithm}, and a made-up one is understood by nobody: take a signer for ${oneOf(has)}.`,
    { provider, keyId },
  )
}
