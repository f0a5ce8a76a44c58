import { withProgram } from '../../harness/with-program.js'
import type { Kms } from '../../kms/kms.js'

/** How often a service lets itself be asked. */
export interface Quota {
  readonly perSecond: number
  /** How many requests may come at once after a pause. */
  readonly burst: number
}

export interface QuotaServerOptions {
  /** How long each answer takes besides the work for it, in milliseconds. */
  readonly latencyMs: number
  readonly quota: Quota
}

/** How many requests were answered, and how. */
export interface Counts {
  readonly signed: number
  readonly throttled: number
  /** Those that were not what was expected. */
  readonly refused: number
}

export interface QuotaServer extends Kms {
  counts(): Promise<Counts>
}

/** Runs a service with a quota, in a process of its own. */
export function withQuotaServer<T>(
  options: QuotaServerOptions,
  use: (server: QuotaServer) => Promise<T>,
): Promise<T> {
  return withProgram<Kms, T>('quota-server', options, (kms) =>
    use({ ...kms, counts: async () => (await (await fetch(`${kms.url}/counts`)).json()) as Counts }),
  )
}
