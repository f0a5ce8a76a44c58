/** Why a call is refused that would have been answered; each plane says it in its protocol's words. */
export type Refusal = 'throttled' | 'internal' | 'unavailable' | 'dependencyTimeout' | 'expiredToken'

/** What a fault does to the call that meets it. */
export type Effect =
  | { readonly does: 'refuse'; readonly refusal: Refusal }
  | { readonly does: 'stall' }
  | { readonly does: 'reset' }
  | { readonly does: 'useOtherKey' }

interface FaultKindRow {
  readonly effect: Effect
  /** The operations that it can meet; all, if there is none. */
  readonly operations?: readonly string[]
}

const refuse = (refusal: Refusal): FaultKindRow => ({ effect: { does: 'refuse', refusal } })

const KINDS = {
  throttle: refuse('throttled'),
  internal: refuse('internal'),
  unavailable: refuse('unavailable'),
  dependencyTimeout: refuse('dependencyTimeout'),
  expiredToken: refuse('expiredToken'),
  stall: { effect: { does: 'stall' } },
  reset: { effect: { does: 'reset' } },
  otherKey: { effect: { does: 'useOtherKey' }, operations: ['Sign', 'AsymmetricSign'] },
} as const satisfies Record<string, FaultKindRow>

/** What can go wrong: see the README for what each kind does. */
export type FaultKind = keyof typeof KINDS

/** All kinds. */
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[]

/** The row of a kind. */
export function faultKind(kind: FaultKind): FaultKindRow {
  return KINDS[kind]
}
