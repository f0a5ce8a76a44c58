import { withProgram } from '../../harness/with-program.js'
import type { Kms, KmsOptions, Quota } from '../../kms/kms.js'
import { COUNTS_PATH, type Counts } from '../../kms/quota-plane.js'

export interface QuotaServer extends Kms {
  counts(): Promise<Counts>
}

/** Runs a service with a quota, in a process of its own. */
export function withQuotaServer<T>(
  options: { readonly latencyMs: number; readonly quota: Quota },
  use: (server: QuotaServer) => Promise<T>,
): Promise<T> {
  const service: KmsOptions = { tls: false, ...options }
  return withProgram<Kms, T>('kms-server', service, (kms) =>
    use({ ...kms, counts: async () => (await (await fetch(`${kms.url}${COUNTS_PATH}`)).json()) as Counts }),
  )
}
