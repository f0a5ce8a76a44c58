import { expect, test } from '@jest/globals'
import { runNode, runProcess } from '../../src/cases/process-run.js'

test('what a process writes is kept, and its times are taken', async () => {
  const program = "process.stdout.write('first '); setTimeout(() => process.stdout.write('second'), 50)"
  const { output, toOutput = Number.NaN, toEnd } = await runNode(['--eval', program])
  expect(output.toString()).toBe('first second')
  expect(toOutput).toBeGreaterThan(0)
  expect(toEnd).toBeGreaterThan(toOutput)
})

test('a process that writes nothing has no time of its first output', async () => {
  expect(await runNode(['--eval', ''])).toMatchObject({ toOutput: undefined, output: Buffer.alloc(0) })
})

test('a failure says what was run, how it ended, and what it complained of', async () => {
  const program = "process.stderr.write('no key'); process.exitCode = 3"
  await expect(runNode(['--eval', program])).rejects.toThrow(/--eval .* ended with 3: no key$/)
})

test('an end by a signal is a failure, too', async () => {
  await expect(runNode(['--eval', "process.kill(process.pid, 'SIGTERM')"])).rejects.toThrow(
    /ended with SIGTERM/,
  )
})

test('a command that there is not is told by the system', async () => {
  await expect(runProcess('signport-there-is-no-such-command', [])).rejects.toMatchObject({ code: 'ENOENT' })
})

test('the environment is that of this process, without what changes Node', async () => {
  const names = ['PATH', 'NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE', 'ADDED']
  const program = `process.stdout.write(JSON.stringify(${JSON.stringify(names)}.filter((name) => process.env[name])))`
  const before = { ...process.env }
  Object.assign(process.env, { NODE_OPTIONS: '--no-warnings', NODE_COMPILE_CACHE: 'nowhere' })
  try {
    const { output } = await runNode(['--eval', program], { ADDED: 'yes' })
    expect(JSON.parse(output.toString())).toEqual(['PATH', 'ADDED'])
  } finally {
    process.env = before
  }
})
