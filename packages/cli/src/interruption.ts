/** The signals that ask a command to end, and the exit codes by which shells know them: 128 and the signal's number. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** How long a command may tidy up, in milliseconds. */
const GRACE_MS = 1_000

/** Why a command ended before its time: the reason of the abort signal. */
export class Interruption extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super('interrupted')
    this.exitCode = exitCode
  }
}

/** A signal that aborts, with an `Interruption` as its reason, when the person presses Ctrl-C or the system ends the process. */
export function watchInterruptions(): AbortSignal {
  const controller = new AbortController()
  for (const [name, exitCode] of Object.entries(EXIT_CODES))
    process.once(name, () => {
      controller.abort(new Interruption(exitCode))
      process.stderr.write('signport: interrupted.\n')
      process.exitCode = exitCode
      endSoon(name as keyof typeof EXIT_CODES)
    })
  return controller.signal
}

/**
 * Lets the process end by itself, and makes it when it does not. By the signal again, which nobody handles any more:
 * `process.exit` waits for a read that is stuck, in a named pipe for instance.
 */
function endSoon(name: keyof typeof EXIT_CODES): void {
  setTimeout(() => process.kill(process.pid, name), GRACE_MS).unref()
}
