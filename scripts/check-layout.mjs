/** The rules of the house that no linter knows: see CONTRIBUTING.md. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path/posix'
import { exportedModules } from './entry-points.mjs'
import { isDocumented, publicNames } from './public-names.mjs'
import { checkRules } from './rules.mjs'
import { importsOf, placeOf, source, typescriptIn } from './source.mjs'
import { published, root, workspaces } from './workspaces.mjs'

process.chdir(root)

const MAX_LINES = 300

/** Which layers each layer may import. A package that is not named here is a layer that nobody has thought about. */
const LAYERS = {
  core: [],
  providers: ['core'],
  config: ['core', 'providers'],
  inversify: ['core', 'providers', 'config'],
  jose: ['core'],
  opentelemetry: ['core'],
  cli: ['core', 'providers', 'config', 'jose', 'emulator'],
  emulator: [],
  contract: ['core'],
}

/** Entry points that a package may import although its layer may not. */
const BRIDGES = {
  // Two clients of one protocol: its names, limits and failures are written down once.
  'providers/aws-kms': ['@signport/trent-service/protocol'],
}

/** Libraries that one package alone may import. */
const RESERVED = { inversify: 'packages/inversify' }

/** Where the names of algorithms may stand, and why. Elsewhere their row says everything that one may need. */
const NAMES_ALLOWED = {
  'packages/core/src/algorithm.ts': 'the table itself',
  'packages/core/src/algorithm-names.ts': 'what others call them',
  'packages/core/src/key-kind.ts': 'Ed25519 is a kind of key, too',
  'packages/core/src/ml-dsa.ts': 'its parameter sets are kinds of keys, too',
  'packages/core/src/public-key.ts': 'SM2 is a kind of key, too',
  'packages/core/src/spki.ts': 'SM2 is a kind of key, too',
  'packages/core/src/parameters.ts': 'says in a message whose a parameter is',
  'providers/local/src/generate.ts': 'makes keys of every kind',
  'providers/local/src/private-key.ts': 'looks at the kind of a key',
  'providers/trent-service/src/public-point.ts': 'makes a key of a point without a name',
  'test/contract/src/key-pair.ts': 'makes keys of every kind',
  'test/contract/src/oracle.ts': 'knows the algorithms from their standards, not from core',
  'test/contract/src/oracle-digest.ts': 'knows the digests from their standards, not from core',
}

/** Where core hashes, and what; of the providers, only local does, because node:crypto hashes and signs in one step. */
const HASHING_ALLOWED = {
  'packages/core/src/digest.ts': 'messages, for all',
  'packages/core/src/emsa.ts': 'within the padding of PSS',
  'packages/core/src/ed25519ph.ts': "the digest once more, in AWS's form",
  'packages/core/src/ml-dsa.ts': 'the key, for mu',
  'packages/core/src/sm2.ts': 'id and key, for Z',
  'packages/core/src/public-key.ts': 'the key, for its names',
  'providers/trent-service/src/sigv4.ts': 'requests, to sign them: never messages',
  'providers/alibaba-kms/src/instance/authorization.ts': 'requests, to sign them: never messages',
}
const HASHING = /^(createHash|createHmac|subtle|node:crypto hash|@noble\/hashes.*)$/

/** What only a machine would write into a file: home folders, scratch folders, registries. */
const TRACES = [
  /(?<![\w.<>-])\/(?:root|tmp|work|home\/\w+|Users\/\w+)\//,
  /https?:\/\/[\w.-]*(?:registry|npmjs|npmmirror)[\w.-]*/,
]

const packages = published()
const sources = packages.flatMap(({ folder }) =>
  typescriptIn(`${folder}/src`).map((path) => ({ folder, path })),
)

await checkRules([
  { name: 'Imports run one way', check: () => sources.flatMap(importsAgainstTheLayers) },
  {
    name: 'A library that is reserved for a package stays there',
    check: () => sources.flatMap(importsOfReserved),
  },
  { name: 'A workspace is imported by its name', check: () => packages.flatMap(importsByPath) },
  { name: 'Every provider has a row in the matrix of README.md', check: providersWithoutRow },
  {
    name: `A file has at most ${MAX_LINES} lines (median ${medianLength()})`,
    check: () => sources.flatMap(tooLong),
  },
  {
    name: 'An algorithm is looked up once, and its name not looked at again',
    check: () => sources.flatMap(namesOfAlgorithms),
  },
  { name: 'Core hashes in few places, providers nowhere', check: () => sources.flatMap(hashing) },
  {
    name: 'Who asks where it is stands directly in src, as its bundle does in lib',
    check: () => sources.flatMap(placesFromBelow),
  },
  { name: 'Every public name is documented', check: () => published().flatMap(undocumented) },
  { name: 'No file names a machine or a registry', check: () => ownFiles('.').flatMap(traces) },
])

function layerOf(folder) {
  return folder.startsWith('providers/') ? 'providers' : basename(folder)
}

function importsAgainstTheLayers({ folder, path }) {
  const allowed = LAYERS[layerOf(folder)]
  if (!allowed) return [`${path}: ${folder} has no layer in scripts/check-layout.mjs`]
  return importsOf(path).flatMap(({ specifier, node }) => {
    if (specifier === undefined) return [`${placeOf(path, node)} imports something computed`]
    const target = packages.find(({ manifest: { name } }) => `${specifier}/`.startsWith(`${name}/`))
    if (!target || target.folder === folder || allowed.includes(layerOf(target.folder))) return []
    if (BRIDGES[folder]?.includes(specifier)) return []
    return [`${placeOf(path, node)} imports ${specifier}`]
  })
}

function importsOfReserved({ folder, path }) {
  return importsOf(path)
    .filter(({ specifier = '' }) => (RESERVED[specifier.split('/')[0]] ?? folder) !== folder)
    .map(({ specifier, node }) => `${placeOf(path, node)} imports ${specifier}`)
}

function importsByPath({ folder }) {
  return typescriptIn(folder)
    .filter((path) => !/\/(node_modules|dist)\//.test(path))
    .flatMap((path) =>
      importsOf(path)
        .filter(({ specifier = '' }) => specifier.startsWith('.'))
        .filter(({ specifier }) => isOfAnother(folder, join(path, '..', specifier)))
        .map(({ specifier, node }) => `${placeOf(path, node)} imports ${specifier}`),
    )
}

function isOfAnother(folder, path) {
  return workspaces().some((other) => other.folder !== folder && path.startsWith(`${other.folder}/`))
}

function providersWithoutRow() {
  const rows = readFileSync('README.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
  return packages
    .filter(({ folder }) => layerOf(folder) === 'providers')
    .filter(({ manifest: { name } }) => !rows.some((row) => row.includes(`\`${name}\``)))
    .map(({ manifest: { name } }) => `README.md has no row for \`${name}\``)
}

function lengthOf({ path }) {
  return source(path).text.split('\n').length - 1
}

function medianLength() {
  return sources.map(lengthOf).sort((a, b) => a - b)[Math.floor(sources.length / 2)]
}

function tooLong(file) {
  return lengthOf(file) > MAX_LINES ? [`${file.path} has ${lengthOf(file)}`] : []
}

function namesOfAlgorithms({ path }) {
  if (path in NAMES_ALLOWED) return []
  return source(path)
    .nodes.filter(({ type, value }) => type === 'StringLiteral' && algorithmNames().includes(value))
    .map((node) => `${placeOf(path, node)} says '${node.value}'`)
}

/** The canonical names, from the types of the table. */
function algorithmNames() {
  return [
    ...literalsOf('packages/core/src/algorithm.ts', 'AlgorithmName'),
    ...literalsOf('packages/core/src/ml-dsa.ts', 'MlDsaKind'),
  ]
}

/** The literals in a union of types; other types in it are passed over. */
function literalsOf(path, name) {
  const { declaration } = source(path).statements.find(({ declaration }) => declaration?.id?.value === name)
  return declaration.typeAnnotation.types.flatMap(({ literal }) => (literal ? [literal.value] : []))
}

function hashing({ folder, path }) {
  if (!/^(packages\/core|providers\/.*)$/.test(folder) || folder === 'providers/local') return []
  if (path in HASHING_ALLOWED) return []
  return source(path)
    .nodes.filter((node) => HASHING.test(calledName(node)))
    .map((node) => `${placeOf(path, node)} uses ${calledName(node)}`)
}

function calledName({ type, value, source: from, specifiers }) {
  if (type === 'Identifier') return value
  if (type !== 'ImportDeclaration') return ''
  const hash = specifiers.some(({ imported, local }) => (imported ?? local).value === 'hash')
  return hash ? `${from.value} hash` : from.value
}

function placesFromBelow({ folder, path }) {
  if (path === `${folder}/src/${basename(path)}`) return []
  return source(path)
    .nodes.filter(({ type, kind }) => type === 'MetaProperty' && kind === 'import.meta')
    .map((node) => `${placeOf(path, node)} asks for import.meta`)
}

function undocumented({ folder, manifest }) {
  return exportedModules(manifest)
    .flatMap(({ module }) => publicNames(`${folder}/src/${module}.ts`))
    .filter((name) => !isDocumented(name))
    .map(({ name, path, declarations: [first] }) => `${first ? placeOf(path, first) : path} ${name}`)
}

function ownFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['.git', '.cache', 'node_modules', 'dist', 'lib', 'coverage'].includes(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? ownFiles(path) : path
    })
}

function traces(path) {
  if (statSync(path).size > 1024 * 1024) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      line.includes(root) || line.includes(`${homedir()}/`) || TRACES.some((trace) => trace.test(line))
        ? [`${path}:${index + 1}`]
        : [],
    )
}
