import type { Signers } from '@signport/config'
import type { Signer } from '@signport/core'
import type { ResolutionContext } from 'inversify'
import { type InjectedVerifier, SIGNER, VERIFIER } from './tokens.js'

/**
 * The signers of a container, for names that are known only at run time: a tenant's, or one out of a request.
 *
 * A class, and so both the type and the token: with decorator metadata, a parameter of this type needs no decorator.
 */
export abstract class SignerRegistry {
  /** All names, in the order of the configuration: those that only verify included. */
  abstract readonly names: readonly string[]
  /** The names of those that sign. */
  abstract readonly signerNames: readonly string[]

  /**
   * What the container has for `SIGNER(name)`.
   *
   * @throws SigningError `Configuration` for a name that there is not, with the nearest one, and for one that only
   *   verifies
   */
  abstract get(name: string): Signer

  /**
   * What the container has for `VERIFIER(name)`.
   *
   * @throws SigningError `Configuration` for a name that there is not, with the nearest one
   */
  abstract verifier(name: string): InjectedVerifier
}

/** It asks the container, so that a signer that was bound anew is found here, too. */
export function createRegistry(signers: Signers, container: ResolutionContext): SignerRegistry {
  const { names, signerNames } = signers
  // Names from outside do not become tokens, which would stay in the memory of the container.
  return {
    names,
    signerNames,
    get: (name) => (signerNames.includes(name) ? container.get(SIGNER(name)) : signers.get(name)),
    verifier: (name) => (names.includes(name) ? container.get(VERIFIER(name)) : signers.verifier(name)),
  }
}
