import { spawn } from 'node:child_process'
import { BIN, environment, type Outcome, outcomeOf } from './signport.js'

/** What somebody types, and the prompt at which they do, in whichever order the prompts come. */
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
  { cwd, env = {}, typing = [] }: { cwd: string; env?: Record<string, string>; typing?: readonly Typing[] },
): Promise<Outcome> {
  const command = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd,
    env: environment({ TERM: 'xterm', ...env }),
  })
  let shown = ''
  const later = [...typing]
  child.stdout.on('data', (text) => {
    shown += text
    const asked = later.findIndex(({ prompt }) => shown.includes(prompt))
    const [typed] = asked < 0 ? [] : later.splice(asked, 1)
    if (!typed) return
    child.stdin.write(typed.keys)
    if (later.length === 0) child.stdin.end()
  })
  return outcomeOf(child)
}
