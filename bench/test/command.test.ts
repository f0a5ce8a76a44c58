import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import type { Report } from '../src/report/report.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-bench-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The built command, as npm runs it. */
function run(...args: string[]) {
  return spawnSync(process.execPath, ['bench/dist/command.js', ...args], { encoding: 'utf8' })
}

test('prints a table, and writes JSON beside it', () => {
  const json = join(folder, 'results.json')
  const { status, stdout } = run('size/installed', '--quick', '--json', json)
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('@signport/core') })
  const { cases, machine, quick } = JSON.parse(readFileSync(json, 'utf8')) as Report
  expect(cases.map(({ name }) => name)).toEqual(['size/installed'])
  expect({ quick, node: machine.node }).toEqual({ quick: true, node: process.version })
})

test('says what it expects', () => {
  const { status, stderr } = run('cpus')
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('There is no case "cpus"'),
  })
  expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('cpu/aws') })
})
