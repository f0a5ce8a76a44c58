import type { FaultDocument } from './fault-document.js'
import { type Effect, FAULT_KINDS, type FaultKind, faultKind } from './fault-kind.js'
import type { FaultSubject } from './fault-subject.js'
import { createFaultTable, type Fault, type PendingFault } from './fault-table.js'
import { createRandomPlan, type FaultPlan, type RandomPlan } from './random-plan.js'

/** What goes wrong on purpose. */
export interface Faults {
  /** Adds a fault behind those that are there. @throws TypeError when it is not a fault */
  add(fault: Fault): void
  /** Takes away all faults and the plan. What was seen stays. */
  clear(): void
  /** The faults that are waiting for a call, in their order. */
  list(): readonly PendingFault[]
  /** Sets the plan in place of the one that there may be, or takes that away. @throws TypeError when it is not a plan */
  random(plan: FaultPlan | undefined): void
  /** How often each kind has happened since the start. */
  seen(): Readonly<Record<FaultKind, number>>
}

/** A fault that a call has met. */
export interface MetFault {
  readonly kind: FaultKind
  readonly effect: Effect
  readonly retryAfter?: number | undefined
}

/** The faults of an emulator, for those who carry out calls. */
export interface FaultSource extends Faults {
  /** The fault that a call meets: one that was added, or else one of the plan. Asked once for each call. */
  meet(subject: FaultSubject): MetFault | undefined
  /** Counts a fault that has happened. */
  happened(kind: FaultKind): void
  /** The plan, if there is one. */
  plan(): FaultPlan | undefined
}

/** Makes the faults of a document. @throws TypeError for what is none */
export function createFaults({ faults = [], random: plan }: FaultDocument): FaultSource {
  const table = createFaultTable()
  for (const fault of faults) table.add(fault)
  let random: RandomPlan | undefined = plan ? createRandomPlan(plan) : undefined
  const counts = new Map<FaultKind, number>()
  return {
    add: table.add,
    clear() {
      table.clear()
      random = undefined
    },
    list: table.list,
    random(plan) {
      random = plan === undefined ? undefined : createRandomPlan(plan)
    },
    plan: () => random?.plan,
    seen: () =>
      Object.fromEntries(FAULT_KINDS.map((kind) => [kind, counts.get(kind) ?? 0])) as Record<
        FaultKind,
        number
      >,
    meet(call) {
      const subject = { ...call, signing: once(call.signing) }
      // In any case: what the plan does to a call must not depend on the faults that calls before it have met.
      const chosen = random?.choose(subject)
      const met = table.meet(subject) ?? chosen
      return met && { ...met, effect: faultKind(met.kind).effect }
    },
    happened(kind) {
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    },
  }
}

/** Several kinds want to know the same, which takes time to find out. */
function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined
  return () => {
    found ??= { value: find() }
    return found.value
  }
}
