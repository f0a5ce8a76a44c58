import { join } from 'node:path/posix'
import { source } from './source.mjs'

/**
 * The names that a module gives to its users, followed through its re-exports to where each is declared.
 *
 * @returns for each name the file and its declarations there, several for overloads and for a type and a value of one
 *   name; none when the name comes from another package, whose own documentation says what it is
 */
export function publicNames(path, wanted = () => true) {
  return source(path).statements.flatMap((statement) => {
    if (statement.type === 'ExportDeclaration')
      return declaredNames(statement.declaration)
        .filter(wanted)
        .map((name) => ({ name, path, declarations: declarationsOf(path, name) }))
    if (statement.type === 'ExportAllDeclaration') return follow(path, statement, wanted)
    if (statement.type !== 'ExportNamedDeclaration') return []
    const names = statement.specifiers
      .filter(({ exported, orig }) => wanted((exported ?? orig).value))
      .map(({ orig, name }) => (orig ?? name).value)
    return statement.source
      ? follow(path, statement, (name) => names.includes(name))
      : names.map((name) => ({ name, path, declarations: declarationsOf(path, name) }))
  })
}

/** Whether a comment ends directly above a declaration. */
export function isDocumented({ path, declarations }) {
  return declarations.some((declaration) => {
    const above = source(path).before(declaration).trimEnd().split('\n').at(-1).trim()
    return above.endsWith('*/') || above.startsWith('//')
  })
}

function follow(path, { source: from }, wanted) {
  if (!from.value.startsWith('.')) return []
  return publicNames(join(path, '..', from.value.replace(/\.js$/, '.ts')), wanted)
}

function declarationsOf(path, name) {
  return source(path).statements.filter((statement) =>
    declaredNames(statement.declaration ?? statement).includes(name),
  )
}

function declaredNames({ type, declarations, identifier, id }) {
  if (type === 'VariableDeclaration') return declarations.map((each) => each.id.value)
  const named = identifier ?? id
  return named ? [named.value] : []
}
