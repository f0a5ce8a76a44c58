import type { WriteStream } from 'node:tty'
import picocolors from 'picocolors'

/** Longer messages are cut: part of the text may come from elsewhere. */
const MAX_MESSAGE_LENGTH = 2_000

/** Colours for a stream: plain text unless it is a terminal that shows them and NO_COLOR is not set. */
export function colours(stream: WriteStream): ReturnType<typeof picocolors.createColors> {
  return picocolors.createColors(stream.isTTY === true && stream.hasColors())
}

/**
 * Tells the person something on standard error: in one line, or in one for each of several. Whatever the text quotes
 * (paths, option values, what a service said), it cannot move the cursor or begin another line.
 */
export async function say(message: string | readonly string[], kind: 'note' | 'error'): Promise<void> {
  // Loaded here: most runs have nothing to say.
  const { printable } = await import('@signport/core/kit')
  const name = kind === 'error' ? colours(process.stderr).red('signport:') : 'signport:'
  const lines = [message].flat().map((line) => printable(line, MAX_MESSAGE_LENGTH))
  process.stderr.write(`${name} ${lines.join('\n  ')}\n`)
}
