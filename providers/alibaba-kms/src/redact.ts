import {
  createRedaction,
  encodedForms,
  formsOf,
  IDENTIFIER,
  isUuid,
  messageFitsInUuid,
  withoutWhole,
} from '@signport/core/kit'

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

/** What is looked for in all that the service says. */
export const redaction = createRedaction({
  accessKeyId: ACCESS_KEY_ID,
  others: [{ pattern: PARAMETERS }, { pattern: LONG_RUN }],
})

export const { redact, holdsSecret } = redaction

/**
 * An identifier as it may be shown: whole, or not at all. The forms of a message are not made where it has no room in a UUID.
 *
 * @param message what else must not be in it, in any form
 */
export function redactId(id: string, secrets: readonly string[], message?: Uint8Array): string {
  const forms = message && (!isUuid(id) || messageFitsInUuid(message)) ? formsOf(message) : []
  return redaction.redactId(id, [...secrets, ...forms])
}

/**
 * What a service answered, the secrets taken out of every text in it: its identifiers are shown and handed on, and may hold
 * not even a piece of one. What it was asked about it may repeat.
 */
export function withoutSecrets(answer: unknown, secrets: readonly string[], asked?: string): unknown {
  const cleanText = (text: string) => {
    if (text === asked) return text
    if (IDENTIFIER.test(text)) return redactId(text, secrets)
    // What is encoded has a percent sign, or is the secret as it is.
    return withoutWhole(text, text.includes('%') ? encodedForms(secrets) : secrets)
  }
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return cleanText(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(clean)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each)]))
  }
  return clean(answer)
}
