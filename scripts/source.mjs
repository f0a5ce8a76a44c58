import { readdirSync, readFileSync } from 'node:fs'
import { parseSync } from '@swc/core'

const parsed = new Map()

/** The TypeScript files below a folder, as paths. */
export function typescriptIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
}

/** A TypeScript file: its text, its top-level statements, all nodes of its tree, and what stands before a node. */
export function source(path) {
  if (!parsed.has(path)) parsed.set(path, parse(path))
  return parsed.get(path)
}

/** Where a node is, as editors and terminals take it. */
export function placeOf(path, node) {
  return `${path}:${source(path).before(node).split('\n').length}`
}

/** What a file imports, by whatever syntax: the specifier (undefined when it is computed) and the node. */
export function importsOf(path) {
  return source(path).nodes.flatMap((node) => {
    const from = importedFrom(node)
    return from ? [{ specifier: from.type === 'StringLiteral' ? from.value : undefined, node }] : []
  })
}

function importedFrom(node) {
  if (node.type === 'TsImportType') return node.argument
  if (node.type === 'CallExpression' && node.callee.type === 'Import') return node.arguments[0].expression
  return /^(Import|Export\w+)Declaration$/.test(node.type) ? node.source : undefined
}

function parse(path) {
  const bytes = readFileSync(path)
  const tree = parseSync(bytes.toString(), { syntax: 'typescript', decorators: true })
  return {
    text: bytes.toString(),
    statements: tree.body,
    nodes: [...nodesOf(tree)],
    // swc counts bytes, from 1.
    before: (node) => bytes.toString('utf8', 0, node.span.start - 1),
  }
}

function* nodesOf(value) {
  if (typeof value !== 'object' || value === null) return
  if (value.type) yield value
  for (const child of Object.values(value)) yield* nodesOf(child)
}
