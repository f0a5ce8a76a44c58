import type { ChaosItem } from './item.js'

/** When an item is over at the latest, in milliseconds of the run's time: the usual ones make two calls. */
export const LIMITS: Readonly<Record<ChaosItem['haste'], number>> = {
  none: 120_000,
  // Shorter than the first pause after a refusal for too many requests, which then is not even begun.
  deadline: 900,
  abort: 1_000,
}

/** The deadline of each call, in milliseconds: twice the usual one, since so many attempts are made. */
export const CALL_MS = 60_000

/**
 * So many attempts that hardly any fails for the want of one more. Whether a connection that broke costs an attempt depends on
 * whether it was a kept one, which a transport replaces by itself: with few attempts, chance would decide the outcome.
 */
export const ATTEMPTS = 10
