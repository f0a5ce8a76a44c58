import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import type { Report } from '../src/report/report.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The built command, as npm runs it. */
function run(...args: string[]) {
  return runWith({}, ...args)
}

function runWith(environment: NodeJS.ProcessEnv, ...args: string[]) {
  const env = { ...process.env, ...environment }
  return spawnSync(process.execPath, ['bench/dist/command.js', ...args], { encoding: 'utf8', env })
}

test('prints a table, and writes JSON beside it', () => {
  const json = join(folder, 'results.json')
  const { status, stdout } = run('size/installed', '--quick', '--json', json)
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('@signport/core') })
  const { cases, machine, quick, failures } = JSON.parse(readFileSync(json, 'utf8')) as Report
  expect(cases.map(({ name }) => name)).toEqual(['size/installed'])
  expect({ quick, node: machine.node, failures }).toEqual({
    quick: true,
    node: process.version,
    failures: [],
  })
})

test.each([
  [['nowhere', 'results.json'], 'ENOENT'],
  [['.'], 'EISDIR'],
])('begins nothing that it could not write to %j', (path, code) => {
  const { status, stdout, stderr } = run('size/installed', '--quick', '--json', join(folder, ...path))
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(`could not be written: ${code}`)
})

test('what is there already stays until there is something to be written', () => {
  const json = join(folder, 'old.json')
  writeFileSync(json, 'old')
  expect(run('--json', json, 'no-such-case').status).toBe(2)
  expect(readFileSync(json, 'utf8')).toBe('old')
})

test('says that its Node is not as it is by itself', () => {
  const { status, stderr } = runWith({ NODE_OPTIONS: '--no-warnings' }, 'size/installed', '--quick')
  expect(status).toBe(0)
  expect(stderr).toContain('NODE_OPTIONS is set')
})

test('says what it expects', () => {
  const { status, stderr } = run('cpus')
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('There is no case "cpus"'),
  })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('cpu/aws') })
})
