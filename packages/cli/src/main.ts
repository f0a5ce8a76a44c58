import { report, reportCrash } from './failure.js'
import { Interruption, watchInterruptions } from './interruption.js'
import { runProgram } from './program.js'

/** What the process ends with when a command could not do its work; 1 is for a signature that is not valid, or a signer that is not ready. */
const FAILED = 2

/**
 * Runs one command line to its end. Results go to standard output, everything else to standard error.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 done or valid, 1 signature not valid or probe failed, 2 wrong use or failure, 130 interrupted
 */
export async function main(argv: readonly string[]): Promise<number> {
  // Who closed standard error does not want to hear about that either.
  process.stderr.on('error', () => undefined)
  process.once('uncaughtException', (error) => {
    reportCrash(error)
    // Node would end with 1, which means that a signature is not valid.
    process.exit(FAILED)
  })
  const signal = watchInterruptions()
  try {
    return await runProgram(argv, signal)
  } catch (error) {
    if (signal.reason instanceof Interruption) return signal.reason.exitCode
    await report(error)
    return FAILED
  }
}
