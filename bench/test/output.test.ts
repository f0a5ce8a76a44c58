import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { assertWritable, writeReport } from '../src/output.js'
import { REPORT } from './report/results.js'

const folder = mkdtempSync(join(tmpdir(), 'signport-output-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('what can be written is not touched before', async () => {
  await expect(assertWritable({ write: true, json: join(folder, 'new.json') })).resolves.toBeUndefined()
  expect(readdirSync(folder)).toEqual([])
})

test('what cannot be written is told', async () => {
  await expect(assertWritable({ write: false, json: join(folder, 'none', 'new.json') })).rejects.toThrow(
    'ENOENT',
  )
  await expect(assertWritable({ write: false, json: folder })).rejects.toThrow('EISDIR')
})

test('the page is not written of a run of which something failed', async () => {
  const page = readFileSync('docs/performance.md', 'utf8')
  const report = { ...REPORT, failures: [{ name: 'cpu/alibaba', reason: 'no service' }] }
  const json = join(folder, 'failed.json')
  await writeReport({ write: true, json }, report)
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(page)
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(report)
})
