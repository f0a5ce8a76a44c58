import * as v from 'valibot'
import { checked } from '../checked.js'
import { type Effect, FAULT_KINDS, type FaultKind, faultKind } from './fault-kind.js'

/** Something that goes wrong on purpose. */
export interface Fault {
  readonly kind: FaultKind
  /** The one operation that it meets, such as `Sign`. All, if there is none. */
  readonly operation?: string | undefined
  /** The one key that it meets: id, ARN, or the name or ARN of an alias. All, if there is none. */
  readonly keyId?: string | undefined
  /** How many calls it meets: 1 if nothing is said; `Infinity`, or null in JSON, for all until it is cleared. */
  readonly times?: number | null | undefined
}

/** A fault that is waiting, and how many calls it will still meet: null for all. */
export interface PendingFault extends Omit<Fault, 'times'> {
  readonly remaining: number | null
}

/** The faults of an emulator. */
export interface FaultTable {
  /** Adds one behind those that are there. @throws TypeError when it is not a fault */
  add(fault: Fault): void
  clear(): void
  list(): readonly PendingFault[]
  /** The effect of the first fault that meets a call; it counts as met. */
  meet(call: Call): Effect | undefined
}

/** A call that a fault may meet. */
interface Call {
  readonly operation: string
  /** All names of its key, none when it names no key. Asked for only when a fault wants to know. */
  readonly keyNames: () => readonly string[]
}

const name = v.pipe(v.string(), v.nonEmpty())
const TIMES = 'expected a whole number from 1 on, or null for all'
const times = v.pipe(
  v.nullable(v.number(TIMES)),
  v.check((value) => value === null || value === Number.POSITIVE_INFINITY || isCount(value), TIMES),
)

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1

const schema = v.pipe(
  v.strictObject({
    kind: v.picklist(FAULT_KINDS),
    operation: v.optional(name),
    keyId: v.optional(name),
    times: v.optional(times, 1),
  }),
  v.check(
    ({ kind, operation }) =>
      operation === undefined || (faultKind(kind).operations?.includes(operation) ?? true),
    'this kind never meets that operation',
  ),
)

/** Makes an empty table. */
export function createFaultTable(): FaultTable {
  let faults: { readonly fault: Fault; remaining: number }[] = []
  return {
    add(fault) {
      const { times, ...rest } = checked(schema, fault, 'The fault')
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
    meet(call) {
      const met = faults.find(({ fault }) => meets(fault, call))
      if (!met) return undefined
      met.remaining -= 1
      faults = faults.filter(({ remaining }) => remaining > 0)
      return faultKind(met.fault.kind).effect
    },
  }
}

function meets({ kind, operation, keyId }: Fault, call: Call): boolean {
  const { operations } = faultKind(kind)
  if (operations && !operations.includes(call.operation)) return false
  if (operation !== undefined && operation !== call.operation) return false
  return keyId === undefined || call.keyNames().includes(keyId)
}
