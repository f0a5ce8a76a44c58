import { type ChaosOptions, runChaos } from './chaos-run.js'
import { readArguments, USAGE } from './command-line.js'
import { reportOf } from './report.js'

/** When all is closed, so long may pass until the process ends by itself. In milliseconds. */
const END_MS = 10_000

/** How often progress is shown, in milliseconds. */
const PROGRESS_MS = 200

const options = optionsOrUsage()
if (options) await run(options)

function optionsOrUsage(): ChaosOptions | undefined {
  try {
    const read = readArguments(process.argv.slice(2))
    if (!read) process.stdout.write(USAGE)
    return read
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
    return undefined
  }
}

async function run(options: ChaosOptions): Promise<void> {
  const result = await runChaos({ ...options, onProgress: progressOf(options) })
  process.stdout.write(`${reportOf(options, result).join('\n')}\n`)
  if (result.defects.length > 0) process.exitCode = 1
  // It keeps nothing alive itself: it only comes to be called where something else does.
  setTimeout(complain, END_MS).unref()
}

function complain(): void {
  const left = process.getActiveResourcesInfo().join(', ')
  process.stderr.write(`The process does not end: ${left} are still there.\n`)
  process.exit(1)
}

/** One line that is written again and again, on a terminal alone. */
function progressOf({ count }: ChaosOptions): (done: number) => void {
  if (!process.stderr.isTTY) return () => {}
  let shown = 0
  return (done) => {
    if (done < count && performance.now() - shown < PROGRESS_MS) return
    shown = performance.now()
    process.stderr.write(done < count ? `\r${done} of ${count}` : '\r\x1b[K')
  }
}
