import type { FaultKind } from './faults/fault-kind.js'

/** A request that was answered, without anything that was in its message. */
export interface RequestRecord {
  readonly at: Date
  /** As the protocol names it; undefined for a request that named none. */
  readonly operation: string | undefined
  /** As the request named the key. */
  readonly keyId?: string
  /** 200, the status of a failure, or undefined where no answer was sent. */
  readonly status: number | undefined
  /** The code of a failure. */
  readonly code?: string
  /** What has gone wrong on purpose. */
  readonly fault?: FaultKind
  readonly requestId: string
}

/** The newest requests, the oldest first. */
export interface RequestLog {
  add(record: RequestRecord): void
  list(): readonly RequestRecord[]
}

/** How many are kept. */
const CAPACITY = 1_000

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const records: RequestRecord[] = []
  return {
    add(record) {
      records.push(record)
      if (records.length > CAPACITY) records.shift()
    },
    list: () => [...records],
  }
}
