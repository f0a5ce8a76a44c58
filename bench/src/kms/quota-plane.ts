import type { Quota } from './kms.js'
import { type Plane, type Reply, wrong } from './plane.js'
import { TokenBucket } from './token-bucket.js'

/** How many requests were answered, and how. */
export interface Counts {
  readonly signed: number
  readonly throttled: number
  /** Those that were not what was expected. */
  readonly refused: number
}

/** Where the counts are to be had, as JSON: asking for them is not counted. */
export const COUNTS_PATH = '/counts'

/** As AWS KMS says it. */
const THROTTLED: Reply = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: Buffer.from(
    JSON.stringify({
      __type: 'ThrottlingException',
      message: 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    }),
  ),
}

/**
 * A service that keeps to a quota, and counts what it is asked. The quota is looked at when a request has come whole; what is
 * refused for another reason takes nothing of it.
 *
 * @param now in milliseconds, by a clock that does not go backwards
 */
export function withinQuota(plane: Plane, quota: Quota, now = () => performance.now()): Plane {
  const bucket = new TokenBucket(quota, now())
  const counts: { -readonly [Kind in keyof Counts]: number } = { signed: 0, throttled: 0, refused: 0 }
  const counted = (kind: keyof Counts, reply: Reply) => {
    counts[kind] += 1
    return reply
  }
  return (asked) => {
    if (asked.url === COUNTS_PATH) return countsReply(counts)
    const reply = plane(asked)
    if (!reply) return counted('refused', wrong)
    return bucket.take(now()) ? counted('signed', reply) : counted('throttled', THROTTLED)
  }
}

function countsReply(counts: Counts): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(counts)),
  }
}
