import { describe, expect, test } from '@jest/globals'
import { askProgram } from '../src/verifier-program.js'

const QUESTIONS = [
  { id: 'a', n: 1 },
  { id: 'b', n: 2 },
]

/** A program in JavaScript, which has the lines of its standard input in `lines`. */
const program = (code: string) => ({
  command: process.execPath,
  args: ['-e', `const lines = require('node:fs').readFileSync(0, 'utf8').trim().split('\\n'); ${code}`],
})

describe('a program that answers questions', () => {
  test('has its answers told by their ids', async () => {
    const code =
      'for (const line of lines) console.log(JSON.stringify({ ...JSON.parse(line), answered: true }))'
    const answers = await askProgram(program(code), QUESTIONS)
    expect([...answers]).toEqual(QUESTIONS.map((each) => [each.id, { ...each, answered: true }]))
  })

  test.each([
    ['leaves one out', 'console.log(lines[0])', '1 answers to 2 questions'],
    ['answers one twice', 'console.log(lines[0]); console.log(lines[0])', '2 answers to 2 questions'],
    [
      'answers what was not asked',
      `console.log([...lines, '{"id":"c"}'].join('\\n'))`,
      '3 answers to 2 questions',
    ],
    ['fails', `console.error('no such key'); process.exit(3)`, 'ended with 3: no such key'],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'ended with SIGKILL'],
  ])('that %s is an error that says so', async (_, code, message) => {
    await expect(askProgram(program(code), QUESTIONS)).rejects.toThrow(message)
  })

  test('is ended by whoever asks, which the error says', async () => {
    const signal = AbortSignal.timeout(100)
    const asking = askProgram(program('setInterval(() => {}, 1_000)'), QUESTIONS, signal)
    await expect(asking).rejects.toThrow(/node was ended: .*timeout/)
  })

  test('that is not there is an error that names it', async () => {
    const missing = { command: '/nowhere/verifier', args: [] }
    await expect(askProgram(missing, QUESTIONS)).rejects.toThrow('/nowhere/verifier')
  })
})
