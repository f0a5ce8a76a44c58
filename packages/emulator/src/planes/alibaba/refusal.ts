import type { Refusal } from '../../faults/fault-kind.js'
import { HOSTILE_TEXT } from '../../faults/hostile-text.js'
import { AlibabaFailure, type FailureCode } from './failure.js'

/** Where the two protocols have words of their own. */
interface OwnWords {
  readonly expiredToken: FailureCode
  readonly clockSkew: FailureCode
}

const REFUSALS: Record<Exclude<Refusal, keyof OwnWords>, readonly [code: FailureCode, message?: string]> = {
  throttled: ['Rejected.Throttling'],
  internal: ['InternalFailure'],
  unavailable: ['ServiceUnavailableTemporary'],
  dependencyTimeout: ['ServiceUnavailableTemporary'],
  hostileText: ['Forbidden.NoPermission', HOSTILE_TEXT],
}

/** The failure by which a fault refuses a call. */
export function refuse(refusal: Refusal, own: OwnWords): AlibabaFailure {
  if (refusal === 'expiredToken' || refusal === 'clockSkew') return new AlibabaFailure(own[refusal])
  return new AlibabaFailure(...REFUSALS[refusal])
}
