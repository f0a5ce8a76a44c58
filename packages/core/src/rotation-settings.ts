import { types } from 'node:util'
import { MAX_DURATION_MS } from './duration.js'
import { SigningError } from './error.js'
import { isRotatingSigner, type KeyHolder, type RotationOptions } from './rotation.js'
import { type RotationSchedule, scheduleMistakes } from './rotation-schedule.js'
import type { Signer } from './signer.js'
import { printable, typeName } from './text.js'

/** The options of a rotation, read and complete: nobody else can change what is in them. */
export interface RotationSettings extends RotationSchedule {
  readonly active: { readonly signer: Signer; readonly published: Date | undefined }
  readonly next:
    | { readonly signer: Signer; readonly published: Date; readonly activateAt: Date | undefined }
    | undefined
  readonly retired: readonly { readonly signer: KeyHolder; readonly retiredAt: Date }[]
  readonly now: () => number
}

const CLOCK_TOLERANCE_MS = 60_000

const OPTIONS = [
  'active',
  'next',
  'retired',
  'cacheLifetimeMs',
  'tokenLifetimeMs',
  'clockToleranceMs',
  'now',
] as const satisfies readonly (keyof RotationOptions)[]

/** What signs must have, and what only verifies. */
const SIGNER = ['sign', 'signDigest', 'verify', 'verifyDigest', 'publicKey', 'probe']
const KEY_HOLDER = ['verify', 'verifyDigest', 'publicKey']

/**
 * @throws TypeError for an option that there is not, and for what is no signer, no time and no clock
 * @throws SigningError `InvalidArgument` for what is no length of time, for a signer or a `kid` that is given twice, for a
 *   signer that is a rotation itself, and for the first of the schedule's mistakes
 */
export function readRotationOptions(options: RotationOptions): RotationSettings {
  assertObject('The options of a rotation', options)
  assertNames('A rotation', options, OPTIONS)
  const { cacheLifetimeMs, tokenLifetimeMs, clockToleranceMs = CLOCK_TOLERANCE_MS, now } = options
  assertLength('cacheLifetimeMs', cacheLifetimeMs, 1)
  assertLength('tokenLifetimeMs', tokenLifetimeMs, 1)
  assertLength('clockToleranceMs', clockToleranceMs, 0)
  const keys = { active: readActive(options), next: readNext(options), retired: readRetired(options) }
  const settings = { ...keys, cacheLifetimeMs, tokenLifetimeMs, clockToleranceMs, now: readClock(now) }
  assertEachOnce(settings)
  const [mistake] = scheduleMistakes(settings)
  if (mistake) throw invalid(`${mistake.path.join('.')} ${mistake.message}.`)
  return settings
}

function readActive({ active }: RotationOptions): RotationSettings['active'] {
  assertObject('active', active)
  assertNames('active', active, ['signer', 'published'])
  const { signer, published } = active
  assertKey('active.signer', signer, SIGNER)
  return { signer, published: published === undefined ? undefined : readTime('active.published', published) }
}

function readNext({ next }: RotationOptions): RotationSettings['next'] {
  if (next === undefined) return undefined
  assertObject('next', next)
  assertNames('next', next, ['signer', 'published', 'activateAt'])
  const { signer, published, activateAt } = next
  assertKey('next.signer', signer, SIGNER)
  return {
    signer,
    published: readTime('next.published', published),
    activateAt: activateAt === undefined ? undefined : readTime('next.activateAt', activateAt),
  }
}

function readRetired({ retired = [] }: RotationOptions): RotationSettings['retired'] {
  if (!Array.isArray(retired)) throw new TypeError(`retired must be an array, not ${typeName(retired)}.`)
  return retired.map((key: NonNullable<RotationOptions['retired']>[number], index) => {
    assertObject(`retired.${index}`, key)
    assertNames(`retired.${index}`, key, ['signer', 'retiredAt'])
    const { signer, retiredAt } = key
    assertKey(`retired.${index}.signer`, signer, KEY_HOLDER)
    return { signer, retiredAt: readTime(`retired.${index}.retiredAt`, retiredAt) }
  })
}

function assertObject(name: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return
  throw new TypeError(`${name} must be an object, not ${typeName(value)}.`)
}

/** A misspelt option would have no effect, and a key would sign at another time than was meant. */
function assertNames(what: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new TypeError(`${what} has no option ${printable(unknown, 40)}: its options are ${names.join(', ')}.`)
}

function assertKey(name: string, value: unknown, methods: readonly string[]): void {
  assertObject(name, value)
  const missing = methods.find((method) => typeof (value as Record<string, unknown>)[method] !== 'function')
  if (missing) throw new TypeError(`${name} must be a Signer, but it has no method ${missing}.`)
  if (!isRotatingSigner(value)) return
  throw invalid(`${name} is a rotation itself: give the signer of one of its keys.`)
}

function assertLength(name: string, value: unknown, least: number): void {
  const isLength = Number.isInteger(value) && (value as number) >= least
  if (isLength && (value as number) <= MAX_DURATION_MS) return
  throw invalid(
    `${name} must be a whole number of milliseconds from ${least} to ${MAX_DURATION_MS}, not ${shown(value)}.`,
  )
}

const shown = (value: unknown) =>
  typeof value === 'number' || typeof value === 'string' ? printable(String(value), 40) : typeName(value)

/** The end of the year 9999, the last one that RFC 3339 can write. In milliseconds since 1970. */
const LAST_TIME = 253_402_300_799_999

/** A copy: whoever has a `Date` can change it. */
function readTime(name: string, value: unknown): Date {
  if (!types.isDate(value)) throw new TypeError(`${name} must be a Date, not ${typeName(value)}.`)
  const time = value.getTime()
  if (Number.isNaN(time)) throw new TypeError(`${name} must be a Date, not an invalid one.`)
  if (time >= 0 && time <= LAST_TIME) return new Date(time)
  throw invalid(`${name} must be a time from 1970 to 9999.`)
}

/** A clock of the caller's, each answer of which is looked at. */
function readClock(now: unknown = () => Date.now()): () => number {
  if (typeof now !== 'function') throw new TypeError(`now must be a function, not ${typeName(now)}.`)
  return () => {
    const time: unknown = now()
    if (typeof time === 'number' && time >= 0 && time <= LAST_TIME) return time
    throw new TypeError(`now() must give the milliseconds since 1970, not ${shown(time)}.`)
  }
}

/** Of one key, a rotation would say two things at the same time; and verifiers tell keys apart by their `kid`. */
function assertEachOnce({ active, next, retired }: RotationSettings): void {
  const keys: [string, KeyHolder][] = [
    ['active.signer', active.signer],
    ...(next ? [['next.signer', next.signer] as [string, KeyHolder]] : []),
    ...retired.map(({ signer }, index): [string, KeyHolder] => [`retired.${index}.signer`, signer]),
  ]
  const seen = new Map<KeyHolder | string, string>()
  for (const [name, signer] of keys) {
    const { kid } = signer
    const [same, namesake] = [seen.get(signer), kid !== undefined && seen.get(kid)]
    if (same) throw invalid(`${name} is ${same} as well: give each key once.`)
    if (namesake) throw invalid(`${name} has the kid of ${namesake}: give each key a kid of its own.`)
    seen.set(signer, name).set(kid ?? signer, name)
  }
}

const invalid = (message: string) => new SigningError('InvalidArgument', message)
