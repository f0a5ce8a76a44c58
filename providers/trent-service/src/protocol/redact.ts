import { printable } from '@signport/core/kit'

/** Longer texts of a service are cut: their beginning says what is wrong. */
const MAX_LENGTH = 300

/** Shorter ones are words that any text may hold. */
const MIN_SECRET = 8

/** As long as a secret access key and longer: keys, tokens, signatures, messages. No key id is, nor a part of an ARN. */
const LONG_RUN = /[A-Za-z0-9+/=_]{40,}/g

/** As long as this, a piece of a text is not there by chance. */
const MIN_PART = 16

const REMOVED = '[removed]'

const ACCESS_KEY_ID = /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g

/**
 * A text from a service as a person may see it: without what it was told in confidence, which some servers repeat in
 * their errors, and AWS too, where a request's signature is wrong. Its first line, cut, without control characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const [firstLine = ''] = withoutKnown(text, secrets)
    .trimStart()
    .split(/[\r\n]/, 1)
  const whole = withoutParts(firstLine.slice(0, 4 * MAX_LENGTH), secrets)
  return printable(whole.replace(ACCESS_KEY_ID, REMOVED).replace(LONG_RUN, REMOVED), MAX_LENGTH)
}

/** The same for the identifier of a request: some servers' are as long as a secret, and look like one. */
export function redactId(id: string, secrets: readonly string[]): string {
  return printable(withoutKnown(id, secrets), MAX_LENGTH)
}

function withoutKnown(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length)
  return known.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text)
}

/** Servers cut what they repeat, and escape characters of it: every piece of it goes that is long enough to be one. */
function withoutParts(text: string, secrets: readonly string[]): string {
  const long = secrets.filter((secret) => secret.length >= MIN_PART)
  if (long.length === 0) return text
  const characters = [...Array(text.length).keys()].map((index) => text.charAt(index))
  for (let start = 0; start + MIN_PART <= text.length; start++) {
    const part = text.slice(start, start + MIN_PART)
    if (long.some((secret) => secret.includes(part))) characters.fill(REMOVED, start, start + MIN_PART)
  }
  return characters.filter((each, index) => each !== REMOVED || characters[index - 1] !== REMOVED).join('')
}

/** A message in the forms in which a server may repeat it. */
export function formsOf(message: Uint8Array): string[] {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  return [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('utf8'),
    // As Go and Java write bytes.
    bytes.join(' '),
    bytes.join(', '),
  ]
}
