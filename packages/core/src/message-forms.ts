/** How much of a message is looked for. In bytes: more than is shown of any text, and all that most services take. */
const MAX_BYTES = 4096

/** A message, or the beginning of a long one, in the forms in which a server may repeat it. */
export function formsOf(message: Uint8Array): string[] {
  const bytes = beginningOf(message)
  const [hex, text] = [bytes.toString('hex'), bytes.toString('utf8')]
  const forms = [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    hex,
    hex.toUpperCase(),
    text,
    // As it stands within JSON.
    JSON.stringify(text).slice(1, -1),
    // As Go and Java write bytes.
    bytes.join(' '),
    bytes.join(', '),
  ]
  return [...new Set(forms)]
}

const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/** What services call their requests and some of their keys. */
export const isUuid = (id: string): boolean => UUID.test(id)

/** Between two hyphens of a UUID there are no more characters. */
const LONGEST_RUN = 12

/** Whether a UUID could be or hold a secret, or hold a piece of one: each piece that is looked for is longer than what has no hyphen. */
export const fitsInUuid = (secret: string): boolean => secret.length <= LONGEST_RUN || secret.includes('-')

const RUN = new RegExp(`[\\da-f-]{${LONGEST_RUN}}`, 'i')

/**
 * The same for the forms of a message, without making all of them: those of a long one have hyphens only where its text has, or
 * base64 for URLs. In JSON, four digits more may stand before a run of the text.
 */
export function messageFitsInUuid(message: Uint8Array): boolean {
  if (message.byteLength <= LONGEST_RUN) return true
  const bytes = beginningOf(message)
  return RUN.test(bytes.toString('base64url')) || RUN.test(bytes.toString('utf8'))
}

const beginningOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, Math.min(byteLength, MAX_BYTES))
