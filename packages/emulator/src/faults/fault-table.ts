import * as v from 'valibot'
import { checked } from '../checked.js'
import { canMeet, FAULT_KINDS, type FaultKind, faultKind, refuses } from './fault-kind.js'
import type { FaultSubject } from './fault-subject.js'

/** Something that goes wrong on purpose. */
export interface Fault {
  readonly kind: FaultKind
  /** The one operation that it meets, such as `Sign`. All, if there is none. */
  readonly operation?: string | undefined
  /** The one key that it meets: id, ARN, or the name or ARN of an alias. All, if there is none. */
  readonly keyId?: string | undefined
  /** How many calls it meets: 1 if nothing is said; `Infinity`, or null in JSON, for all until it is cleared. */
  readonly times?: number | null | undefined
  /** After how many seconds a client may try again: what the header Retry-After of a refusal says. */
  readonly retryAfter?: number | undefined
}

/** A fault that is waiting, and how many calls it will still meet: null for all. */
export interface PendingFault extends Omit<Fault, 'times'> {
  readonly remaining: number | null
}

/** The faults that are meant for certain calls. */
export interface FaultTable {
  /** Adds one behind those that are there. @throws TypeError when it is not a fault */
  add(fault: Fault): void
  clear(): void
  list(): readonly PendingFault[]
  /** The first fault that can meet a call; it counts as met. */
  meet(subject: FaultSubject): Fault | undefined
}

const name = v.pipe(v.string(), v.nonEmpty())
const TIMES = 'expected a whole number from 1 on, or null for all'
const times = v.pipe(
  v.nullable(v.number(TIMES)),
  v.check((value) => value === null || value === Number.POSITIVE_INFINITY || isCount(value), TIMES),
)

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

/** No client should be told to wait longer than a day. */
const MAX_RETRY_AFTER = 86_400
const RETRY_AFTER = `expected whole seconds from 0 to ${MAX_RETRY_AFTER}`
/** What the header Retry-After may say. */
export const retryAfterSchema = v.pipe(
  v.number(RETRY_AFTER),
  v.check((value) => Number.isInteger(value) && value >= 0 && value <= MAX_RETRY_AFTER, RETRY_AFTER),
)

/** What a fault must look like. */
export const faultSchema = v.pipe(
  v.strictObject({
    kind: v.picklist(FAULT_KINDS),
    operation: v.optional(name),
    keyId: v.optional(name),
    times: v.optional(times, 1),
    retryAfter: v.optional(retryAfterSchema),
  }),
  v.check(
    ({ kind, operation }) =>
      operation === undefined || (faultKind(kind).operations?.includes(operation) ?? true),
    'this kind never meets that operation',
  ),
  v.check(
    ({ kind, retryAfter }) => retryAfter === undefined || refuses(kind),
    'retryAfter is for kinds that refuse a call, such as throttle',
  ),
)

/** Makes an empty table. */
export function createFaultTable(): FaultTable {
  let faults: { readonly fault: Fault; remaining: number }[] = []
  return {
    add(fault) {
      const { times, ...rest } = checked(faultSchema, fault, 'The fault')
      faults.push({ fault: rest, remaining: times ?? Number.POSITIVE_INFINITY })
    },
    clear() {
      faults = []
    },
    list: () =>
      faults.map(({ fault, remaining }) => ({
        ...fault,
        remaining: Number.isFinite(remaining) ? remaining : null,
      })),
    meet(subject) {
      const met = faults.find(({ fault }) => meets(fault, subject))
      if (!met) return undefined
      met.remaining -= 1
      faults = faults.filter(({ remaining }) => remaining > 0)
      return met.fault
    },
  }
}

function meets({ kind, operation, keyId }: Fault, subject: FaultSubject): boolean {
  if (operation !== undefined && operation !== subject.operation) return false
  if (keyId !== undefined && !subject.keyNames().includes(keyId)) return false
  return canMeet(kind, subject)
}
