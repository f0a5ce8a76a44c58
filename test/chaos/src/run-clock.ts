import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@signport/core'

/** What goes on in the server at one moment. */
export interface Look {
  /** How many requests came so far. */
  readonly started: number
  /** How many of them are being answered: without those that a fault leaves without an end. */
  readonly underWay: number
}

/** The time of a run. */
export interface RunClock extends Clock {
  stop(): void
}

/** It passes in such parts, so that a wait is as long in each run. In milliseconds, as all of these. */
const GRAIN_MS = 50

/** One look can be mistaken, when a request or an answer is just between two processes: it lets no more time pass than that. */
const STEP_MS = 100

/** Between two looks, in which what is on its way arrives; and how long it is left alone while something goes on. */
const ARRIVAL_MS = 2
const BUSY_MS = 5

/**
 * Where something goes on all the time, some time passes nevertheless: a dripping answer has its end after a minute of the
 * machine, which is longer than an attempt may take by this clock. How many times slower it then goes.
 */
const SLOWER = 8

/**
 * A clock that almost stands still while anything is being done, and does not keep anybody waiting when nothing is: neither a busy
 * machine nor a slow one uses up anybody's time, and whoever waits for an answer that never comes has waited long enough soon.
 *
 * @param look asks the server, and so takes as long as it and this process are busy
 */
export function createRunClock(look: () => Promise<Look>): RunClock {
  const waiting = new Map<() => void, number>()
  let now = 0
  let stopped = false
  const pass = () => {
    now = Math.min(now + STEP_MS, ...waiting.values())
    // One that is called may take another one back.
    for (const [due, at] of [...waiting]) if (at <= now && waiting.delete(due)) due()
  }
  const run = async () => {
    let passedAt = performance.now()
    while (!stopped) {
      const quiet = await isQuiet(look)
      if (stopped) return
      if (quiet || performance.now() - passedAt >= SLOWER * STEP_MS) {
        pass()
        passedAt = performance.now()
      }
      if (!quiet) await wait(BUSY_MS)
    }
  }
  run()
  return {
    now: () => now,
    after(milliseconds, callback) {
      const due = () => callback()
      waiting.set(due, now + Math.max(1, Math.ceil(milliseconds / GRAIN_MS)) * GRAIN_MS)
      return () => void waiting.delete(due)
    },
    stop() {
      stopped = true
    },
  }
}

async function isQuiet(look: () => Promise<Look>): Promise<boolean> {
  try {
    const before = await look()
    if (before.underWay > 0) return false
    await wait(ARRIVAL_MS)
    const after = await look()
    return after.underWay === 0 && after.started === before.started
  } catch {
    // The server is gone, which it says itself: nobody need wait for it.
    await wait(BUSY_MS)
    return true
  }
}
