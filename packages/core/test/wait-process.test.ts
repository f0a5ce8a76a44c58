import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'

/** How a program ends that is run with the build of the package, and what it prints. */
async function run(program: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  })
  const output = text(child.stdout)
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, output: await output }
}

/** The credentials never come. */
const programWith = (limitMs: number, rest: string) => `
  import { bounded, raceAbort, stayAwakeFor } from '@signport/core/kit'
  const coming = bounded(new Promise(() => {}), { what: 'The key', provider: 'house', limitMs: ${limitMs} })
  const controller = new AbortController()
  const told = (promise) => promise.catch(({ code }) => code).then((code) => process.stdout.write(code))
  ${rest}`

test.each<[string, string, { code: number; output: string }]>([
  [
    'lives until a wait is over',
    programWith(300, 'await told(stayAwakeFor(coming))'),
    { code: 0, output: 'Timeout' },
  ],
  [
    'ends when all have given up',
    programWith(
      60_000,
      `setTimeout(() => controller.abort(), 50)
       await told(stayAwakeFor(raceAbort(coming, controller.signal)))`,
    ),
    { code: 0, output: 'Aborted' },
  ],
  [
    'lives for whoever has not given up',
    programWith(
      // Long after the abort, even where the process has to wait for its turn in between.
      1_500,
      `setTimeout(() => controller.abort(), 50)
       await Promise.all([stayAwakeFor(coming), stayAwakeFor(raceAbort(coming, controller.signal))].map(told))`,
    ),
    { code: 0, output: 'AbortedTimeout' },
  ],
  ['ends where nobody waits', programWith(60_000, 'told(coming)'), { code: 0, output: '' }],
  // What Node does with a program whose top level waits for what nothing will bring.
  [
    'is ended where it is not kept alive',
    programWith(60_000, 'await told(coming)'),
    { code: 13, output: '' },
  ],
])('a process with nothing else to do %s', async (_, program, expected) => {
  expect(await run(program)).toEqual(expected)
})
