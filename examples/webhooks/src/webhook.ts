/** The headers of a webhook, after the model of Standard Webhooks. */
export const HEADER = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

/** How old a webhook may be, in seconds: who records one can send it again for that long, and an id only once. */
export const TOLERANCE = 5 * 60

/** What is signed: the body, and what keeps it from being sent again later or as another message. */
export function signedContent(id: string, timestamp: string, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
}
