import {
  createRotatingSigner,
  type KeyHolder,
  type RotatingSigner,
  type RotationOptions,
  type Signer,
  SigningError,
} from '@signport/core'
import { hasTakenOver, typeName } from '@signport/core/kit'
import type { EntryDetails, RotationDetails } from './entry.js'

/** How the keys of a rotation are opened, each as an entry of its own. */
interface KeyOpeners {
  readonly signer: (key: EntryDetails) => Promise<Signer>
  /** One that has retired. */
  readonly holder: (key: EntryDetails) => Promise<KeyHolder>
}

/**
 * The signer of a rotation, from its keys. Where one of them cannot be opened, all others are waited for: whoever called
 * closes what was opened.
 *
 * @param label what messages call it; empty for one that stands alone
 * @param now the time that keys follow one another by: `Date.now` by default
 */
export async function openRotation(
  { active, next, retired, schedule }: RotationDetails,
  label: string,
  open: KeyOpeners,
  now?: () => number,
): Promise<RotatingSigner> {
  const opening = {
    active: open.signer(active),
    next: next && open.signer(next),
    retired: retired.map(open.holder),
  }
  await Promise.allSettled([opening.active, opening.next, ...opening.retired])
  const [first, last] = [await opening.active, await opening.next]
  const holders = await Promise.all(opening.retired)
  const retiredKeys = schedule.retired.map((times, index) => {
    const signer = holders[index]
    if (!signer) throw new TypeError('Every retired key has its times.')
    return { ...times, signer }
  })
  return rotatingSigner(label, {
    ...schedule,
    active: { ...schedule.active, signer: first },
    next: schedule.next && last && { ...schedule.next, signer: last },
    retired: retiredKeys,
    ...(now && { now }),
  })
}

/** What core refuses besides what reading does is a mistake of the configuration as well. */
function rotatingSigner(label: string, options: RotationOptions): RotatingSigner {
  try {
    return createRotatingSigner(options)
  } catch (cause) {
    if (!SigningError.is(cause)) throw cause
    const { message } = cause
    throw new SigningError('Configuration', label === '' ? message : `${label}: ${message}`, { cause })
  }
}

/** The key of a rotation that signs at this time, or will as soon as verifiers know it. */
export function signingKey(
  { active, next, schedule }: RotationDetails,
  now: () => number = Date.now,
): EntryDetails {
  const time: unknown = now()
  if (!Number.isFinite(time))
    throw new TypeError(`now() must give the milliseconds since 1970, not ${typeName(time)}.`)
  return next && hasTakenOver(schedule, time as number) ? next : active
}
