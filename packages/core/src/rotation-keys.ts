import { SigningError } from './error.js'
import type { KeyHolder, PublishedKey, RotationStep } from './rotation.js'
import { hasTakenOver, isoTime, knownFrom, neededUntil } from './rotation-schedule.js'
import type { RotationSettings } from './rotation-settings.js'
import type { Signer } from './signer.js'

/** The signer whose turn it is, whether or not it may sign yet. */
export function signerAt(rotation: RotationSettings, now: number): Signer {
  const { active, next } = rotation
  return next && hasTakenOver(rotation, now) ? next.signer : active.signer
}

/**
 * The signer that signs now. The next one takes over no sooner than verifiers know it; the active one is looked at here.
 *
 * @throws SigningError `KeyUnavailable`, with `retryAfterMs`, for a key that verifiers may not know yet
 */
export function knownSignerAt(rotation: RotationSettings, now: number): Signer {
  const { signer, published } = rotation.active
  if (hasTakenOver(rotation, now) || !published) return signerAt(rotation, now)
  const known = knownFrom(rotation, published)
  if (known <= now) return signer
  const [since, from] = [published.getTime(), known].map(isoTime)
  throw new SigningError(
    'KeyUnavailable',
    `The active key was published at ${since}, and until ${from} verifiers may have key sets without it: sign with the key before it until then, or leave published out if there was none.`,
    { provider: signer.provider, keyId: signer.keyId, retryable: true, retryAfterMs: Math.ceil(known - now) },
  )
}

/** The keys that belong into key sets, the one whose turn it is first. */
export function publishedKeysAt(rotation: RotationSettings, now: number): readonly PublishedKey[] {
  const { active, next } = rotation
  const keys: PublishedKey[] = []
  if (!hasTakenOver(rotation, now)) keys.push({ role: 'active', place: 'active', signer: active.signer })
  if (next) keys.push({ role: 'next', place: 'next', signer: next.signer })
  const needed = retiredKeysAt(rotation, now).filter(({ until }) => now < until)
  return [
    ...keys,
    ...needed.map(({ place, signer, until }) => ({
      role: 'retired' as const,
      place,
      signer,
      until: new Date(until),
    })),
  ]
}

/** What is to be done, now or later, in the order of time. */
export function stepsAt(rotation: RotationSettings, now: number): readonly RotationStep[] {
  const removals = retiredKeysAt(rotation, now).map(
    ({ until, ...key }): Step => ({ role: 'retired', ...key, step: 'remove', time: until }),
  )
  return [...stepsOfActive(rotation, now), ...stepsOfNext(rotation, now), ...removals]
    .sort((one, other) => one.time - other.time)
    .map(({ time, ...step }) => ({ ...step, at: new Date(time), isDue: time <= now }))
}

type Step = Omit<RotationStep, 'at' | 'isDue'> & { readonly time: number }

function stepsOfActive(rotation: RotationSettings, now: number): Step[] {
  const { signer, published } = rotation.active
  if (!published) return []
  const time = knownFrom(rotation, published)
  return now < time ? [{ role: 'active', place: 'active', signer, step: 'sign', time }] : []
}

function stepsOfNext(rotation: RotationSettings, now: number): Step[] {
  if (!rotation.next) return []
  const { signer, published, activateAt } = rotation.next
  const key = { role: 'next', place: 'next', signer } as const
  if (!activateAt) return [{ ...key, step: 'activate', time: knownFrom(rotation, published) }]
  const step = hasTakenOver(rotation, now) ? 'promote' : 'take-over'
  return [{ ...key, step, time: activateAt.getTime() }]
}

/** A key that signs no longer, and the time in milliseconds since 1970 until which it is needed. */
interface RetiredKey {
  readonly place: string
  readonly signer: KeyHolder
  readonly retiredAt: Date
  readonly until: number
}

/** Those that the options call so, and the active one after the next one has taken over. */
function retiredKeysAt(rotation: RotationSettings, now: number): readonly RetiredKey[] {
  const { active, next, retired } = rotation
  const followed =
    next?.activateAt && hasTakenOver(rotation, now)
      ? [{ place: 'active', signer: active.signer, retiredAt: next.activateAt }]
      : []
  const placed = retired.map((key, index) => ({ place: `retired.${index}`, ...key }))
  return [...followed, ...placed].map(({ place, signer, retiredAt }) => ({
    place,
    signer,
    retiredAt: new Date(retiredAt),
    until: neededUntil(rotation, retiredAt),
  }))
}
