/**
 * Changes the table of algorithms in every way, one change at a time, and looks whether the checks of it see that:
 * those in packages/core/test/table, which `npm test` runs over the table as it is. All in this process.
 *
 *   npm run mutate                           every change
 *   npm run mutate -- --sample 40            some, chosen by a seed that is printed
 *   npm run mutate -- --sample 40 --seed 7   the same ones again
 */
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { transformFileSync } from '@swc/core'
import { EQUIVALENT } from './equivalent-mutants.mjs'
import { mutantsOf } from './mutants.mjs'
import { cross, tick } from './terminal.mjs'
import { root } from './workspaces.mjs'

// Inside of node_modules, so that the libraries are found that core imports.
const folder = `${root}node_modules/.cache/mutants/${process.pid}`
const core = `${root}packages/core`

const { values: options } = parseArgs({ options: { sample: { type: 'string' }, seed: { type: 'string' } } })
const count = options.sample === undefined ? undefined : wholeNumber(options.sample)
const seed = options.seed === undefined ? Math.ceil(Math.random() * 1e6) : wholeNumber(options.seed)
const start = performance.now()
try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function wholeNumber(text) {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new Error(`${text} is not a whole number from 1 on.`)
}

async function run() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{ "type": "module" }')
  // A copy, because a build may come in between.
  copyCode(`${core}/dist`, `${folder}/dist`)
  const checks = await loadChecks()
  const problem = await noticedBy(checks, load('dist'))
  if (problem) throw new Error(`Before any change, the table is not right: ${problem}.`)
  const mutants = await mutantsOf(pathToFileURL(`${folder}/dist/`))
  const results = []
  for (const [index, mutant] of chosenOf(mutants).entries()) {
    results.push({ ...mutant, noticedBy: await noticedBy(checks, loadMutant(String(index), mutant)) })
    rmSync(`${folder}/${index}`, { recursive: true })
  }
  report(mutants.length, results)
}

function copyCode(from, to) {
  mkdirSync(to)
  for (const file of readdirSync(from))
    if (file.endsWith('.js')) copyFileSync(`${from}/${file}`, `${to}/${file}`)
}

/** The checks are TypeScript, which jest compiles for itself. */
async function loadChecks() {
  for (const part of ['table', 'support']) {
    mkdirSync(`${folder}/${part}`)
    for (const file of readdirSync(`${core}/test/${part}`)) {
      const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } }
      const { code } = transformFileSync(`${core}/test/${part}/${file}`, options)
      writeFileSync(`${folder}/${part}/${file.replace(/ts$/, 'js')}`, code)
    }
  }
  const { CHECKS } = await import(pathToFileURL(`${folder}/table/checks.js`))
  return CHECKS
}

/** Core with one file changed, as modules of its own. */
async function loadMutant(name, { file, text }) {
  copyCode(`${folder}/dist`, `${folder}/${name}`)
  writeFileSync(`${folder}/${name}/${file}`, text)
  return load(name)
}

async function load(name) {
  const entries = ['index', 'kit'].map((entry) => import(pathToFileURL(`${folder}/${name}/${entry}.js`)))
  const [core, kit] = await Promise.all(entries)
  return { core, kit }
}

/** The first check that fails; undefined when none does. */
async function noticedBy(checks, loading) {
  let current = 'loading it'
  try {
    const modules = await loading
    for (const [name, check] of Object.entries(checks)) {
      current = name
      await check(modules)
    }
    return undefined
  } catch {
    return current
  }
}

/** All, or some in an order that the seed decides. */
function chosenOf(mutants) {
  if (count === undefined) return mutants
  const random = mulberry32(seed)
  const order = new Map(mutants.map((mutant) => [mutant, random()]))
  return mutants.toSorted((a, b) => order.get(a) - order.get(b)).slice(0, count)
}

/** A generator of numbers from 0 to 1 that a seed decides: Math.random has none. */
function mulberry32(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const again = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((again ^ (again >>> 14)) >>> 0) / 2 ** 32
  }
}

function report(total, results) {
  const survivors = results.filter(({ noticedBy }) => !noticedBy)
  const isSame = (one) => (other) => one.file === other.file && one.change === other.change
  const unknown = survivors.filter((survivor) => !EQUIVALENT.some(isSame(survivor)))
  const untrue = count ? [] : EQUIVALENT.filter((listed) => !survivors.some(isSame(listed)))
  for (const [check, count] of countsOf(results)) console.log(`${String(count).padStart(5)}  ${check}`)
  for (const { file, change } of unknown) console.log(`${cross} not noticed: ${file}: ${change}`)
  for (const { file, change } of untrue) console.log(`${cross} listed, but not so: ${file}: ${change}`)
  const failed = unknown.length + untrue.length > 0
  const which = count ? `${results.length} of ${total} changes, seed ${seed}` : `${total} changes`
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const equivalent = survivors.length - unknown.length
  console.log(
    `${failed ? cross : tick} ${which}: ${unknown.length} not noticed, ${equivalent} equivalent (${seconds} s)`,
  )
  if (failed) process.exitCode = 1
}

/** How many changes each check was the first to notice. */
function countsOf(results) {
  const counts = new Map()
  for (const { noticedBy } of results) if (noticedBy) counts.set(noticedBy, (counts.get(noticedBy) ?? 0) + 1)
  return counts
}
