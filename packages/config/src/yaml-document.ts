import type { CST, ErrorCode, LineCounter, Pair, ParsedNode, YAMLError, YAMLMap } from 'yaml'
import type { Mistakes } from './mistakes.js'
import { MAX_DEPTH, type Node, type Path, type Position } from './tree.js'

type Yaml = typeof import('yaml')

/** What is wrong, in words that repeat nothing of the file: it may be a secret. */
const SYNTAX: ReadonlyMap<ErrorCode, string> = new Map<ErrorCode, string>([
  ['BAD_DQ_ESCAPE', 'the text between double quotes has an escape sequence that YAML does not know'],
  ['BAD_INDENT', 'the line is not indented as those that belong with it'],
  ['BAD_SCALAR_START', 'text cannot begin with this character: put it between quotes'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'a value of this kind cannot stand here: begin a new line, or put text between quotes',
  ],
  ['BLOCK_IN_FLOW', 'what stands between brackets cannot have lines that are blocks'],
  ['KEY_OVER_1024_CHARS', 'a name is longer than 1024 characters'],
  ['MISSING_CHAR', 'a quote, a bracket, a comma or a colon is missing'],
  ['MULTILINE_IMPLICIT_KEY', 'a name must stand on a single line'],
  ['TAB_AS_INDENT', 'lines are indented by spaces, not by tabs'],
])

const UNCLOSED = 'a bracket is not closed, or what stands between brackets is not indented'

const NOT_YAML = 'this is not YAML that can be understood'

const TOO_DEEP = `is nested more than ${MAX_DEPTH} levels deep`

/** Two levels of the parser's for each of the document's, and some for the document itself. */
const MAX_STACK = 2 * MAX_DEPTH + 4

/** A megabyte of nothing but brackets, or of escape sequences that there are not, would take many seconds to tell. */
const MAX_TOKENS = 100_000

/**
 * The tree of a YAML document, of which only maps with names, lists and plain values are taken: YAML 1.2, core schema.
 *
 * @returns undefined where the mistakes leave nothing to look at
 */
export async function readYaml(text: string, mistakes: Mistakes): Promise<Node | undefined> {
  const yaml = await import('yaml')
  const lines = new yaml.LineCounter()
  const tokens = tokensOf(yaml, text, lines)
  if (typeof tokens === 'string') {
    mistakes.add([], tokens)
    return undefined
  }
  const options = {
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    schema: 'core',
    logLevel: 'silent',
  } as const
  const [document, another] = new yaml.Composer(options).compose(tokens, true, text.length)
  const before = mistakes.count
  // What follows from the first mistake of a kind is often called one, too.
  const told = new Set<string>()
  for (const error of document?.errors ?? []) {
    const message = messageOf(error)
    if (!told.has(message)) mistakes.addAt(positionAt(lines, error.pos[0]), [], message)
    told.add(message)
  }
  if (another)
    mistakes.addAt(positionAt(lines, another.range[0]), [], 'a second document begins here: a file has one')
  if (mistakes.count > before) return undefined
  return new TreeReader(yaml, lines, mistakes).read(document?.contents ?? null)
}

function messageOf({ code, message }: YAMLError): string {
  if (code === 'BAD_INDENT' && message.startsWith('Flow ')) return UNCLOSED
  return SYNTAX.get(code) ?? NOT_YAML
}

/**
 * The parser's tokens, or why there are too many of them. What composes them calls itself for each level, so that it is
 * never given many; how many levels a document really has is counted when it is read.
 */
function tokensOf({ Lexer, Parser }: Yaml, text: string, lines: LineCounter): CST.Token[] | string {
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  const tokens: CST.Token[] = []
  let count = 0
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    if (parser.stack.length > MAX_STACK) return TOO_DEEP
    count += 1 + escapesIn(lexeme)
    if (count > MAX_TOKENS) return `has more than ${MAX_TOKENS.toLocaleString('en')} tokens`
  }
  tokens.push(...parser.end())
  return tokens
}

/** Each of them may be a mistake of its own. */
const escapesIn = (lexeme: string) => (lexeme.startsWith('"') ? lexeme.split('\\').length - 1 : 0)

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  // An empty file has no lines to count.
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Makes a tree of the library's nodes, and says what a configuration does not take. */
class TreeReader {
  readonly #yaml: Yaml
  readonly #lines: LineCounter
  readonly #mistakes: Mistakes
  /** What cannot be understood without it was left out. */
  #incomplete = false
  #isTooDeep = false

  constructor(yaml: Yaml, lines: LineCounter, mistakes: Mistakes) {
    this.#yaml = yaml
    this.#lines = lines
    this.#mistakes = mistakes
  }

  read(contents: ParsedNode | null): Node | undefined {
    const node = this.#node(contents, [])
    return this.#incomplete ? undefined : node
  }

  #node(node: ParsedNode | null, path: Path, keyAt?: Position): Node {
    const at = node ? positionAt(this.#lines, node.range[0]) : keyAt
    const placed = { at, keyAt }
    if (path.length > MAX_DEPTH) return this.#tooDeep(at)
    if (this.#yaml.isAlias(node)) {
      this.#incomplete = true
      this.#mistakes.addAt(at, path, 'aliases (*) are not taken: write the value again')
      return { kind: 'scalar', value: null, ...placed }
    }
    if (node?.anchor !== undefined)
      this.#mistakes.addAt(at, path, 'anchors (&) are not taken: write the value again')
    if (node?.tag !== undefined) this.#mistakes.addAt(at, path, 'tags (!) are not taken: leave it out')
    if (this.#yaml.isMap(node))
      return {
        kind: 'map',
        members: this.#members(node as YAMLMap<ParsedNode, ParsedNode | null>, path),
        ...placed,
      }
    if (this.#yaml.isSeq(node))
      return {
        kind: 'list',
        items: node.items.map((item, index) => this.#node(item as ParsedNode, [...path, index])),
        ...placed,
      }
    if (!this.#yaml.isScalar(node)) return { kind: 'scalar', value: null, ...placed }
    return { kind: 'scalar', value: node.value, source: node.source, ...placed }
  }

  /** The first place tells enough. */
  #tooDeep(at: Position | undefined): Node {
    if (!this.#isTooDeep) this.#mistakes.addAt(at, [], TOO_DEEP)
    this.#isTooDeep = true
    this.#incomplete = true
    return { kind: 'scalar', value: null, at }
  }

  #members(map: YAMLMap<ParsedNode, ParsedNode | null>, path: Path): Map<string, Node> {
    const members = new Map<string, Node>()
    for (const pair of map.items) {
      const keyAt = positionAt(this.#lines, pair.key?.range[0] ?? map.range?.[0] ?? 0)
      const name = this.#nameOf(pair, keyAt, path)
      if (name === undefined) continue
      const first = members.get(name)?.keyAt
      if (first)
        this.#mistakes.addAt(keyAt, [...path, name], `stands here twice, first in line ${first.line}`)
      const node = this.#node(pair.value, [...path, name], keyAt)
      if (!first) members.set(name, node)
    }
    return members
  }

  #nameOf({ key }: Pair<ParsedNode, ParsedNode | null>, keyAt: Position, path: Path): string | undefined {
    if (this.#yaml.isScalar(key) && typeof key.value === 'string' && key.value !== '<<') {
      if (key.anchor === undefined && key.tag === undefined) return key.value
      this.#mistakes.addAt(keyAt, [...path, key.value], 'names have neither anchors (&) nor tags (!)')
      return key.value
    }
    this.#incomplete = true
    const merges = this.#yaml.isScalar(key) && key.value === '<<'
    const message = merges
      ? 'merge keys (<<) are not taken: write the options again'
      : 'a name must be text: put it between quotes'
    this.#mistakes.addAt(keyAt, path, message)
    return undefined
  }
}
