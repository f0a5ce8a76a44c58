/** How much of a message is looked for. In bytes: more than is shown of any text, and all that most services take. */
const MAX_BYTES = 4096

/** A message, or the beginning of a long one, in the forms in which a server may repeat it. */
export function formsOf(message: Uint8Array): string[] {
  const length = Math.min(message.byteLength, MAX_BYTES)
  const bytes = Buffer.from(message.buffer, message.byteOffset, length)
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
