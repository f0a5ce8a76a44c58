/** What is put in the place of a secret. */
export const REMOVED = '[removed]'

/** Shorter ones are words that any text may hold. */
const MIN_SECRET = 8

/** As long as this, a piece of a text is not there by chance. */
const MIN_PIECE = 16

/** Secrets as they are, and encoded once or twice, as what is signed of a URL has them. */
export function encodedForms(secrets: readonly string[]): string[] {
  const forms = secrets.flatMap((secret) => {
    const once = encoded(secret)
    return [secret, once, encoded(once)]
  })
  return [...new Set(forms)]
}

/** Half a character of UTF-16 has no form in a URL. */
const encoded = (text: string) => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'))

/** A text without secrets that stand there whole. */
export function withoutWhole(text: string, secrets: readonly string[]): string {
  const there = secrets.filter((secret) => secret.length >= MIN_SECRET && text.includes(secret))
  if (there.length === 0) return text
  const known = there.sort((a, b) => b.length - a.length)
  return known.reduce((rest, secret) => rest.replaceAll(secret, REMOVED), text)
}

/** A text without pieces of secrets: servers cut what they repeat, and escape characters of it. */
export function withoutPieces(text: string, secrets: readonly string[]): string {
  const starts = startsOfPieces(text, secrets)
  if (starts.length === 0) return text
  const characters = Array.from({ length: text.length }, (_, index) => text.charAt(index))
  for (const start of starts) characters.fill(REMOVED, start, start + MIN_PIECE)
  return characters.filter((each, index) => each !== REMOVED || characters[index - 1] !== REMOVED).join('')
}

/** Whether there is a piece of a secret in a text, in whatever case. */
export function holdsPiece(text: string, secrets: readonly string[]): boolean {
  const long = secrets.filter(isLong).map((secret) => secret.toLowerCase())
  if (long.length === 0) return false
  const lower = text.toLowerCase()
  for (let start = 0; start + MIN_PIECE <= lower.length; start++)
    if (isPieceAt(lower, start, long)) return true
  return false
}

function startsOfPieces(text: string, secrets: readonly string[]): number[] {
  const long = secrets.filter(isLong)
  const starts = long.length === 0 ? 0 : Math.max(0, text.length - MIN_PIECE + 1)
  return [...Array(starts).keys()].filter((start) => isPieceAt(text, start, long))
}

const isLong = (secret: string) => secret.length >= MIN_PIECE

function isPieceAt(text: string, start: number, secrets: readonly string[]): boolean {
  const piece = text.slice(start, start + MIN_PIECE)
  return secrets.some((secret) => secret.includes(piece))
}
