/** When the keys of a rotation are published and when they sign: times alone, and what follows from them. */
export interface RotationSchedule {
  /** How long a verifier may go on with a key set that it has read, all caches on the way included, in milliseconds. */
  readonly cacheLifetimeMs: number
  /** The longest time that a token is valid, in milliseconds. */
  readonly tokenLifetimeMs: number
  /** How far the clocks of all that take part may be apart, what verifiers grant beyond `exp` included, in milliseconds. */
  readonly clockToleranceMs: number
  readonly active: { readonly published?: Date | undefined }
  readonly next?: { readonly published: Date; readonly activateAt?: Date | undefined } | undefined
  readonly retired: readonly { readonly retiredAt: Date }[]
}

/** What is wrong with a schedule, and where. */
export interface ScheduleMistake {
  readonly path: readonly (string | number)[]
  /** Without a subject, which the path is. */
  readonly message: string
}

/**
 * From when on every verifier has a key, in milliseconds since 1970, this instant included: what was read before the key
 * was published is stale when it is as old as caches live.
 */
export function knownFrom(schedule: RotationSchedule, published: Date): number {
  return published.getTime() + schedule.cacheLifetimeMs + schedule.clockToleranceMs
}

/**
 * When the last token has expired that a key signed before it was retired, in milliseconds since 1970: from this instant on
 * (RFC 7519 section 4.1.4), the key is not needed any more.
 */
export function neededUntil(schedule: RotationSchedule, retiredAt: Date): number {
  return retiredAt.getTime() + schedule.tokenLifetimeMs + schedule.clockToleranceMs
}

/** Whether the next key has taken over from the active one: it does at the instant of its `activateAt`. */
export function hasTakenOver({ next }: RotationSchedule, now: number): boolean {
  return next?.activateAt !== undefined && next.activateAt.getTime() <= now
}

/** All that is wrong with a schedule whatever the time is. It must consist of valid times. */
export function scheduleMistakes(schedule: RotationSchedule): readonly ScheduleMistake[] {
  return [
    ...activationTooEarly(schedule),
    ...activationBeforeActive(schedule),
    ...unknownPublication(schedule),
    ...gapBeforeActive(schedule),
  ]
}

function activationTooEarly(schedule: RotationSchedule): ScheduleMistake[] {
  return activationBefore(schedule, schedule.next?.published, 'verifiers may have key sets without this key')
}

/** The active key would never sign, and until the next one takes over, none would. */
function activationBeforeActive(schedule: RotationSchedule): ScheduleMistake[] {
  return activationBefore(schedule, schedule.active.published, 'not even the active key may sign')
}

/** Whether the next key is to take over before every verifier has a certain key. */
function activationBefore(
  schedule: RotationSchedule,
  published: Date | undefined,
  why: string,
): ScheduleMistake[] {
  const { activateAt } = schedule.next ?? {}
  if (!published || !activateAt) return []
  const known = knownFrom(schedule, published)
  if (activateAt.getTime() >= known) return []
  return [{ path: ['next', 'activateAt'], message: `is too early: until ${isoTime(known)}, ${why}` }]
}

function unknownPublication({ active, retired }: RotationSchedule): ScheduleMistake[] {
  if (retired.length === 0 || active.published) return []
  const message = 'is missing: where there was a key before, this is when key sets first had the active one'
  return [{ path: ['active', 'published'], message }]
}

/** Some key signed until the active one could: if it retired earlier by what was written, its tokens would fail. */
function gapBeforeActive(schedule: RotationSchedule): ScheduleMistake[] {
  const { active, retired } = schedule
  if (retired.length === 0 || !active.published) return []
  const times = retired.map(({ retiredAt }) => retiredAt.getTime())
  const latest = Math.max(...times)
  const known = knownFrom(schedule, active.published)
  if (latest >= known) return []
  const why = `the active key could not sign before ${isoTime(known)}, so this one did until then`
  const message = `is too early: ${why}; write that time, or remove this key if it is not needed any more`
  return [{ path: ['retired', times.indexOf(latest), 'retiredAt'], message }]
}

/** A time as configurations have it, without the milliseconds that nobody writes. */
export function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.000Z$/, 'Z')
}
