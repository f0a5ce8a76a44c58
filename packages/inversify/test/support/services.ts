// As many programs with inversify do: it needs no more than inversify itself imports of it.
import 'reflect-metadata'
import type { Signer } from '@signport/core'
import { type InjectedVerifier, injectSigner, injectVerifier, SignerRegistry } from '@signport/inversify'
import { decorate, inject, injectable, optional } from 'inversify'

/** What a service of these tests is given, however it asks for it. */
export interface Given {
  readonly signer: Signer
  readonly verifier: InjectedVerifier
  readonly registry: SignerRegistry
}

@injectable()
export class ByParameter implements Given {
  constructor(
    @injectSigner('invoices') readonly signer: Signer,
    @injectVerifier('partner') readonly verifier: InjectedVerifier,
    @inject(SignerRegistry) readonly registry: SignerRegistry,
  ) {}
}

@injectable()
export class ByProperty implements Given {
  @injectSigner('invoices') readonly signer!: Signer
  @injectVerifier('partner') readonly verifier!: InjectedVerifier
  @inject(SignerRegistry) readonly registry!: SignerRegistry
}

@injectable()
export class ByAccessor implements Given {
  signer!: Signer
  verifier!: InjectedVerifier
  registry!: SignerRegistry

  @injectSigner('invoices')
  set theSigner(signer: Signer) {
    this.signer = signer
  }

  @injectVerifier('partner')
  set theVerifier(verifier: InjectedVerifier) {
    this.verifier = verifier
  }

  @inject(SignerRegistry)
  set theRegistry(registry: SignerRegistry) {
    this.registry = registry
  }
}

export class Undecorated implements Given {
  constructor(
    readonly signer: Signer,
    readonly verifier: InjectedVerifier,
    readonly registry: SignerRegistry,
  ) {}
}

/** As JavaScript has it, whose syntax knows no decorators. */
export class DecoratedByCalls extends Undecorated {}
decorate(injectable(), DecoratedByCalls)
decorate(injectSigner('invoices'), DecoratedByCalls, 0)
decorate(injectVerifier('partner'), DecoratedByCalls, 1)
decorate(inject(SignerRegistry), DecoratedByCalls, 2)

/** Nothing but the type says what it needs: only decorator metadata shows it. */
@injectable()
export class ByType {
  constructor(readonly registry: SignerRegistry) {}
}

@injectable()
export class Mistaken {
  constructor(@injectSigner('invoicse') readonly signer: Signer) {}
}

@injectable()
export class Modest {
  constructor(@injectSigner('invoicse') @optional() readonly signer?: Signer) {}
}
