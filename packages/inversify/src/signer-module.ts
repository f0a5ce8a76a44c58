import type { Signers } from '@signport/config'
import { type Signer, SigningError } from '@signport/core'
import { type Bind, ContainerModule, type IsBound, type ServiceIdentifier } from 'inversify'
import { holdSigners } from './held-signers.js'
import { assertModuleOptions, type SignerModuleOptions } from './signer-module-options.js'
import { createRegistry, SignerRegistry } from './signer-registry.js'
import { type InjectedVerifier, SIGNER, VERIFIER } from './tokens.js'

/**
 * A module that binds every signer to `SIGNER(name)`, what verifies its signatures to `VERIFIER(name)`, and all of
 * them together to `SignerRegistry`. Nothing is awaited: `container.load` and `container.get` are enough.
 *
 * From loading on, the signers belong to the container: `unbindAllAsync`, or `unloadAsync` with this module, closes
 * them. Where several containers have loaded the same signers, the last one does; where loading fails, they are
 * closed at once.
 *
 * @param signers what `loadSigners` of `@signport/config` resolves to
 * @throws TypeError for anything else, wrong options included. When the module is loaded: SigningError `Configuration` with all required names
 *   that are missing and what is nearest to each; `Closed` when the signers have been closed by a container before
 */
export function signerModule(signers: Signers, options: SignerModuleOptions = {}): ContainerModule {
  if (typeof signers?.get !== 'function' || !Array.isArray(signers.signerNames))
    throw new TypeError('signerModule takes signers: signerModule(await loadSigners(…))')
  assertModuleOptions(options)
  return new ContainerModule(({ bind, isBound }) => {
    const release = holdSigners(signers)
    try {
      assertRequired(signers, options)
    } catch (error) {
      // Nobody else has them. What went wrong first is what the caller must hear of.
      release().catch(() => {})
      throw error
    }
    bindSigners(bind, bindHeld(bind, isBound, signers, release), signers)
  })
}

function assertRequired(
  signers: Signers,
  { require = [], requireVerifiers = [] }: SignerModuleOptions,
): void {
  const missing = [
    ...require.flatMap((name) => failureOf(() => signers.get(name))),
    ...requireVerifiers.flatMap((name) => failureOf(() => signers.verifier(name))),
  ]
  if (missing.length > 1)
    throw new SigningError('Configuration', missing.map(({ message }) => message).join(' '))
  for (const error of missing) throw error
}

function failureOf(look: () => unknown): [] | [Error] {
  try {
    look()
    return []
  } catch (error) {
    return [error as Error]
  }
}

/**
 * Binds the signers themselves to a token that nobody else has. To let go of them is the task of this binding alone:
 * those of single signers have nothing asynchronous to do, and a test can `rebind` them.
 */
function bindHeld(bind: Bind, isBound: IsBound, signers: Signers, release: () => Promise<void>) {
  const held: ServiceIdentifier<Signers> = Symbol('the signers of Signport')
  bind(held).toConstantValue(signers).onDeactivation(release).when(markResolved(signers))
  isBound(held)
  return held
}

/**
 * inversify deactivates only what was resolved, constants included, and a module cannot resolve: a container of which
 * nothing was ever asked would close nothing. But it calls a constraint as a method of its binding, `isBound` does so
 * at once, and there the binding can be told that it was resolved. Should another version of inversify not let it,
 * the first signer that is resolved does the same.
 */
function markResolved(value: unknown) {
  return function (this: unknown): boolean {
    const binding = this as { cache?: { readonly isRight: boolean; readonly value: unknown } } | undefined
    if (binding?.cache?.isRight === false) binding.cache = { isRight: true, value }
    return true
  }
}

function bindSigners(bind: Bind, held: ServiceIdentifier<Signers>, { names, signerNames }: Signers): void {
  for (const name of signerNames) {
    const signer = (signers: Signers) => signers.get(name)
    bind(SIGNER(name)).toResolvedValue(signer, [held]).inSingletonScope()
    // By way of its signer's token: whoever replaces one replaces both.
    bind(VERIFIER(name))
      .toResolvedValue(verifierOf, [SIGNER(name)])
      .inTransientScope()
  }
  for (const name of names.filter((name) => !signerNames.includes(name))) {
    const verifier = (signers: Signers) => signers.verifier(name)
    bind(VERIFIER(name)).toResolvedValue(verifier, [held]).inSingletonScope()
  }
  bind(SignerRegistry)
    .toDynamicValue((context) => createRegistry(context.get(held), context))
    .inTransientScope()
}

/** Only what verifies: who is given this cannot sign. */
function verifierOf(signer: Signer): InjectedVerifier {
  return {
    // That of a rotation changes with its key.
    get algorithm() {
      return signer.algorithm
    },
    verify: (...args) => signer.verify(...args),
    verifyDigest: (...args) => signer.verifyDigest(...args),
  }
}
