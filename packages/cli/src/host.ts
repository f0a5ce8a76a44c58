import { isatty } from 'node:tty'
import type { ProviderHost } from '@signport/core'
import { Failure } from './failure.js'
import { STANDARD } from './input.js'
import { say } from './message.js'

/**
 * What providers may ask of the person at the terminal: a passphrase, where somebody sits there and standard input
 * is not the message.
 *
 * @param inputs the paths of all that the command reads
 */
export function terminalHost(inputs: readonly string[], signal: AbortSignal): ProviderHost {
  const canAsk = isatty(0) && isatty(2) && !inputs.includes(STANDARD)
  return {
    notify: (message) => void say(message, 'note'),
    ...(canAsk && { askSecret: inTurn((question) => askSecret(question, signal)) }),
  }
}

/** Several signers may want to know something at once, but there is one terminal. */
function inTurn<T>(ask: (question: string) => Promise<T>): (question: string) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (question) => {
    const answer = last.then(() => ask(question))
    last = answer.catch(() => undefined)
    return answer
  }
}

async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  try {
    return await hiddenLine(`${question}:`, signal)
  } catch (error) {
    // While it asks, the terminal hands Ctrl-C over as a character; here it becomes the signal that it stands for.
    if (!(error instanceof Failure)) process.emit('SIGINT')
    throw error
  }
}

async function hiddenLine(prompt: string, signal: AbortSignal): Promise<string> {
  const { read } = await import('read')
  const stop = () => process.stdin.pause()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([read({ prompt, silent: true, output: process.stderr }), givenUp()])
  } finally {
    signal.removeEventListener('abort', stop)
    // The newline that ended the answer was hidden with it.
    process.stderr.write('\n')
  }
}

/** Rejects when the terminal is let go without an answer (Ctrl-D), of which `read` says nothing. */
function givenUp(): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(new Failure('no passphrase was entered.'))
    // An answer also lets go of the terminal, and comes in the same turn.
    process.stdin.once('pause', () => setImmediate(refuse))
  })
}
