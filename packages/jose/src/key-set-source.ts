import { isRotatingSigner, type KeyHolder, type Signer, SigningError } from '@signport/core'
import { typeName } from '@signport/core/kit'

/**
 * Whose keys a key set has: a signer's, those of several, or of all that sign in a configuration (the signers that
 * @signport/config gives).
 */
export type KeySetSource =
  | Signer
  | Iterable<Signer>
  | { readonly signerNames: readonly string[]; get(name: string): Signer }

/**
 * The signers of a source, in its order.
 *
 * @throws TypeError for what is no signer
 * @throws SigningError `InvalidArgument` when there are none: a key set without keys makes every token invalid
 */
export function signersOf(source: KeySetSource): readonly Signer[] {
  const signers = listOf(source)
  for (const [index, signer] of signers.entries())
    if (!isSigner(signer)) throw new TypeError(`Expected a Signer at ${index}, not ${typeName(signer)}.`)
  if (signers.length > 0) return signers
  throw new SigningError(
    'InvalidArgument',
    'There is no signer to make a key set of: a set without keys would make every token invalid.',
  )
}

function listOf(source: KeySetSource): readonly Signer[] {
  if (typeof source === 'object' && source !== null) {
    if (Symbol.iterator in source) return [...source]
    if ('signerNames' in source) return source.signerNames.map((name) => source.get(name))
    if (isSigner(source)) return [source]
  }
  throw new TypeError(
    `A key set is made of a Signer, a list of them, or the signers of a configuration, not of ${typeName(source)}.`,
  )
}

function isSigner(value: unknown): value is Signer {
  const { publicKey, sign, algorithm } = (value ?? {}) as Partial<Signer>
  return typeof publicKey === 'function' && typeof sign === 'function' && typeof algorithm === 'string'
}

/** Those whose keys belong into a key set now. */
export function holdersOf(signers: readonly Signer[]): readonly KeyHolder[] {
  return signers.flatMap((signer): KeyHolder[] =>
    isRotatingSigner(signer) ? signer.publishedKeys().map((published) => published.signer) : [signer],
  )
}
