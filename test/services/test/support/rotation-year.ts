import type { RotationStep } from '@signport/core'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** How long it takes until the last server has what is deployed: they get it one after the other. In milliseconds. */
export const ROLLING_MS = 2 * MINUTE

/** What a rotation is told of times, in milliseconds. */
export interface Lifetimes {
  readonly cacheLifetimeMs: number
  readonly tokenLifetimeMs: number
  readonly clockToleranceMs: number
}

/** The keys of a rotation by their names, and their times in milliseconds since 1970. */
export interface Ring {
  readonly active: { readonly key: string; readonly published?: number }
  readonly next?: { readonly key: string; readonly published: number; readonly activateAt?: number }
  readonly retired: readonly { readonly key: string; readonly retiredAt: number }[]
}

/** A change of the configuration, from when the first server has it. */
interface Deployment {
  readonly at: number
  readonly ring: Ring
  /** What the servers must have called due, and since when, before an operator does it. */
  readonly due?: { readonly step: RotationStep['step']; readonly since: number }
}

/** One key that follows another. */
export interface Succession {
  readonly style: Style
  readonly before: string
  readonly after: string
  readonly published: number
  /** When the first server signs with the new key. */
  readonly at: number
  /** Until when the key before is published. */
  readonly until: number
  readonly deployments: readonly Deployment[]
}

/**
 * How an operator goes about it: with a day's notice and no hurry; as early as is permitted, and tidying up at once; or by
 * a deployment in place of `activateAt`.
 */
export type Style = 'a day before' | 'as early as permitted' | 'by hand'

const STYLES: readonly Style[] = ['a day before', 'as early as permitted', 'by hand']

/** The months of 2027: on the 15th of each, one key follows another, in all styles by turns. */
export function successions(
  keys: readonly string[],
  lifetimes: Lifetimes,
  styles: readonly Style[] = STYLES,
): readonly Succession[] {
  let published: number | undefined
  return keys.slice(1).map((after, month) => {
    const style = styles[month % styles.length] as Style
    const active = { key: keys[month] as string, ...(published !== undefined && { published }) }
    const at = Date.UTC(2027, month, 15, 9)
    const succession = (style === 'by hand' ? byHand : bySchedule)({ style, active, after, at, lifetimes })
    published = succession.published
    return succession
  })
}

interface Change {
  readonly style: Style
  readonly active: Ring['active']
  readonly after: string
  readonly at: number
  readonly lifetimes: Lifetimes
}

const noticeOf = ({ cacheLifetimeMs, clockToleranceMs }: Lifetimes) => cacheLifetimeMs + clockToleranceMs

function bySchedule({ style, active, after, at, lifetimes }: Change): Succession {
  const inHurry = style === 'as early as permitted'
  const published = at - (inHurry ? noticeOf(lifetimes) : DAY)
  const until = at + lifetimes.tokenLifetimeMs + lifetimes.clockToleranceMs
  const promoteAt = at + (inHurry ? 20 * MINUTE : 3 * DAY)
  const promoted = { key: after, published }
  return {
    style,
    before: active.key,
    after,
    published,
    at,
    until,
    deployments: [
      {
        at: published - ROLLING_MS,
        ring: { active, next: { key: after, published, activateAt: at }, retired: [] },
      },
      {
        at: promoteAt,
        ring: { active: promoted, retired: [{ key: active.key, retiredAt: at }] },
        due: { step: 'promote', since: at },
      },
      {
        at: Math.max(until, promoteAt + (inHurry ? 0 : DAY)),
        ring: { active: promoted, retired: [] },
        due: { step: 'remove', since: until },
      },
    ],
  }
}

/** The servers change one after the other; and one whose clock is fast may call it later than the operator does. */
function byHand({ style, active, after, at, lifetimes }: Change): Succession {
  const published = at - DAY
  const retiredAt = at + ROLLING_MS + lifetimes.clockToleranceMs
  const until = retiredAt + lifetimes.tokenLifetimeMs + lifetimes.clockToleranceMs
  const promoted = { key: after, published }
  return {
    style,
    before: active.key,
    after,
    published,
    at,
    until,
    deployments: [
      { at: published - ROLLING_MS, ring: { active, next: { key: after, published }, retired: [] } },
      {
        at,
        ring: { active: promoted, retired: [{ key: active.key, retiredAt }] },
        due: { step: 'activate', since: published + noticeOf(lifetimes) },
      },
      {
        at: until,
        ring: { active: promoted, retired: [] },
        due: { step: 'remove', since: until },
      },
    ],
  }
}
