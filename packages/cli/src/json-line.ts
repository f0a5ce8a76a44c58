/**
 * A value as JSON in one line. Characters outside of printable ASCII are written as escapes, which mean the same to
 * a program and nothing to a terminal.
 */
export function jsonLine(value: unknown): string {
  const json = JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${json}\n`
}
