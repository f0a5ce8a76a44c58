import { styleText } from 'node:util'

const coloured = process.stdout.isTTY && !process.env.NO_COLOR

/** Text in a colour where a person looks at it, and as it is where a file or a pipe takes it. */
export function paint(format, text) {
  return coloured ? styleText(format, text) : text
}

export const tick = paint('green', '✔')
export const cross = paint('red', '✘')
