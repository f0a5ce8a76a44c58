import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { checked } from '../checked.js'
import { createAttemptMemory } from './attempt-memory.js'
import { canMeet, FAULT_KINDS, type FaultKind, refuses } from './fault-kind.js'
import type { FaultSubject } from './fault-subject.js'
import { retryAfterSchema } from './fault-table.js'

/** Faults that calls meet by chance, and by the same chance each time. */
export interface FaultPlan {
  /** A whole number. With another one, other calls meet other faults. */
  readonly seed: number
  /** How many of all calls meet a fault: from 0 for none to 1 for all. */
  readonly rate: number
  /** Which faults there are; all that can happen to a call, if nothing is said. */
  readonly kinds?: readonly FaultKind[] | undefined
  /** Whose calls meet them; those that sign and GetPublicKey, if nothing is said. */
  readonly operations?: readonly string[] | undefined
  /** Half of the refusals have the header Retry-After, of 0 to so many whole seconds; none of them, if nothing is said. */
  readonly retryAfter?: number | undefined
}

/** The fault that a call meets by chance. */
interface ChosenFault {
  readonly kind: FaultKind
  /** In seconds. */
  readonly retryAfter?: number
}

/** A plan at work. */
export interface RandomPlan {
  readonly plan: FaultPlan
  /** The fault that a call meets. Asked once for each call, as it remembers what was asked before. */
  choose(subject: FaultSubject): ChosenFault | undefined
}

const USUAL_OPERATIONS = ['Sign', 'AsymmetricSign', 'GetPublicKey']

const SEED = 'expected a whole number'
const RATE = 'expected a number from 0 to 1'

/** What a plan must look like. */
export const planSchema = v.strictObject({
  seed: v.pipe(
    v.number(SEED),
    v.check((value) => Number.isSafeInteger(value), SEED),
  ),
  rate: v.pipe(
    v.number(RATE),
    v.check((value) => value >= 0 && value <= 1, RATE),
  ),
  kinds: v.optional(v.pipe(v.array(v.picklist(FAULT_KINDS)), v.minLength(1, 'expected at least one'))),
  operations: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(1, 'expected at least one')),
  ),
  retryAfter: v.optional(retryAfterSchema),
})

/** Makes a plan work. @throws TypeError when it is not a plan */
export function createRandomPlan(given: FaultPlan): RandomPlan {
  const plan = checked(planSchema, given, 'The plan of faults')
  const { seed, rate, kinds = FAULT_KINDS, operations = USUAL_OPERATIONS, retryAfter } = plan
  const wanted = FAULT_KINDS.filter((kind) => kinds.includes(kind))
  const attempts = createAttemptMemory()
  return {
    plan,
    choose(subject) {
      if (!operations.includes(subject.operation)) return undefined
      const content = contentOf(seed, subject)
      const { chance, pick, wait } = draw(content, attempts.next(content))
      if (chance >= rate) return undefined
      const possible = wanted.filter((kind) => canMeet(kind, subject))
      const kind = possible[Math.floor(pick * possible.length)]
      if (kind === undefined) return undefined
      if (retryAfter === undefined || wait < 0.5 || !refuses(kind)) return { kind }
      return { kind, retryAfter: Math.floor((2 * wait - 1) * (retryAfter + 1)) }
    },
  }
}

/** What stays the same when a call is repeated, whenever that is and whatever else is called meanwhile. */
function contentOf(seed: number, { plane, operation, asked }: FaultSubject): string {
  const hash = createHash('sha256')
  // Its length keeps each part from running into the next one.
  for (const part of [String(seed), plane, operation, ...asked])
    hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('base64')
}

const DRAW_BYTES = 6

/** Three numbers from 0 on and below 1, which follow from nothing but what was asked and how often before. */
function draw(content: string, attempt: number): Record<'chance' | 'pick' | 'wait', number> {
  const digest = createHash('sha256').update(`${content} ${attempt}`).digest()
  const at = (offset: number) => digest.readUIntBE(offset, DRAW_BYTES) / 2 ** (8 * DRAW_BYTES)
  return { chance: at(0), pick: at(DRAW_BYTES), wait: at(2 * DRAW_BYTES) }
}
