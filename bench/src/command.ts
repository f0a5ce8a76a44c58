import { readFile, writeFile } from 'node:fs/promises'
import { cases } from './cases.js'
import { type Arguments, readArguments, usage } from './command-line.js'
import { thisMachine } from './report/machine.js'
import { withFigures } from './report/page.js'
import type { Report } from './report/report.js'
import { tableOf } from './report/table.js'
import { runCases } from './run-cases.js'

/** Beside the build, in the checkout. */
const DOCUMENTS = new URL('../../docs/', import.meta.url)

const asked = argumentsOrUsage()
if (asked) await run(asked)

function argumentsOrUsage(): Arguments | undefined {
  try {
    const read = readArguments(process.argv.slice(2), cases)
    if (!read) process.stdout.write(usage(cases))
    return read
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage(cases)}`)
    process.exitCode = 2
    return undefined
  }
}

async function run({ cases, quick, json, write }: Arguments): Promise<void> {
  const date = `${new Date().toISOString().slice(0, 16)}Z`
  const { reports, failures } = await runCases(cases, quick, progress)
  const report: Report = { date, machine: thisMachine(), quick, cases: reports }
  process.stdout.write(tableOf(report))
  if (json !== undefined) await writeFile(json, textOf(report))
  for (const { name, error } of failures) process.stderr.write(`${name} failed: ${messageOf(error)}\n`)
  if (failures.length > 0) process.exitCode = 1
  else if (write) await writeDocuments(report)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function textOf(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}

async function writeDocuments(report: Report): Promise<void> {
  const page = new URL('performance.md', DOCUMENTS)
  await writeFile(page, withFigures(await readFile(page, 'utf8'), report))
  await writeFile(new URL('performance.json', DOCUMENTS), textOf(report))
}

/** A line for each step, with the time of the day: a full run takes most of an hour. */
function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
}
