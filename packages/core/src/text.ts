/** Most texts are of ASCII alone. */
const PRINTABLE_ASCII = /^[ -~]*$/

/**
 * Control, format (bidirectional ones among them) and unpaired surrogate characters, the line separators, and what
 * fonts leave out.
 */
const UNPRINTABLE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`

/** Made once it is needed: Node looks these characters up, for which each start of a program would wait. */
let unprintable: RegExp | undefined

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`

/**
 * Text from elsewhere (a service, a path, a key id) made fit for a terminal or a log: at most `maxLength`
 * characters before escaping, and no character that moves the cursor, reorders the line or cannot be seen.
 */
export function printable(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  if (PRINTABLE_ASCII.test(cut)) return cut
  unprintable ??= new RegExp(UNPRINTABLE, 'gu')
  return cut.replace(unprintable, escaped)
}

/** `a, b or c`, for error messages that list what was expected. */
export function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? ''
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
}

/** The kind of a value that was not what it should be, never its content. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return value.constructor?.name ?? 'object'
}
