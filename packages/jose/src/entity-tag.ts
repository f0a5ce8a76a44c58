import { createHash } from 'node:crypto'

/** The strong entity tag of a body (RFC 9110 section 8.8.3): equal bytes have equal tags, whichever process gives them. */
export function entityTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url')}"`
}

/** One member of the list and its comma; it may be empty (RFC 9110 section 5.6.1). */
const MEMBER = /[ \t]*(?:(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y

/**
 * Whether `If-None-Match` names a tag (RFC 9110 section 13.1.2), which it does however weakly. What is no list of tags
 * names none: the whole body is then never wrong.
 */
export function namesEntityTag(header: string, tag: string): boolean {
  if (header.trim() === '*') return true
  let isNamed = false
  MEMBER.lastIndex = 0
  while (MEMBER.lastIndex < header.length) {
    const member = MEMBER.exec(header)
    if (!member) return false
    isNamed ||= member[1] === tag
  }
  return isNamed
}
