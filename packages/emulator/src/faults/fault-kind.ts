import type { Forgery } from '../keys/forgery.js'
import type { FaultSubject } from './fault-subject.js'

/** Why a call is refused that would have been answered; each plane says it in its protocol's words. */
export type Refusal =
  | 'throttled'
  | 'internal'
  | 'unavailable'
  | 'dependencyTimeout'
  | 'expiredToken'
  | 'clockSkew'
  | 'hostileText'

/** What an answer becomes on its way: what proxies make of it, or what is left of it. */
export type Alteration = 'html' | 'htmlOk' | 'empty' | 'cut' | 'oversized' | 'contentType' | 'redirect'

/** How an answer is sent that does not arrive as it should. */
export type Delivery = 'resetDuring' | 'resetAfter' | 'drip' | 'truncated'

/** What a fault does to the call that meets it. */
export type Effect =
  | { readonly does: 'refuse'; readonly refusal: Refusal }
  | { readonly does: 'withhold'; readonly how: 'stall' | 'reset' }
  | { readonly does: 'deliver'; readonly how: Delivery }
  | { readonly does: 'alter'; readonly how: Alteration }
  | { readonly does: 'forge'; readonly how: Forgery }
  | { readonly does: 'moveAlias' }
  | { readonly does: 'publishOther' }

interface FaultKindRow {
  readonly effect: Effect
  /** The operations that it can meet; all, if there is none. */
  readonly operations?: readonly string[]
  /** Whether it can happen to a call of them; it always can, if there is none. */
  readonly meets?: (subject: FaultSubject) => boolean
}

const SIGNING = ['Sign', 'AsymmetricSign']

const refuse = (refusal: Refusal): FaultKindRow => ({ effect: { does: 'refuse', refusal } })
const withhold = (how: 'stall' | 'reset'): FaultKindRow => ({ effect: { does: 'withhold', how } })
const deliver = (how: Delivery): FaultKindRow => ({ effect: { does: 'deliver', how } })
const alter = (how: Alteration): FaultKindRow => ({ effect: { does: 'alter', how } })

type Signing = NonNullable<ReturnType<FaultSubject['signing']>>

/** @param fits what the signature must be one of, besides being one that would be given */
function forge(how: Forgery, fits: (signing: Signing) => boolean = () => true): FaultKindRow {
  const meets = ({ signing }: FaultSubject) => {
    const wanted = signing()
    return wanted !== undefined && fits(wanted)
  }
  return { effect: { does: 'forge', how }, operations: SIGNING, meets }
}

const KINDS = {
  throttle: refuse('throttled'),
  internal: refuse('internal'),
  unavailable: refuse('unavailable'),
  dependencyTimeout: refuse('dependencyTimeout'),
  expiredToken: refuse('expiredToken'),
  clockSkew: refuse('clockSkew'),
  hostileText: refuse('hostileText'),
  stall: withhold('stall'),
  reset: withhold('reset'),
  resetDuring: deliver('resetDuring'),
  resetAfter: deliver('resetAfter'),
  drip: deliver('drip'),
  html: alter('html'),
  htmlOk: alter('htmlOk'),
  empty: alter('empty'),
  truncated: deliver('truncated'),
  cut: alter('cut'),
  oversized: alter('oversized'),
  contentType: alter('contentType'),
  redirect: alter('redirect'),
  otherKey: forge('otherKey'),
  otherMessage: forge('otherMessage'),
  otherSalt: forge('otherSalt', ({ algorithm }) => algorithm.scheme === 'pss'),
  bitFlip: forge('bitFlip'),
  highS: forge('highS', ({ algorithm }) => algorithm.scheme === 'ecdsa'),
  // A digest can be hashed once more only where the algorithm hashes messages.
  doubleHash: forge('doubleHash', ({ algorithm: { forms }, message: { type } }) => {
    return type === 'DIGEST' && forms.has('RAW')
  }),
  movedKey: {
    effect: { does: 'moveAlias' },
    operations: SIGNING,
    meets: ({ signing, alias }) => signing() !== undefined && alias() !== undefined,
  },
  oldPublicKey: {
    effect: { does: 'publishOther' },
    operations: ['GetPublicKey'],
    meets: ({ publishes }) => publishes(),
  },
} as const satisfies Record<string, FaultKindRow>

/** What can go wrong: see the README for what each kind does. */
export type FaultKind = keyof typeof KINDS

/** All kinds. */
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[]

/** The row of a kind. */
export function faultKind(kind: FaultKind): FaultKindRow {
  return KINDS[kind]
}

/** Whether a kind is a refusal. */
export function refuses(kind: FaultKind): boolean {
  return faultKind(kind).effect.does === 'refuse'
}

/** Whether a kind can really happen to a call. */
export function canMeet(kind: FaultKind, subject: FaultSubject): boolean {
  const { operations, meets } = faultKind(kind)
  if (operations && !operations.includes(subject.operation)) return false
  return meets?.(subject) ?? true
}
