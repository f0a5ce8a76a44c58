import { spawn } from 'node:child_process'
import { BIN, environment, type Outcome, outcomeOf } from './signport.js'

/** What somebody types, and the prompt at which they do. */
export interface Typing {
  readonly prompt: string
  readonly keys: string
}

/**
 * Runs the command in a terminal of its own, made by `script` of util-linux. What the terminal shows, standard error
 * included, is the outcome's standard output, with the line ends of a terminal.
 */
export function inTerminal(
  args: readonly string[],
  { cwd, env = {}, typing }: { cwd: string; env?: Record<string, string>; typing?: Typing },
): Promise<Outcome> {
  const command = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: environment({ TERM: 'xterm', ...env }),
  })
  let shown = ''
  child.stdout.on('data', (text) => {
    shown += text
    if (typing && shown.includes(typing.prompt)) child.stdin.end(typing.keys)
  })
  return outcomeOf(child)
}
