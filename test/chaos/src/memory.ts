import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What is kept in memory from one part of a run to the next. */
export interface MemoryLog {
  /** The parts of a run: nothing is under way between them. */
  partsOf<T>(items: readonly T[]): readonly (readonly T[])[]
  /** Told that a part is done. */
  look(): void
  /** Undefined for runs that are too short to say. In bytes. */
  growth(): MemoryGrowth | undefined
}

/** The least that was kept in two parts of the run, garbage collected. In bytes. */
export interface MemoryGrowth {
  readonly first: number
  readonly last: number
  /** How many items were done between the first looks of both parts. */
  readonly items: number
}

/** How often it is looked at. The first look is left out: much is loaded and compiled until then. */
const LOOKS = 8

/** Shorter runs are over before all has been loaded. */
const FEWEST_ITEMS = 200

/** What the first thousands of items leave behind once, such as compiled code and connections that are kept; and what may be kept more for each item, which is less than a signer or a key. */
const MOST_GROWTH = 8 * 1024 * 1024
const MOST_FOR_AN_ITEM = 200

/** Looks at the memory after each eighth of the items. */
export function createMemoryLog(count: number): MemoryLog {
  const looks: number[] = []
  const isLong = count >= FEWEST_ITEMS
  const step = isLong ? Math.ceil(count / LOOKS) : Math.max(1, count)
  return {
    partsOf: (items) =>
      Array.from({ length: Math.ceil(items.length / step) }, (_, part) =>
        items.slice(part * step, (part + 1) * step),
      ),
    look() {
      if (isLong) looks.push(bytesUsed())
    },
    growth() {
      const quarter = Math.floor(looks.length / 4)
      if (quarter === 0) return undefined
      const first = Math.min(...looks.slice(1, 1 + quarter))
      const last = Math.min(...looks.slice(-quarter))
      return { first, last, items: step * (looks.length - quarter - 1) }
    },
  }
}

/** What may be kept more in the last quarter than in the first, with so many items between. In bytes. */
export function mostGrowth(items: number): number {
  return MOST_GROWTH + MOST_FOR_AN_ITEM * items
}

/** Undefined is nothing to complain of. */
export function growthDefects(growth: MemoryGrowth | undefined): readonly string[] {
  if (!growth || growth.last - growth.first <= mostGrowth(growth.items)) return []
  const most = megabytes(mostGrowth(growth.items))
  return [
    `${megabytes(growth.last - growth.first)} of memory more in the last quarter than in the first, and ${most} may be`,
  ]
}

/** Such as `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

let collect: (() => void) | undefined

/** The heap, and what its objects hold outside of it: buffers, above all. */
function bytesUsed(): number {
  if (!collect) {
    setFlagsFromString('--expose_gc')
    collect = runInNewContext('gc') as () => void
  }
  collect()
  // What held bytes outside of the heap lets go of them one round later.
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
