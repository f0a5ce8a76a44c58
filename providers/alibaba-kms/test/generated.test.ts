import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, test } from '@jest/globals'

const folder = join(import.meta.dirname, '..')
const bin = join(folder, '../../node_modules/.bin')

test('the generated code is what the generator makes of the messages', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'signport-alibaba-'))
  try {
    cpSync(join(folder, 'proto'), join(scratch, 'proto'), { recursive: true })
    cpSync(join(folder, 'buf.gen.yaml'), join(scratch, 'buf.gen.yaml'))
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
    execFileSync(join(bin, 'buf'), ['generate'], { cwd: scratch, env })
    const made = join(scratch, 'src/generated')
    const names = readdirSync(join(folder, 'src/generated'))
    expect(readdirSync(made)).toEqual(names)
    for (const name of names)
      expect(readFileSync(join(folder, 'src/generated', name), 'utf8')).toBe(
        readFileSync(join(made, name), 'utf8'),
      )
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
