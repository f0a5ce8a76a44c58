import { inject } from 'inversify'
import { SIGNER, VERIFIER } from './tokens.js'

/**
 * Injects a signer: `constructor(@injectSigner('invoices') signer: Signer)`, or on a property. It names its token
 * itself, so that it needs no decorator metadata.
 *
 * @param name as in the configuration
 * @throws TypeError for what is no name
 */
export function injectSigner(name: string): ReturnType<typeof inject> {
  return inject(SIGNER(name))
}

/**
 * Injects what verifies the signatures of a name, as an `InjectedVerifier`.
 *
 * @param name as in the configuration
 * @throws TypeError for what is no name
 */
export function injectVerifier(name: string): ReturnType<typeof inject> {
  return inject(VERIFIER(name))
}
