/** What a terminal, a log or a reader is misled by. */
const TRICKS = [
  // Clears the screen, sets the window's title, writes to the clipboard, hides a link (ECMA-48, xterm).
  '\u001b[2J\u001b[H\u001b[31m',
  '\u001b]0;a title\u0007',
  '\u001b]52;c;Y2FsYy5leGU=\u0007',
  '\u001b]8;;http://elsewhere.invalid/\u001b\\a link\u001b]8;;\u001b\\',
  // The same in one character, of C1.
  '\u009b2J',
  // Goes back over what was written, and begins a line of its own.
  '\b\b\b\r\n2026-01-01T00:00:00Z INFO the signature is valid\r\n',
  '\u0000\u000b\u000c\u007f',
  // Turns the direction of what follows (Unicode Standard Annex 9), and what nobody sees.
  '\u202e\u2066txt.elif\u2069\u202c\u200b\u200f\ufeff\u2028\u2029',
].join('')

const LENGTH = 64 * 1024

/** 64 KiB of text in characters, as a hostile server would write into a message: with tricks at both of its ends. */
export const HOSTILE_TEXT: string = `${TRICKS}${'!'.repeat(LENGTH - 2 * TRICKS.length)}${TRICKS}`
