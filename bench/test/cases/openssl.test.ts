import { afterEach, expect, test } from '@jest/globals'
import { opensslVersion } from '../../src/cases/openssl.js'

const { PATH } = process.env

afterEach(() => {
  process.env.PATH = PATH
})

test('where there is openssl, it says what it is, and where there is none, that is no failure', async () => {
  expect((await opensslVersion()) ?? 'OpenSSL 0').toMatch(/^\S+ \d\S*$/)
  process.env.PATH = ''
  expect(await opensslVersion()).toBeUndefined()
})
