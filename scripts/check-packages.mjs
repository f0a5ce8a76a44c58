/** What users install: whether each package is complete, resolves, has its types, and brings nothing unexpected. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { isDeepStrictEqual, promisify } from 'node:util'
import { exportFlaws, originFlaws, staleFlaws } from './bundle-flaws.mjs'
import { checkRules } from './rules.mjs'
import { runtimeDependencies } from './runtime-dependencies.mjs'
import { published, readJson, root } from './workspaces.mjs'

process.chdir(root)

const LIST = 'dependencies.txt'
if (process.argv.includes('--write')) writeFileSync(LIST, runtimeDependencies())

const packages = published()
const { license, engines } = readJson('package.json')
const repository = 'git+https://github.com/signport/signport.git'
const folder = mkdtempSync(`${tmpdir()}/signport-packages-`)
try {
  const packed = await pack()
  await checkRules([
    {
      name: 'package.json says what users and registries need',
      check: () => each(packages, manifestFlaws),
    },
    { name: 'Each package carries the licence', check: () => each(packages, licenceFlaws) },
    {
      name: 'Each tarball is complete and holds no more',
      check: () => each(packed, tarballFlaws),
    },
    { name: 'lib is what the build makes of the sources', check: () => each(packed, staleFlaws) },
    { name: 'lib exports what the sources export', check: () => each(packed, exportFlaws) },
    { name: 'lib has the code of its package alone, and once', check: () => each(packed, originFlaws) },
    {
      name: 'publint --strict',
      check: () => each(packed, ({ path }) => run('publint', ['run', path, '--strict'])),
    },
    {
      name: 'Types resolve wherever ESM does (attw)',
      check: () => each(packed.filter(isLibrary), ({ path }) => attw(path)),
    },
    {
      name: 'Nothing is unused or undeclared (knip)',
      check: () => run('knip', ['--no-progress', '--treat-config-hints-as-errors']),
    },
    { name: `${LIST} lists what each package brings with it`, check: listFlaws },
  ])
} finally {
  rmSync(folder, { recursive: true })
}

/** Packs every package once, as npm publish would. */
async function pack() {
  const names = packages.flatMap(({ manifest: { name } }) => ['-w', name])
  const args = ['pack', '--json', '--pack-destination', folder, ...names]
  const { stdout } = await promisify(execFile)('npm', args)
  return JSON.parse(stdout).map(({ name, filename, files }) => ({
    ...packages.find(({ manifest }) => manifest.name === name),
    path: `${folder}/${filename}`,
    files: files.map(({ path }) => path),
  }))
}

function* manifestFlaws({ folder, manifest }) {
  const expected = {
    license,
    engines,
    type: 'module',
    repository: { type: 'git', url: repository, directory: folder },
    publishConfig: { access: 'public', provenance: true },
  }
  for (const [field, value] of Object.entries(expected))
    if (!isDeepStrictEqual(manifest[field], value))
      yield `${folder}/package.json: ${field} must be ${JSON.stringify(value)}`
  for (const field of ['description', 'homepage', 'bugs', 'files', 'exports'])
    if (!manifest[field]) yield `${folder}/package.json: there is no ${field}`
  for (const [subpath, target] of Object.entries(manifest.exports ?? {}))
    if (typeof target === 'object' && Object.keys(target).join() !== 'types,default')
      yield `${folder}/package.json: exports['${subpath}'] must have types, then default`
    else if (typeof target === 'object' && !target.default.startsWith('./lib/'))
      yield `${folder}/package.json: exports['${subpath}'] must be in lib`
}

function licenceFlaws({ folder }) {
  const path = `${folder}/LICENSE`
  const same = existsSync(path) && readFileSync(path, 'utf8') === readFileSync('LICENSE', 'utf8')
  return same ? [] : [`${path} must be a copy of LICENSE`]
}

function* tarballFlaws({ folder, manifest: { exports, bin = {} }, files }) {
  const targets = [...Object.values(exports), ...Object.values(bin)].flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  )
  for (const path of [...targets.map((target) => target.replace('./', '')), 'README.md', 'LICENSE'])
    if (!files.includes(path)) yield `${folder}: ${path} is not in the tarball`
  for (const path of files) {
    if (/(^|\/)(test|node_modules)\/|\.test\.|\.tsbuildinfo$/.test(path))
      yield `${folder}: ${path} is in the tarball`
    // Of what tsc has made, the types: the code is in lib.
    if (/^dist\/.*(?<!\.d\.ts(\.map)?)$/.test(path)) yield `${folder}: ${path} is in the tarball`
    const origin = path.replace(/^dist\/(.*)\.d\.ts(\.map)?$/, 'src/$1.ts')
    if (!files.includes(origin)) yield `${folder}: ${path} has no source any more; remove dist`
  }
}

function isLibrary({ manifest }) {
  return Object.values(manifest.exports).some((target) => target.types)
}

function attw(path) {
  return run('attw', [path, '--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii'])
}

/** Runs a checker of node_modules: its output, when it finds fault. */
async function run(name, args) {
  try {
    await promisify(execFile)(`node_modules/.bin/${name}`, args)
    return []
  } catch ({ message, stdout = message, stderr = '' }) {
    return `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '')
  }
}

/** The flaws of all items, looked at by as many workers as there are processors. */
async function each(items, flaws) {
  const found = []
  const queue = items.values()
  const work = async () => {
    for (const item of queue) found.push(...(await flaws(item)))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return found
}

/** The first line that differs is enough: what it brings is seen in the diff of `--write`. */
function listFlaws() {
  const committed = existsSync(LIST) ? readFileSync(LIST, 'utf8').split('\n') : []
  const actual = runtimeDependencies().split('\n')
  const at = actual.findIndex((line, index) => line !== committed[index])
  if (at < 0 && actual.length === committed.length) return []
  const line = at < 0 ? actual.length : at
  const found = `${LIST}:${line + 1} has '${committed[line] ?? ''}', and should have '${actual[line] ?? ''}'`
  return [found, 'look at the new dependency, then: npm run packages -- --write']
}
