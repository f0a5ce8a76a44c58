import fc, { type Arbitrary } from 'fast-check'

/** An element of ASN.1, with what it holds if that is of elements, too. */
interface Element {
  readonly tag: number
  readonly content: Uint8Array | readonly Element[]
  /** What stands before the elements: the count of unused bits of a BIT STRING. */
  readonly before?: Uint8Array
  /** How its length is written. */
  readonly length?: LengthForm
}

type LengthForm = 'minimal' | 'long' | 'indefinite' | 'huge' | 'short'

interface Mutation {
  readonly kind: (typeof KINDS)[number]
  readonly at: number
  readonly other: number
  readonly value: number
}

const KINDS = [
  'count',
  'count',
  'integer',
  'tag',
  'remove',
  'double',
  'replace',
  'nest',
  'empty',
  'extend',
  'pad',
  'length',
  'order',
] as const

const LENGTH_FORMS: readonly LengthForm[] = ['long', 'indefinite', 'huge', 'short']

/** Contents of integers at their limits, iteration counts and sizes among them. */
const INTEGERS = [
  '00',
  '01',
  '7f',
  '80',
  'ff',
  '0080',
  '00ff',
  '0400',
  '7fff',
  '7fffff',
  '7fffffff',
  '7fffffff',
  '00ffffffff',
  '7fffffffffffffff',
  '',
  '0000',
  '0001',
]

const TAGS = [0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31, 0x80, 0xa0, 0xa1, 0x24, 0x1f, 0xff, 0x00]

const mutation: Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.nat(0xffff),
  other: fc.nat(0xffff),
  value: fc.nat(0xff),
})

/** DER with none or some of its elements changed, and the lengths around them made to fit again. */
export function mutatedDer(seeds: readonly Uint8Array[]): Arbitrary<Uint8Array> {
  const trees = seeds.map((seed) => elementsIn(seed) ?? [])
  return fc
    .tuple(fc.constantFrom(...trees), fc.array(mutation, { maxLength: 3 }))
    .map(([tree, mutations]) => encoded(mutations.reduce(mutated, tree)))
}

function mutated(tree: readonly Element[], { kind, at, other, value }: Mutation): readonly Element[] {
  const elements = flat(tree)
  // Versions, exponents, lengths, and how often something is to be done.
  const integers = elements.filter(({ tag }) => tag === 0x02)
  const all = kind === 'count' && integers.length > 0 ? integers : elements
  const [chosen, another] = [all[at % all.length], all[other % all.length]]
  if (!chosen || !another) return tree
  return replaced(tree, chosen, () => changed(chosen, another, kind, value))
}

function changed(
  chosen: Element,
  another: Element,
  kind: Mutation['kind'],
  value: number,
): readonly Element[] {
  switch (kind) {
    case 'count':
    case 'integer':
      return [{ tag: chosen.tag === 0x30 ? 0x02 : chosen.tag, content: hex(INTEGERS, value) }]
    case 'tag':
      return [{ ...chosen, tag: TAGS[value % TAGS.length] ?? 0 }]
    case 'remove':
      return []
    case 'double':
      return [chosen, chosen]
    case 'replace':
      return [another]
    case 'nest':
      return [nested(chosen, value > 252 ? 4_000 : 1 + value)]
    case 'empty':
      return [{ tag: chosen.tag, content: new Uint8Array() }]
    case 'extend':
      return [{ tag: chosen.tag, content: Buffer.concat([contentOf(chosen), Uint8Array.of(value)]) }]
    case 'pad':
      return [
        { tag: chosen.tag, content: Buffer.concat([Uint8Array.of(value % 2 ? 0 : 0xff), contentOf(chosen)]) },
      ]
    case 'length':
      return [{ ...chosen, length: LENGTH_FORMS[value % LENGTH_FORMS.length] ?? 'long' }]
    case 'order':
      return [
        typeof chosen.content === 'object' && Array.isArray(chosen.content)
          ? { ...chosen, content: [...chosen.content].reverse() }
          : chosen,
      ]
  }
}

/** Made from the inside out, since whoever called himself for each level would come to no end, either. */
function nested(element: Element, levels: number): Element {
  const heads: Uint8Array[] = []
  const inner = encoded([element])
  let { length } = inner
  for (let level = 1; level < levels; level++) {
    const head = Uint8Array.from([0x30, ...lengthOf(length)])
    heads.unshift(head)
    length += head.length
  }
  return { tag: 0x30, content: Buffer.concat([...heads, inner]) }
}

const hex = (choices: readonly string[], value: number) =>
  Buffer.from(choices[value % choices.length] ?? '', 'hex')

const isBytes = (content: Element['content']): content is Uint8Array => content instanceof Uint8Array

const flat = (tree: readonly Element[]): Element[] =>
  tree.flatMap((each) => [each, ...(isBytes(each.content) ? [] : flat(each.content))])

function replaced(
  tree: readonly Element[],
  chosen: Element,
  by: () => readonly Element[],
): readonly Element[] {
  return tree.flatMap((each) => {
    if (each === chosen) return by()
    return isBytes(each.content) ? [each] : [{ ...each, content: replaced(each.content, chosen, by) }]
  })
}

/** As lenient as can be: it only looks for places to change. */
function elementsIn(bytes: Uint8Array): Element[] | undefined {
  const elements: Element[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const [tag, first] = [bytes[offset], bytes[offset + 1]]
    if (tag === undefined || first === undefined || first > 0x84 || first === 0x80) return undefined
    const count = first < 0x80 ? 0 : first - 0x80
    const start = offset + 2 + count
    const digits = Buffer.from(bytes.subarray(offset + 2, start)).toString('hex')
    const end = start + (count === 0 ? first : Number.parseInt(digits, 16))
    if (!(end <= bytes.length)) return undefined
    elements.push(elementOf(tag, bytes.subarray(start, end)))
    offset = end
  }
  return elements
}

/** Strings of bits and bytes hold DER in keys and in PKCS#12. */
function elementOf(tag: number, content: Uint8Array): Element {
  if (tag === 0x03 && content[0] === 0) {
    const inner = content.length > 3 ? elementsIn(content.subarray(1)) : undefined
    return inner ? { tag, content: inner, before: Uint8Array.of(0) } : { tag, content }
  }
  const mayHold = (tag & 0x20) !== 0 || (tag === 0x04 && content.length > 3)
  return { tag, content: (mayHold && elementsIn(content)) || content }
}

const contentOf = ({ content, before = new Uint8Array() }: Element): Uint8Array =>
  isBytes(content) ? content : Buffer.concat([before, encoded(content)])

function encoded(elements: readonly Element[]): Uint8Array {
  const parts = elements.flatMap((element) => {
    const content = contentOf(element)
    const end = element.length === 'indefinite' ? Buffer.alloc(2) : Buffer.alloc(0)
    return [Uint8Array.of(element.tag), lengthOf(content.length, element.length), content, end]
  })
  return Uint8Array.from(Buffer.concat(parts))
}

function lengthOf(length: number, form: LengthForm = 'minimal'): Uint8Array {
  if (form === 'indefinite') return Uint8Array.of(0x80)
  if (form === 'huge') return Buffer.from('847fffffff', 'hex')
  if (form === 'short') return lengthOf(Math.max(0, length - 1))
  const digits = length.toString(16)
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, 'hex')
  if (form === 'long') return Uint8Array.from([0x81 + bytes.length, 0, ...bytes])
  return length < 0x80 ? Uint8Array.of(length) : Uint8Array.from([0x80 + bytes.length, ...bytes])
}
