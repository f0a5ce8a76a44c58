/**
 * Gives every parser random and mutated inputs: see test/fuzz. Exits with 1 when one of them broke a promise.
 *
 *   npm run fuzz                                     a million inputs, by a seed that is printed
 *   npm run fuzz -- --count 200000 --seed 7          fewer of them, and the same ones again
 *   npm run fuzz -- --count 50000 --only ecdsa-der   all of them for one parser
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { cross, tick } from './terminal.mjs'
import { root } from './workspaces.mjs'

const MILLION = 1_000_000

/** A parser whose input stays the same for this long does not come back from it. In milliseconds. */
const HANGING = 60_000

const PARSERS = Object.keys(JSON.parse(readFileSync(`${root}test/fuzz/shares.json`, 'utf8')))

const USAGE = `Gives every parser random and mutated inputs, and looks at what it makes of them.

  npm run fuzz -- [--count N] [--seed N] [--only PARSER]

  --count N      inputs for all parsers together, 1000000 if nothing is said
  --seed N       1 and more, chosen and printed if nothing is said: the same one gives the same inputs
  --only PARSER  all of them for one of ${PARSERS.join(', ')}
`

const settings = readSettings()
const folder = mkdtempSync(join(tmpdir(), 'signport-fuzz-'))
try {
  process.exitCode = await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function readSettings() {
  try {
    const text = { type: 'string' }
    const options = { count: text, seed: text, only: text, help: { type: 'boolean' } }
    const { count = String(MILLION), seed, only, help } = parseArgs({ options }).values
    if (help) {
      console.log(USAGE)
      process.exit(0)
    }
    if (only !== undefined && !PARSERS.includes(only)) throw new TypeError(`There is no parser '${only}'.`)
    return {
      count: wholeNumber('--count', count),
      seed: seed === undefined ? Math.ceil(Math.random() * 1e9) : wholeNumber('--seed', seed),
      only,
    }
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function wholeNumber(option, text) {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new TypeError(`${option} must be a whole number from 1 to 999999999, not '${text}'.`)
}

async function run() {
  const { count, seed, only } = settings
  console.log(
    `${count.toLocaleString('en')} inputs by the seed ${seed} for ${only ?? `${PARSERS.length} parsers`}`,
  )
  const start = performance.now()
  const { status, output, hanging } = await runTests()
  const results = PARSERS.flatMap(readResult)
  printResults(results)
  const findings = findingsOf(hanging)
  for (const finding of findings) console.log(`\n${cross} ${finding}`)
  const seconds = Math.round((performance.now() - start) / 1000)
  const tried = results.reduce((sum, each) => sum + each.tried, 0)
  const failed = status !== 0 || findings.length > 0
  // What failed without leaving a finding says so itself.
  if (failed && findings.length === 0) console.error(output)
  const missing = (only ? [only] : PARSERS).filter((name) => !results.some((each) => each.name === name))
  if (missing.length > 0) console.log(`\n${cross} Not finished: ${missing.join(', ')}`)
  const what = `${tried.toLocaleString('en')} inputs in ${seconds} s`
  console.log(
    `\n${failed ? cross : tick} ${what}: ${findings.length} findings; --seed ${seed} gives the same again`,
  )
  return failed || missing.length > 0 ? 1 : 0
}

/** Jest, without its report: what is to be said is in the folder, or what it printed when it could not run. */
async function runTests() {
  const only = settings.only ? ['-t', ` ${settings.only} `] : []
  const jest = ['scripts/jest.mjs', 'test/fuzz/test/', '--testTimeout=86400000', ...only]
  const child = spawn(process.execPath, jest, {
    cwd: root,
    detached: true,
    env: {
      ...process.env,
      SIGNPORT_FUZZ_COUNT: String(settings.count),
      SIGNPORT_FUZZ_SEED: String(settings.seed),
      SIGNPORT_FUZZ_ONLY: settings.only ?? '',
      SIGNPORT_FUZZ_FOLDER: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // With the processes that it has started: one that hangs does not come to look whether it should end.
  const end = () => process.kill(-child.pid, 'SIGKILL')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-20_000)
    })
  const hanging = new Set()
  const watch = setInterval(() => {
    for (const name of hangingParsers()) hanging.add(name)
    if (hanging.size > 0) end()
  }, 5_000)
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  const status = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(watch)
  return { status, output, hanging }
}

function files(suffix) {
  return readdirSync(folder).filter((file) => file.endsWith(suffix))
}

function nameOf(file) {
  return file.split('.', 1)[0]
}

function hangingParsers() {
  const changed = (file) => statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? Infinity
  const isOld = (file) => Date.now() - changed(file) > HANGING
  return files('.latest').filter(isOld).map(nameOf)
}

/** What broke a promise, and what was being read by whoever never came back. */
function findingsOf(hanging) {
  const read = (file) => readFileSync(join(folder, file), 'utf8').trimEnd()
  const broken = files('.finding').map(read)
  const left = files('.latest').map((file) => {
    const name = nameOf(file)
    const how = hanging.has(name) ? 'did not come back' : 'did not finish'
    return `${name} ${how} with this input: ${read(file).split('\n', 1)[0]}`
  })
  return [...broken, ...left]
}

function readResult(name) {
  try {
    return [JSON.parse(readFileSync(join(folder, `${name}.result.json`), 'utf8'))]
  } catch {
    // It did not come to an end, which the list of those says.
    return []
  }
}

function printResults(results) {
  const head = ['parser', 'inputs', 'accepted', 'refused', 'longest', 'in all', 'kept']
  const colAligns = ['left', ...head.slice(1).map(() => 'right')]
  const table = new Table({ head, colAligns, style: { head: [], border: [] } })
  const number = (value) => value.toLocaleString('en')
  for (const { name, tried, accepted, refused, slowestMs, allMs, grownBytes } of results)
    table.push([
      name,
      ...[tried, accepted, refused].map(number),
      `${slowestMs.toFixed(1)} ms`,
      `${(allMs / 1000).toFixed(1)} s`,
      `${(grownBytes / 1024 / 1024).toFixed(1)} MB`,
    ])
  console.log(table.toString())
}
