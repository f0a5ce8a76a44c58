import { readDuration } from '@signport/core/kit'
import * as v from 'valibot'
import { signerSchema } from './signer-schema.js'

// No message says what came: who reads a configuration adds it where it cannot be a secret.

const DURATION = 'must be a whole number and its unit, such as 90s, 10m, 1h or 30d'
const TIME = 'must be a time with its seconds and its zone, such as 2026-12-01T09:00:00Z'

const milliseconds = v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
  try {
    return readDuration(dataset.value)
  } catch {
    // Its form is right.
    addIssue({ message: 'must be less than 285 years' })
    return NEVER
  }
})

const duration = v.pipe(v.string(DURATION), v.regex(/^\d{1,13}[smhdw]$/, DURATION), milliseconds)

/** A length of time that is none would switch off what it is for. */
const period = v.pipe(
  v.string(DURATION),
  v.regex(/^(?!0+[smhdw]$)\d{1,13}[smhdw]$/, ({ input }) =>
    /^0+[smhdw]$/.test(input) ? 'must be more than 0s' : DURATION,
  ),
  milliseconds,
)

/** RFC 3339 section 5.6, with a zone that is known and in capital letters. */
const TIME_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

const time = v.pipe(
  v.string(TIME),
  v.regex(TIME_FORM, TIME),
  v.check(exists, 'must be a time that there is, such as 2026-12-01T09:00:00Z'),
  v.check(isWithin, 'must be a time from 1970 to 9999'),
  v.transform((text) => new Date(text)),
)

/** `Date` makes the second of March of the thirtieth of February. */
function exists(text: string): boolean {
  // What has another form is told by itself.
  if (!TIME_FORM.test(text)) return true
  const local = text.slice(0, 19)
  const date = new Date(`${local}Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(local)
}

/** The end of the year 9999, the last one that RFC 3339 can write. In milliseconds since 1970. */
const LAST_TIME = 253_402_300_799_999

/** The times that core takes, too, whatever their zones. */
function isWithin(text: string): boolean {
  const time = TIME_FORM.test(text) && exists(text) ? Date.parse(text) : 0
  return time >= 0 && time <= LAST_TIME
}

/** What is missing where one of these is left out. */
const MEANINGS: Readonly<Record<string, string>> = {
  cacheLifetime: 'it is how long verifiers may go on with a key set that they have read, such as 10m',
  tokenLifetime: 'it is how long a token is valid at most, such as 1h',
  published: 'it is when key sets first had this key, such as 2026-12-01T09:00:00Z',
  retiredAt: 'it is when this key had signed its last token, such as 2026-12-01T09:00:00Z',
}

function missing({ expected }: { readonly expected: string | null }): string {
  const name = String(expected).slice(1, -1)
  return `is missing: ${MEANINGS[name] ?? 'it is required'}`
}

/** The lengths of time that a rotation goes by, in milliseconds once they are read. */
export const periodsSchema = v.object(
  { cacheLifetime: period, tokenLifetime: period, clockTolerance: v.optional(duration, '1m') },
  missing,
)

const times = {
  active: { published: v.optional(time) },
  next: { published: time, activateAt: v.optional(time) },
  retired: { retiredAt: time },
}

/** The times of each key of a rotation, which it has besides what every entry has. */
export const keyTimes = {
  active: v.object(times.active, missing),
  next: v.object(times.next, missing),
  retired: v.object(times.retired, missing),
}

const { wrapped: algorithm } = signerSchema.entries.algorithm

/** The same with what every entry may have, and these must: for the schema of the file. */
export const timesSchemas = {
  active: v.object({ ...times.active, algorithm }),
  next: v.object({ ...times.next, algorithm }),
  retired: v.object({ ...times.retired, algorithm }),
}
