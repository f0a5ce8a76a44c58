import type { Algorithm } from './algorithm.js'
import { assertBytes } from './bytes.js'
import { SigningError } from './error.js'
import { MAX_CONTEXT_BYTES } from './ml-dsa.js'
import { MAX_USER_ID_BYTES } from './sm2.js'
import { typeName } from './text.js'

/** What some algorithms take besides key and message. Signer and verifier must agree on it. */
export interface AlgorithmParameters {
  /** SM2: the signer's id, at most 8191 bytes. `1234567812345678` where nothing else was agreed on. */
  readonly userId?: Uint8Array
  /** ML-DSA: the context of the signature (FIPS 204 section 5.2), at most 255 bytes. Empty by default. */
  readonly context?: Uint8Array
}

/** The parameters as callers give them: texts are taken as UTF-8. */
export interface ParameterOptions {
  /** SM2: the signer's id, at most 8191 bytes. `1234567812345678` where nothing else was agreed on. */
  readonly userId?: string | Uint8Array
  /** ML-DSA: the context of the signature (FIPS 204 section 5.2), at most 255 bytes. Empty by default. */
  readonly context?: string | Uint8Array
}

/**
 * @throws TypeError for what is neither text nor bytes
 * @throws SigningError `InvalidArgument` for a parameter that the algorithm does not have, or that is too long
 */
export function readParameters(
  { userId, context }: ParameterOptions,
  { name, scheme }: Algorithm,
): AlgorithmParameters {
  if (userId !== undefined && scheme !== 'sm2') throw foreign('userId', 'SM2', name)
  if (context !== undefined && scheme !== 'ml-dsa') throw foreign('context', 'ML-DSA', name)
  return {
    ...(userId !== undefined && { userId: bytesOf('userId', userId, MAX_USER_ID_BYTES) }),
    ...(context !== undefined && { context: bytesOf('context', context, MAX_CONTEXT_BYTES) }),
  }
}

/** The same in memory of its own. */
export function copyParameters({ userId, context }: AlgorithmParameters): AlgorithmParameters {
  return {
    ...(userId && { userId: Uint8Array.from(userId) }),
    ...(context && { context: Uint8Array.from(context) }),
  }
}

function bytesOf(name: string, value: string | Uint8Array, maxBytes: number): Uint8Array {
  if (typeof value !== 'string' && typeof value !== 'object')
    throw new TypeError(`${name} must be text or bytes, not ${typeName(value)}.`)
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  assertBytes(bytes, name)
  if (bytes.length <= maxBytes) return Uint8Array.from(bytes)
  throw new SigningError(
    'InvalidArgument',
    `${name} has at most ${maxBytes} bytes, but this one has ${bytes.length}.`,
  )
}

function foreign(parameter: string, owner: string, name: string): SigningError {
  return new SigningError('InvalidArgument', `${parameter} belongs to ${owner}; ${name} has none.`)
}
