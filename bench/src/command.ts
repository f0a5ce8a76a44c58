import { cases } from './cases.js'
import { type Arguments, readArguments, usage } from './command-line.js'
import { nodeSettings } from './harness/plain-environment.js'
import { assertWritable, writeReport } from './output.js'
import { thisMachine } from './report/machine.js'
import type { Report } from './report/report.js'
import { tableOf } from './report/table.js'
import { type Failure, runCases } from './run-cases.js'

const asked = argumentsOrUsage()
if (asked && (await isWritable(asked))) await run(asked)

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

async function isWritable(asked: Arguments): Promise<boolean> {
  try {
    await assertWritable(asked)
    return true
  } catch (error) {
    process.stderr.write(`What is measured could not be written: ${(error as Error).message}\n`)
    process.exitCode = 2
    return false
  }
}

async function run(asked: Arguments): Promise<void> {
  const date = `${new Date().toISOString().slice(0, 16)}Z`
  for (const name of nodeSettings())
    process.stderr.write(
      `${name} is set, for this process alone: what is measured in it may be another matter.\n`,
    )
  const { reports, failures } = await runCases(asked.cases, asked.quick, progress)
  const report: Report = {
    date,
    machine: thisMachine(),
    quick: asked.quick,
    cases: reports,
    failures: failures.map(({ name, error }) => ({ name, reason: messageOf(error) })),
  }
  process.stdout.write(tableOf(report))
  for (const failure of failures) process.stderr.write(complaintOf(failure))
  if (failures.length > 0) {
    if (asked.write) process.stderr.write('The results page stays as it was.\n')
    process.exitCode = 1
  }
  await writeReport(asked, report)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** With where it was thrown. */
function complaintOf({ name, error }: Failure): string {
  return `${name} failed: ${(error as Error)?.stack ?? error}\n`
}

/** A line for each step, with the time of the day: a full run takes most of an hour. */
function progress(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
}
