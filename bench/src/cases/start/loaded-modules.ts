import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What V8 writes about the scripts of a process. */
interface Coverage {
  readonly result: readonly { readonly url: string }[]
}

/**
 * The addresses of all modules that a process has evaluated, of ES and of CommonJS: V8 lists each script that ran, however
 * it was loaded. Node's own modules are not among them, nor is JSON.
 *
 * @param run runs the process to its end, with the environment that it is given
 */
export async function loadedModules(
  folder: string,
  run: (environment: NodeJS.ProcessEnv) => Promise<unknown>,
): Promise<ReadonlySet<string>> {
  const reports = await mkdtemp(join(folder, 'coverage-'))
  try {
    await run({ NODE_V8_COVERAGE: reports })
    const coverages = await Promise.all(
      (await readdir(reports)).map((name) => readCoverage(join(reports, name))),
    )
    const urls = coverages.flatMap(({ result }) => result.map(({ url }) => url))
    return new Set(urls.filter((url) => url.startsWith('file:')))
  } finally {
    await rm(reports, { recursive: true })
  }
}

async function readCoverage(path: string): Promise<Coverage> {
  return JSON.parse(await readFile(path, 'utf8')) as Coverage
}
