/** What went wrong in a way that the person at the command line can put right: the message says how, in one line. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** Says why a command failed: in one line, unless there are several reasons; with SIGNPORT_DEBUG=1 also where in the program. */
export async function report(error: unknown): Promise<void> {
  if (!(error instanceof Error) || !(await isExplained(error))) return reportCrash(error)
  const { say } = await import('./message.js')
  await say(error instanceof Failure ? error.message : linesOf(error), 'error')
  if (debugging()) process.stderr.write(`${error.stack}\n`)
}

/** All mistakes of a configuration are in one error. A line break that comes from elsewhere is an escape there. */
const linesOf = ({ message }: Error): string[] => message.split('\n')

/** Whether the message is written for the person at the command line. */
async function isExplained(error: Error): Promise<boolean> {
  return error instanceof Failure || (await import('@signport/core')).SigningError.is(error)
}

/** The same for what should not have happened. It needs nothing that could fail again. */
export function reportCrash(error: unknown): void {
  const text = JSON.stringify(String(error)).slice(1, -1)
  process.stderr.write(`signport: this should not have happened: ${text} (SIGNPORT_DEBUG=1 shows where)\n`)
  if (debugging()) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
}

function debugging(): boolean {
  return process.env.SIGNPORT_DEBUG === '1'
}
