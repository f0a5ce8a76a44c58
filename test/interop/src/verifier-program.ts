import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Far longer than any program here needs. */
const TIMEOUT_MS = 120_000

/** A program that reads a question on each line and writes its answer on one. */
export interface VerifierProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Has one process answer everything; the answers by the questions' ids. It throws unless each has exactly one.
 *
 * @param signal ends the process; without one, its time is limited all the same
 */
export async function askProgram<Answer extends { readonly id: string }>(
  { command, args, env = process.env }: VerifierProgram,
  questions: readonly { readonly id: string }[],
  signal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<ReadonlyMap<string, Answer>> {
  const child = spawn(command, args, { env, signal, killSignal: 'SIGKILL' })
  const closed = once(child, 'close').catch((error) => {
    throw signal.aborted ? new Error(`${command} was ended: ${signal.reason.message}`) : error
  })
  // A program that ends early says why.
  child.stdin.on('error', () => {})
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  const [stdout, stderr, [status, killedBy]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    closed,
  ])
  if (status !== 0) throw new Error(`${command} ended with ${status ?? killedBy}: ${stderr}`)
  return byId(
    command,
    questions,
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Answer),
  )
}

function byId<Answer extends { readonly id: string }>(
  command: string,
  questions: readonly { readonly id: string }[],
  answers: readonly Answer[],
): ReadonlyMap<string, Answer> {
  const found = new Map(answers.map((answer) => [answer.id, answer]))
  const isWhole = questions.every(({ id }) => found.has(id)) && answers.length === questions.length
  if (!isWhole) throw new Error(`${command} gave ${answers.length} answers to ${questions.length} questions.`)
  return found
}
