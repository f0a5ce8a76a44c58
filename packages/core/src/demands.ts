import type { Algorithm } from './algorithm.js'
import { assertOneOf } from './choice.js'
import { SigningError } from './error.js'
import { hasLowS } from './low-s.js'
import { type AlgorithmParameters, type ParameterOptions, readParameters } from './parameters.js'
import { typeName } from './text.js'

/** Which salts of RSASSA-PSS are valid: one as long as the digest (RFC 7518 section 3.5), or any. */
export type SaltLength = 'digest' | 'any'

/** Where signatures may differ and all be valid: what is asked of them. */
export interface CheckOptions {
  /** RSASSA-PSS: `digest` by default; `any` for signatures of servers that use the longest salt there is. */
  readonly saltLength?: SaltLength
  /** ES256K: signatures are made with the lower of the two possible s, and only those are valid. */
  readonly lowS?: boolean
}

/** What is asked of a signature besides being the key's over the message. */
export interface Demands {
  readonly parameters: AlgorithmParameters
  readonly saltLength: SaltLength
  readonly lowS: boolean
}

/** @throws SigningError `InvalidArgument` for a demand that the algorithm does not know, and as `readParameters` does */
export function readDemands(options: CheckOptions & ParameterOptions, algorithm: Algorithm): Demands {
  const { saltLength, lowS = false } = options
  if (saltLength !== undefined) assertSaltLength(saltLength, algorithm)
  // A text from a file or a command line, such as 'false', would be true.
  if (typeof lowS !== 'boolean') throw new TypeError(`lowS must be true or false, not ${typeName(lowS)}.`)
  if (lowS && (algorithm.scheme !== 'ecdsa' || !hasLowS(algorithm)))
    throw new SigningError('InvalidArgument', `lowS belongs to secp256k1; ${algorithm.name} has none.`)
  return { parameters: readParameters(options, algorithm), saltLength: saltLength ?? 'digest', lowS }
}

function assertSaltLength(saltLength: unknown, { name, scheme }: Algorithm): void {
  if (scheme !== 'rsassa-pss')
    throw new SigningError('InvalidArgument', `saltLength belongs to RSASSA-PSS; ${name} has none.`)
  assertOneOf('saltLength', saltLength, ['digest', 'any'])
}
