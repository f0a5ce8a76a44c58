import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { commandLine } from './command-line.js'
import { Failure } from './failure.js'
import type { Run } from './run.js'
import { print } from './standard-output.js'

/**
 * Runs the command that a command line names.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code, 0 or 1
 * @throws Failure for wrong use, and whatever the command throws
 */
export async function runProgram(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const run: Run = { signal, exitCode: 0 }
  const program = commandLine(run, version())
  const help: string[] = []
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({
      writeOut: (text) => help.push(text),
      // Help that nobody asked for; the one line of the failure takes its place.
      writeErr: () => undefined,
    })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw wrongUse(error, program, argv)
    await print(help.join(''))
  }
  return run.exitCode
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Commander's own message in one line; where it proposes nothing itself, with the place to look. */
function wrongUse({ code, message }: CommanderError, program: Command, argv: readonly string[]): Failure {
  const names = program.commands.map((command) => command.name())
  if (code === 'commander.help')
    return new Failure(`name a command: ${names.join(', ')} (see: signport --help).`)
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ')
  if (text.includes('(Did you mean')) return new Failure(text)
  const command = names.find((name) => name === argv[0])
  return new Failure(`${text} (see: signport ${command ? `${command} ` : ''}--help)`)
}
