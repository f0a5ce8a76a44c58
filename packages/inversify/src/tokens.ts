import type { Signers } from '@signport/config'
import type { Signer } from '@signport/core'
import type { ServiceIdentifier } from 'inversify'

/** What verifies the signatures of one name, and can do nothing else. */
export type InjectedVerifier = ReturnType<Signers['verifier']>

/**
 * The token of a signer: `container.get(SIGNER('invoices'))`, or wherever else inversify takes one.
 *
 * The same name always gives the same token. One that the configuration lacks is not bound: inversify's error then
 * names it, and an optional injection is undefined.
 *
 * @param name as in the configuration
 * @throws TypeError for what is no name
 */
export function SIGNER(name: string): ServiceIdentifier<Signer> {
  return tokenOf('signer', name)
}

/**
 * The token of what verifies the signatures of a name: of every signer, and of an entry that only verifies.
 *
 * @param name as in the configuration
 * @throws TypeError for what is no name
 */
export function VERIFIER(name: string): ServiceIdentifier<InjectedVerifier> {
  return tokenOf('verifier', name)
}

// Symbol.for: two installed copies of this package mean the same. inversify shows the text in its errors.
function tokenOf(role: string, name: string): symbol {
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`The token of a ${role} needs its name in the configuration, such as 'invoices'.`)
  return Symbol.for(`the ${role} ${JSON.stringify(name)} of Signport`)
}
