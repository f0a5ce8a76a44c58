import fc, { type Arbitrary } from 'fast-check'

interface Mutation {
  readonly kind: (typeof KINDS)[number]
  readonly at: number
  readonly to: number
  readonly token: string
}

const KINDS = ['drop', 'cut', 'token', 'replace', 'repeat', 'splice', 'case', 'swap'] as const

/** What is easily missed in any text: what cannot be seen, moves the cursor, has two forms or is half of one. */
export const ODD_TOKENS: readonly string[] = [
  '\0',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '\u001b[2J',
  '\u009b31m',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\u{1f512}',
  'é',
  'e\u0301',
  '\u212a',
  'ı',
  '%00',
  '%',
  '\\',
  '"',
  "'",
  '-0',
  '1e400',
  '9007199254740993',
  '99999999999999999999',
  '0x10',
  '__proto__',
  'constructor',
  'toString',
  `\${HOME}`,
  '[object Object]',
  'NaN',
]

const part = fc.integer({ min: 0, max: 0xffff })

/** Any characters, halves of surrogate pairs among them. fast-check's own take a second to be made. */
const anyText = (maxLength: number): Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0x2ff }), fc.integer({ min: 0, max: 0x10ffff })), { maxLength })
    .map((codes) => String.fromCodePoint(...codes))

/** Texts with none or some changes. `tokens` are what the format is made of. */
export function mutatedText(seeds: readonly string[], tokens: readonly string[] = []): Arbitrary<string> {
  const token = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(tokens.length > 0 ? tokens : ODD_TOKENS)) },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_TOKENS) },
    { weight: 1, arbitrary: anyText(3) },
  )
  const mutation: Arbitrary<Mutation> = fc.record({
    kind: fc.constantFrom(...KINDS),
    at: part,
    to: part,
    token,
  })
  return fc
    .tuple(fc.constantFrom(...seeds), fc.constantFrom(...seeds), fc.array(mutation, { maxLength: 4 }))
    .map(([whole, other, mutations]) => mutations.reduce((rest, each) => mutated(rest, each, other), whole))
}

/** Texts of what a format is made of, in no order; and texts of anything. */
export function randomText(tokens: readonly string[]): Arbitrary<string> {
  return fc.oneof(
    fc.array(fc.constantFrom(...tokens, ...ODD_TOKENS), { maxLength: 12 }).map((parts) => parts.join('')),
    anyText(40),
  )
}

function mutated(text: string, { kind, at, to, token }: Mutation, other: string): string {
  const place = (share: number, length = text.length) => Math.floor((share / 0x1_0000) * length)
  const [start, end] = [place(at), place(to)].sort((a, b) => a - b) as [number, number]
  const around = (middle: string, from = start, until = from) =>
    `${text.slice(0, from)}${middle}${text.slice(until)}`
  switch (kind) {
    case 'drop':
      return around('', start, to % 2 ? start + 1 : end)
    case 'cut':
      return text.slice(0, start)
    case 'token':
      return around(token)
    case 'replace':
      return around(token, start, start + Math.max(1, token.length))
    case 'repeat':
      return around(text.slice(start, end).repeat(1 + (to % 3)), end)
    case 'splice':
      return around(other.slice(place(to, other.length)), start, text.length)
    case 'case':
      return around(swappedCase(text.slice(start, end)), start, end)
    case 'swap':
      return around(`${text.slice(end)}${text.slice(start, end)}`, start, text.length)
  }
}

const swappedCase = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase())
