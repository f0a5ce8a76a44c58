import { open } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { cannot } from '../src/system-error.js'

/** As the system reports it: root, which tests may run as, is refused nothing. */
const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' })

test.each([
  ['EACCES', 'cannot read it: you have no permission for it.'],
  ['EMFILE', 'cannot read it: too many files are open.'],
  ['EIO', 'cannot read it: the system says EIO.'],
])('%s', (code, message) => {
  expect(cannot('read', 'it', systemError(code))).toMatchObject({ name: 'Failure', message })
})

test('an error of the system itself', async () => {
  const error = await open('no/such/file').catch((failure) => failure)
  expect(cannot('read', 'it', error)).toMatchObject({ message: 'cannot read it: there is no such file.' })
})

test('an error that is none of the system stays as it is', () => {
  const error = new TypeError('a mistake in the program')
  expect(cannot('read', 'it', error)).toBe(error)
})
