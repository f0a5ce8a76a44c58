import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { constants } from 'node:os'
import { expect, test } from '@jest/globals'
import { testFolder } from './support/folder.js'
import { outcomeOf, startSignport } from './support/signport.js'

const folder = testFolder()
const URI = 'local:./new.pem?algorithm=ES256&generate=true'

/** Sends a signal to a command when it has begun to read: it makes its key, says so, and then reads. */
async function interrupted(path: string, name: NodeJS.Signals) {
  const child = startSignport(['sign', path, '--uri', URI, '-o', 'signature'], { cwd: folder.path() })
  const outcome = outcomeOf(child)
  await once(child.stderr, 'data')
  child.kill(name)
  return await outcome
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a command that waits for its input',
  async (name) => {
    const { code, signal, stderr } = await interrupted('-', name)
    expect({ code, signal }).toEqual({ code: 128 + constants.signals[name], signal: null })
    expect(stderr.split('\n').slice(1)).toEqual(['signport: interrupted.', ''])
    expect(folder.names()).toEqual(['new.pem'])
  },
)

test('SIGINT ends a command whose read nobody can stop', async () => {
  execFileSync('mkfifo', [folder.path('pipe')])
  // For both ends, so that neither opening waits for the other.
  const pipe = await open(folder.path('pipe'), 'r+')
  const { code, signal, stderr } = await interrupted('pipe', 'SIGINT')
  await pipe.close()
  // A shell calls the second one 130, too.
  expect([
    { code: 130, signal: null },
    { code: null, signal: 'SIGINT' },
  ]).toContainEqual({ code, signal })
  expect(stderr.split('\n').slice(1)).toEqual(['signport: interrupted.', ''])
  expect(folder.names()).toEqual(['new.pem', 'pipe'])
})
