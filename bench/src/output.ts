import { access, constants, open, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Arguments } from './command-line.js'
import { assertPage, withFigures } from './report/page.js'
import type { Report } from './report/report.js'

/** Where a run writes what it gave, at its end. */
type Targets = Pick<Arguments, 'json' | 'write'>

/** Beside the build, in the checkout. */
const DOCUMENTS = fileURLToPath(new URL('../../docs', import.meta.url))
const PAGE = join(DOCUMENTS, 'performance.md')
const PAGE_JSON = join(DOCUMENTS, 'performance.json')

/**
 * Looks before a run whether all of it can be written: at its end, most of an hour would be lost.
 *
 * @throws Error that says what cannot
 */
export async function assertWritable({ json, write }: Targets): Promise<void> {
  if (json !== undefined) await tryWriting(json)
  if (!write) return
  assertPage(await readFile(PAGE, 'utf8'))
  await tryWriting(PAGE)
  await tryWriting(PAGE_JSON)
}

/** The page is of a run of which nothing failed. */
export async function writeReport({ json, write }: Targets, report: Report): Promise<void> {
  if (json !== undefined) await writeFile(json, textOf(report))
  if (!write || report.failures.length > 0) return
  await writeFile(PAGE, withFigures(await readFile(PAGE, 'utf8'), report))
  await writeFile(PAGE_JSON, textOf(report))
}

/** Looks whether a file can be written, and leaves everything as it is. */
async function tryWriting(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+')
    await file.close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await access(dirname(path), constants.W_OK)
  }
}

function textOf(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`
}
