import type { FaultKind } from '@signport/emulator'
import type { Met } from './emulator-process.js'
import type { ChaosItem } from './item.js'
import { ATTEMPTS, CALL_MS, LIMITS } from './limits.js'
import type { Outcome } from './outcome.js'

/** What must come of a request that has met a fault. */
type Fate =
  /** A right answer, which is taken. */
  | { readonly is: 'good' }
  /** A wrong signature, which is not released; or a wrong key, with which none is right. */
  | { readonly is: 'wrong' }
  /** It is tried again; how it ends where no time or no attempt is left. */
  | { readonly is: 'passing'; readonly code: Outcome }
  /** It is not tried again. */
  | { readonly is: 'final'; readonly code: Outcome }

const good: Fate = { is: 'good' }
const wrong: Fate = { is: 'wrong' }
const passing = (code: Outcome): Fate => ({ is: 'passing', code })
const final = (code: Outcome): Fate => ({ is: 'final', code })

const FATES: Readonly<Record<FaultKind, Fate>> = {
  throttle: passing('Throttled'),
  internal: passing('Internal'),
  unavailable: passing('Unavailable'),
  dependencyTimeout: passing('Unavailable'),
  // Once, where there are other credentials.
  expiredToken: passing('Unauthenticated'),
  // The clocks agree, so that there is nothing to correct.
  clockSkew: final('Unauthenticated'),
  hostileText: final('AccessDenied'),
  stall: passing('Timeout'),
  reset: passing('Unavailable'),
  resetDuring: passing('Unavailable'),
  resetAfter: good,
  drip: passing('Timeout'),
  html: passing('Unavailable'),
  htmlOk: final('InvalidResponse'),
  empty: final('InvalidResponse'),
  truncated: passing('Unavailable'),
  cut: final('InvalidResponse'),
  oversized: final('InvalidResponse'),
  contentType: good,
  redirect: final('Configuration'),
  otherKey: wrong,
  otherMessage: wrong,
  otherSalt: wrong,
  bitFlip: wrong,
  highS: good,
  doubleHash: wrong,
  // Wrong for those who pin a key.
  movedKey: good,
  oldPublicKey: wrong,
}

/** How a signature that is not right is refused. */
const REFUSALS: readonly Outcome[] = ['SignatureCheckFailed', 'KeyMismatch']

/** Such an answer is not waited for to the end. */
const ENDLESS: readonly (FaultKind | undefined)[] = ['stall', 'drip']

/** What is wrong with how an item has ended, after what its requests have met. */
export function expectationDefects(
  item: ChaosItem,
  met: readonly Met[],
  outcome: Outcome | undefined,
): readonly string[] {
  // What is no error of ours is a defect already.
  if (outcome === undefined || item.refused) return []
  const signs = met.filter(({ operation }) => operation === 'Sign' || operation === 'AsymmetricSign')
  const keys = met.filter(({ operation }) => operation === 'GetPublicKey')
  const wanted = expected({ item, signs, keys })
  const story = (requests: readonly Met[]) => requests.map(({ fault }) => fault ?? 'nothing').join(', ')
  const told = `after ${story(signs) || 'no request'} as it signed, and ${story(keys) || 'no request'} for the key`
  return [
    ...(wanted.has(outcome)
      ? []
      : [`ended as ${outcome}, expected was ${[...wanted].join(' or ')}: ${told}`]),
    ...(isRepeated(signs) ? [`asked again after an answer that is final: ${told}`] : []),
  ]
}

interface Story {
  readonly item: ChaosItem
  readonly signs: readonly Met[]
  readonly keys: readonly Met[]
}

const fateOf = ({ fault }: Met): Fate => (fault === undefined ? good : FATES[fault])

function isRepeated(signs: readonly Met[]): boolean {
  return signs.slice(0, -1).some((each) => fateOf(each).is === 'final')
}

/** What may come of an item. */
function expected(story: Story): ReadonlySet<Outcome> {
  const { item, signs, keys } = story
  const last = signs.at(-1)
  // Who asks for the key first may never come to sign.
  if (!last) return new Set(keys.length > 0 ? failuresOf(keys, item) : [])
  const fate = fateOf(last)
  if (fate.is === 'final') return new Set([fate.code])
  if (fate.is === 'passing') return new Set(failuresOf(signs, item))
  if (fate.is === 'wrong' || isForbidden(story)) return new Set([...REFUSALS, ...failuresOf(keys, item)])
  return new Set([...afterGood(keys, item), ...(isWithoutVersion(story) ? ['KeyNotFound' as const] : [])])
}

/** By OpenAPI, the version of a key is not there when its name is moved; it is looked for once more, and may be moved again. */
function isWithoutVersion({ item, signs }: Story): boolean {
  return item.connection === 'alibaba openapi' && movesOf(signs) > 1
}

const movesOf = (signs: readonly Met[]) => signs.filter(({ fault }) => fault === 'movedKey').length

/** Whether the key that has signed is none that the item's signer takes. */
function isForbidden({ item, signs }: Story): boolean {
  return item.pin !== 'none' && movesOf(signs) % 2 === 1
}

/** How an item ends that has a right signature: it depends on the keys that it was told. */
function afterGood(keys: readonly Met[], item: ChaosItem): readonly Outcome[] {
  const last = keys.at(-1)
  if (!last) return ['signed']
  const failures = failuresOf(keys, item)
  if (fateOf(last).is === 'good') {
    // A wrong one before it is another one than the pinned one, which is final.
    const wrongs = keys.some((each) => fateOf(each).is === 'wrong')
    return item.pin === 'none' || !wrongs ? ['signed'] : REFUSALS
  }
  return fateOf(last).is === 'wrong' ? REFUSALS : failures
}

/** How an item ends when these requests were the last. */
function failuresOf(requests: readonly Met[], item: ChaosItem): readonly Outcome[] {
  const last = requests.at(-1)
  if (!last) return []
  const fate = fateOf(last)
  if (fate.is === 'final') return [fate.code]
  if (fate.is === 'wrong') return REFUSALS
  if (fate.is === 'good') return []
  return endOf(requests, item, fate.code)
}

/** How repeating comes to its end. */
function endOf(requests: readonly Met[], item: ChaosItem, code: Outcome): readonly Outcome[] {
  const { haste } = item
  const last = requests.at(-1)
  if (code === 'Unauthenticated') return isBeyondCorrection(requests, item) ? [code] : []
  if (haste === 'abort') return ENDLESS.includes(last?.fault) ? ['Aborted'] : []
  if (haste === 'deadline' && ENDLESS.includes(last?.fault)) return ['Timeout']
  return requests.length >= ATTEMPTS || mayBeLate(requests, item) ? [code] : []
}

/** An instance has one ClientKey, in place of which there is no other; and elsewhere, credentials are corrected once. */
function isBeyondCorrection(requests: readonly Met[], { connection }: ChaosItem): boolean {
  const expired = requests.filter(({ fault }) => fault === 'expiredToken')
  return connection === 'alibaba instance' || expired.length > 1
}

/** As core has it: the longest pauses, in milliseconds. */
const longestPause = ({ fault }: Met, repetition: number) =>
  Math.min(20_000, (fault === 'throttle' ? 1_000 : 50) * 2 ** repetition)

const ATTEMPT_MS = 5_000

/** Whether the longest pauses that there may be leave no time for one more attempt. */
function mayBeLate(requests: readonly Met[], { haste }: ChaosItem): boolean {
  let lasted = 0
  for (const [repetition, each] of requests.entries())
    lasted += longestPause(each, repetition) + (ENDLESS.includes(each.fault) ? ATTEMPT_MS : 0)
  return lasted >= (haste === 'deadline' ? LIMITS.deadline : CALL_MS)
}
