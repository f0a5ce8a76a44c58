import { printable } from '@signport/core/kit'

/** Longer texts of a service are cut: their beginning says what is wrong. */
const MAX_LENGTH = 300

/** Shorter ones are words that any text may hold. */
const MIN_SECRET = 8

/** As long as a secret access key and longer: keys, tokens, signatures, messages. */
const MIN_RUN = 40

/** No key id has such a run, nor a part of an ARN: their hyphens end it. */
const LONG_RUN = /[A-Za-z0-9+/=_]{40,}/g

/** In base64url, whose parts a token joins by points. */
const LONG_URL_RUN = /[A-Za-z0-9_.-]{40,}/g

/** Key ids, which may stand in such a run beside hyphens and points of their own. */
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi

const UUID_ALONE = new RegExp(`^${UUID.source}$`, 'i')

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
  return printable(withoutRuns(whole.replace(ACCESS_KEY_ID, REMOVED)), MAX_LENGTH)
}

/**
 * The same for the identifier of a request: some servers' are as long as a secret, and look like one.
 *
 * @param more what is looked for as well, unless it is an identifier as AWS has them: its hyphens leave no room for a piece
 */
export function redactId(id: string, secrets: readonly string[], more?: () => readonly string[]): string {
  const all = more && !UUID_ALONE.test(id) ? [...secrets, ...more()] : secrets
  const known = withoutKnown(id, all).slice(0, 4 * MAX_LENGTH)
  return printable(withoutParts(known, all).replace(ACCESS_KEY_ID, REMOVED), MAX_LENGTH)
}

/** Whether a name that a service gave holds something that it was told in confidence, or a piece of it. */
export function holdsSecret(name: string, secrets: readonly string[]): boolean {
  const known = withoutParts(withoutKnown(name, secrets), secrets)
  return known !== name || known.replace(ACCESS_KEY_ID, REMOVED) !== name
}

function withoutRuns(text: string): string {
  return text
    .replace(LONG_RUN, REMOVED)
    .replace(LONG_URL_RUN, (run) => (isToken(run.replace(UUID, '')) ? REMOVED : run))
}

/** Capitals, small letters and digits: names of hosts, of exceptions and of files lack one of them. */
function isToken(run: string): boolean {
  return run.length >= MIN_RUN && /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run)
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
