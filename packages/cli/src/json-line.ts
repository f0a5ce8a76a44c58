/**
 * A value as JSON in one line. Characters outside of printable ASCII are written as escapes, which mean the same to
 * a program and nothing to a terminal.
 */
export function jsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`
}

/** The same in several lines, for people to read. */
export function jsonBlock(value: unknown): string {
  return `${escaped(JSON.stringify(value, undefined, 2))}\n`
}

/** The line breaks of the layout stay: those in texts have become escapes already. */
function escaped(json: string): string {
  return json.replace(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
