import { printable } from '@signport/core/kit'
import { Failure } from './failure.js'

/** Deeper than data that somebody wrote, and far from where recursion ends. */
const MAX_DEPTH = 64

/**
 * A JSON object that says one thing to everybody. What `JSON.parse` passes over is refused: a member that stands there
 * twice, and a number that it would change.
 *
 * @param name as messages call the file
 * @param example of what is expected, for the message when it is no JSON
 */
export function readJsonObject(content: Uint8Array, name: string, example: string): Record<string, unknown> {
  const text = decoded(content, name)
  const value = parsed(text, `${name} is not JSON: it must hold an object such as ${example}.`)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Failure(`${name} must hold a JSON object such as ${example}, not ${kindOf(value)}.`)
  assertUnambiguous(text, name)
  return value as Record<string, unknown>
}

function decoded(content: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    throw new Failure(`${name} is not UTF-8, which JSON must be.`)
  }
}

function parsed(text: string, refusal: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without the parser's message, which quotes the text.
    throw new Failure(refusal)
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}

/** The tokens of what is known to be JSON. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\]:]/g

function assertUnambiguous(text: string, name: string): void {
  const open: Set<unknown>[] = []
  let last = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set())
    if (open.length > MAX_DEPTH) throw new Failure(`${name} is nested more than ${MAX_DEPTH} deep.`)
    if (token === '}' || token === ']') open.pop()
    // In JSON, a colon stands behind the name of a member and nowhere else.
    if (token === ':') assertNew(open.at(-1), last, name)
    if (/^[-\d]/.test(token)) assertExact(token, name)
    last = token
  }
}

function assertNew(names: Set<unknown> | undefined, quoted: string, file: string): void {
  // The same name may be written with and without escapes.
  const name: unknown = JSON.parse(quoted)
  if (names?.has(name)) {
    const shown = printable(JSON.stringify(name))
    throw new Failure(`${file} has the member ${shown} twice: leave out one.`)
  }
  names?.add(name)
}

function assertExact(number: string, file: string): void {
  if (isExact(number)) return
  throw new Failure(
    `${file} has the number ${printable(number, 40)}, which few programs read as it is written: write it as text.`,
  )
}

/** As many digits as any number of 64 bits needs (IEEE 754), and the most that programs write. */
const MAX_DIGITS = 17

/** Whether programs with numbers of 64 bits read what is written, and those with exact ones no other number. */
function isExact(number: string): boolean {
  const [mantissa = ''] = number.split(/e/i)
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '')
  const value = Number(number)
  if (value === 0) return digits === ''
  const isSafe = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)
  return isSafe && digits.length <= MAX_DIGITS
}
