import {
  type ProviderLimits,
  SigningError,
  type SigningErrorCode,
  type SigningErrorDetails,
} from '../../src/index.js'
import type { KeyPair } from './keys.js'
import { NodeProvider, type NodeProviderOptions } from './node-provider.js'

/** How a request ends: in a failure, or as it should. */
export type Ending = SigningErrorCode | readonly [SigningErrorCode, SigningErrorDetails] | 'answered'

/** A service that fails in a certain order, and then answers. */
export class UnsteadyProvider extends NodeProvider {
  readonly limits: ProviderLimits
  asked = 0
  readonly #endings: Ending[]

  constructor(
    pair: KeyPair,
    endings: readonly Ending[],
    options: NodeProviderOptions & { readonly limits?: ProviderLimits } = {},
  ) {
    super(pair, options)
    this.limits = options.limits ?? {}
    this.#endings = [...endings]
  }

  override async sign(...call: Parameters<NodeProvider['sign']>) {
    this.asked++
    const ending = this.#endings.shift() ?? 'answered'
    if (ending === 'answered') return super.sign(...call)
    const [code, details] = typeof ending === 'string' ? [ending] : ending
    throw new SigningError(code, `It is ${code}.`, details)
  }
}
