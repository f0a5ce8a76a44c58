import { createRedaction, isUuid } from '@signport/core/kit'

/** As long as a secret access key and longer: keys, tokens, signatures, messages. */
const MIN_RUN = 40

/** No key id has such a run, nor a part of an ARN: their hyphens end it. */
const LONG_RUN = /[A-Za-z0-9+/=_]{40,}/g

/** In base64url, whose parts a token joins by points. */
const LONG_URL_RUN = /[A-Za-z0-9_.-]{40,}/g

/** Key ids, which may stand in such a run beside hyphens and points of their own. */
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi

/** What is looked for in all that a server of this protocol says. */
export const redaction = createRedaction({
  accessKeyId: /\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  others: [
    { pattern: LONG_RUN },
    { pattern: LONG_URL_RUN, isSecret: (run) => isToken(run.replace(UUID, '')) },
  ],
})

/** Capitals, small letters and digits: names of hosts, of exceptions and of files lack one of them. */
function isToken(run: string): boolean {
  return run.length >= MIN_RUN && /[A-Z]/.test(run) && /[a-z]/.test(run) && /[0-9]/.test(run)
}

/** A text from a service as a person may see it: AWS, too, repeats requests whose signature is wrong. */
export const { redact, holdsSecret } = redaction

/**
 * The same for the identifier of a request.
 *
 * @param more what is looked for as well, unless it is an identifier as AWS has them: its hyphens leave no room for a piece
 */
export function redactId(id: string, secrets: readonly string[], more?: () => readonly string[]): string {
  const all = more && !isUuid(id) ? [...secrets, ...more()] : secrets
  return redaction.redactId(id, all)
}
