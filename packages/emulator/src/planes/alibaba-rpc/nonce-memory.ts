/** Remembers what must not be used again. */
export interface NonceMemory {
  /** Whether it was not used before; it counts as used until then. */
  use(nonce: string, until: Date, now: Date): boolean
}

/** Makes a memory with nothing in it. It forgets what is over, so that it does not grow for ever. */
export function createNonceMemory(): NonceMemory {
  const used = new Map<string, number>()
  let nextSweep = 0

  function sweep(now: number): void {
    if (now < nextSweep) return
    for (const [nonce, until] of used) if (until < now) used.delete(nonce)
    nextSweep = now + SWEEP_MS
  }

  return {
    use(nonce, until, now) {
      sweep(now.getTime())
      if ((used.get(nonce) ?? Number.NEGATIVE_INFINITY) >= now.getTime()) return false
      used.set(nonce, until.getTime())
      return true
    },
  }
}

/** How often what is over is forgotten. */
const SWEEP_MS = 60_000
