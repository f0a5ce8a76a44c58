import { fitsInUuid, isUuid } from './message-forms.js'
import { encodedForms, holdsPiece, REMOVED, withoutPieces, withoutWhole } from './secret-search.js'
import { printable } from './text.js'

/** What the secrets of a vendor look like. All patterns are global ones. */
export interface SecretPatterns {
  /** The names of credentials, which are looked for in identifiers, too. */
  readonly accessKeyId: RegExp
  /** What else is taken out of a text, whoever's it is. Identifiers may look the same. */
  readonly others: readonly SecretPattern[]
}

/** One of them. */
export interface SecretPattern {
  readonly pattern: RegExp
  /** Whether what was found is one, where the pattern alone does not say so. */
  readonly isSecret?: (found: string) => boolean
}

/** Takes out of what a service says what it was told in confidence: some repeat it in their errors. */
export interface Redaction {
  /** A text as a person may see it: its first line, cut, without secrets, pieces of them and control characters. */
  redact(text: string, secrets: readonly string[]): string
  /** An identifier, which may be long without being a secret: whole, or not at all where it holds one or is none. */
  redactId(id: string, secrets: readonly string[]): string
  /** Whether a name holds a secret, or a piece of one in whatever case. */
  holdsSecret(name: string, secrets: readonly string[]): boolean
  /** A host that a service named. */
  redactHost(host: string, secrets: readonly string[]): string
}

/** Longer texts of a service are cut: their beginning says what is wrong. */
const MAX_LENGTH = 300

/** What identifiers of requests, keys and versions are made of: text in base64 ends with another character, mostly. */
export const IDENTIFIER = /^[\w.:-]{1,128}$/

/** @param patterns what secrets look like that nobody knows to be there */
export function createRedaction({ accessKeyId, others }: SecretPatterns): Redaction {
  const patterns = [{ pattern: accessKeyId }, ...others]
  const holdsSecret = (name: string, secrets: readonly string[]) =>
    name.search(accessKeyId) >= 0 || withoutWhole(name, secrets) !== name || holdsPiece(name, secrets)
  const redact = (text: string, secrets: readonly string[]) => {
    // What is encoded has a percent sign, or is a piece of the secret as it is.
    const forms = text.includes('%') ? encodedForms(secrets) : secrets
    const [line = ''] = withoutWhole(text, forms)
      .trimStart()
      .split(/[\r\n]/, 1)
    const shown = patterns.reduce(withoutPattern, withoutPieces(beginningOf(line), forms))
    return printable(shown, MAX_LENGTH)
  }
  return {
    redact,
    holdsSecret,
    redactId(id, secrets) {
      // Most are UUIDs, and most secrets have no room in one.
      const fitting = isUuid(id) ? secrets.filter(fitsInUuid) : secrets
      return IDENTIFIER.test(id) && !holdsSecret(id, fitting) ? id : REMOVED
    },
    redactHost: (host, secrets) => (holdsSecret(host, secrets) ? REMOVED : redact(host, [])),
  }
}

/** As much of it as may be shown when all that is secret is gone. It does not end within what might be a secret. */
function beginningOf(line: string): string {
  return line.length <= 4 * MAX_LENGTH ? line : line.slice(0, 4 * MAX_LENGTH).replace(/[\w+/=%.-]*$/, '')
}

const withoutPattern = (text: string, { pattern, isSecret = () => true }: SecretPattern) =>
  text.replace(pattern, (found) => (isSecret(found) ? REMOVED : found))
