import { printable } from '@signport/core/kit'

/** Longer texts of a service are cut: their beginning says what is wrong. */
const MAX_LENGTH = 300

/** Shorter ones are words that any text may hold. */
const MIN_SECRET = 8

/** As long as this, a piece of a text is not there by chance. */
const MIN_PART = 16

/**
 * The signature of a request has 27 characters and an equals sign, an AccessKey's secret has 30, and either may be encoded
 * once or twice; key ids and identifiers of requests have hyphens before that.
 */
const LONG_RUN = /(?:[A-Za-z0-9+/=_]|%(?:25)?(?:2B|2F|3D)){27,}/gi

/** AccessKey ids, of users and of temporary credentials. */
const ACCESS_KEY_ID = /\b(?:LTAI[A-Za-z0-9]{8,}|(?:TMP|STS)\.[A-Za-z0-9._-]{8,})/g

/** Parameters of a request, which OpenAPI repeats when their signature is wrong: as they are, or encoded once or twice. */
const PARAMETERS =
  /\b(?:AccessKeyId|Signature|SignatureNonce|SecurityToken|Digest|Authorization)(?:=|%3D|%253D|:\s*)[^&\s"']*/gi

const REMOVED = '[removed]'

/**
 * A text from a service as a person may see it: without what the service was told in confidence. Its first line, cut,
 * without control characters.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(encodedForms)
  const [firstLine = ''] = withoutKnown(text, forms)
    .trimStart()
    .split(/[\r\n]/, 1)
  const whole = withoutParts(beginningOf(firstLine), forms)
  const shown = [PARAMETERS, ACCESS_KEY_ID, LONG_RUN].reduce(
    (rest, each) => rest.replace(each, REMOVED),
    whole,
  )
  return printable(shown, MAX_LENGTH)
}

/** As much of it as may be shown when all that is secret is gone. It does not end within what might be a secret. */
function beginningOf(line: string): string {
  return line.length <= 4 * MAX_LENGTH ? line : line.slice(0, 4 * MAX_LENGTH).replace(/[\w+/=%.-]*$/, '')
}

/** What the service's identifiers are made of: no signature in base64 is, which ends with an equals sign. */
const IDENTIFIER = /^[\w.:-]{1,128}$/

/** Whether an identifier of a request, a key or a version, which may be long without being a secret, may be shown. */
export const isOpenId = (id: string, secrets: readonly string[]): boolean =>
  IDENTIFIER.test(id) &&
  withoutKnown(id, secrets).replace(ACCESS_KEY_ID, REMOVED) === id &&
  !holdsPart(id, secrets)

/** Such an identifier, where it may be shown. */
export const redactId = (id: string, secrets: readonly string[]): string =>
  isOpenId(id, secrets) ? id : REMOVED

/**
 * What a service answered, the secrets taken out of every text in it: its identifiers are shown and handed on, and may hold
 * not even a piece of one.
 */
export function withoutSecrets(answer: unknown, secrets: readonly string[]): unknown {
  const forms = secrets.flatMap(encodedForms)
  const cleanText = (text: string) =>
    IDENTIFIER.test(text) && holdsPart(text, forms) ? REMOVED : withoutKnown(text, forms)
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return cleanText(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(clean)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each)]))
  }
  return clean(answer)
}

/** Requests of OpenAPI are URLs, and what is signed of them is encoded once more. */
function encodedForms(secret: string): string[] {
  const once = encodeURIComponent(secret)
  return [...new Set([secret, once, encodeURIComponent(once)])]
}

function withoutKnown(text: string, secrets: readonly string[]): string {
  const known = secrets.filter((secret) => secret.length >= MIN_SECRET).sort((a, b) => b.length - a.length)
  return known.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text)
}

/** Whether there is a piece of a secret in it that is long enough to be one, in whatever case. */
function holdsPart(id: string, secrets: readonly string[]): boolean {
  const long = secrets.filter((secret) => secret.length >= MIN_PART).map((secret) => secret.toLowerCase())
  const lower = id.toLowerCase()
  return [...Array(Math.max(0, id.length - MIN_PART + 1)).keys()]
    .map((start) => lower.slice(start, start + MIN_PART))
    .some((part) => long.some((secret) => secret.includes(part)))
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

/** What of a message is looked for in a refusal. In bytes; the longest text that is shown has fewer. */
const MAX_FORM_BYTES = 4096

/** The beginning of a message, or a digest, in the forms in which a server may repeat it. */
export function formsOf(message: Uint8Array): string[] {
  const length = Math.min(message.length, MAX_FORM_BYTES)
  const bytes = Buffer.from(message.buffer, message.byteOffset, length)
  return [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('utf8'),
    bytes.join(' '),
    bytes.join(', '),
  ]
}
